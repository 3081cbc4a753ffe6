"""Which texts are worth parsing at all: a file without any of the words that findings need cannot have one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.knowledge.loader import trigger_words

if TYPE_CHECKING:
    from leakguard.knowledge.own import OwnKnowledge


def is_relevant(text: str, own: OwnKnowledge) -> bool:
    """Say whether a text contains a word, a library's or one of the project's `own`, that a finding needs."""
    return any(word in text for word in trigger_words()) or any(word in text for word in own.words())
