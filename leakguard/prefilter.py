"""Which texts are worth parsing at all: a file without any of the words that findings need cannot have one."""

from __future__ import annotations

from leakguard.knowledge.loader import trigger_words


def is_relevant(text: str) -> bool:
    """Say whether a text contains a word without which no rule can find anything."""
    return any(word in text for word in trigger_words())
