"""Where in the checked code something happened, before anybody needs its row and column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leakguard.semantic.syntax import Node


@dataclass(frozen=True, slots=True)
class Site:
    """A node, the statement around it, and the file (the `Source.filename`) that both stand in."""

    node: Node
    statement: Node
    filename: str
