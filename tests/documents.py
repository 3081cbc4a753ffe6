"""The blocks, links and headings of the documentation's pages.

A comment above a block, which readers do not see, says how a test runs it: `<!-- run in FOLDER -->`, followed if need
be by `; slow` or `; figures within 0.2`, or `<!-- not run: REASON -->`.
"""

from __future__ import annotations

import ast
import builtins
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
_BLOCK = re.compile(
    r"(?:^<!-- (?P<comment>[^\n]*) -->\n)?^```(?P<language>\w*)[^\n]*\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
_LINK = re.compile(r"\]\((?P<page>[^)#\s]*)(?:#(?P<anchor>[^)\s]+))?\)")
_RUN = re.compile(r"run in (?P<folder>[\w./-]+)(?P<slow>; slow)?(?:; figures within (?P<within>[\d.]+))?")
_NOT_RUN = re.compile(r"not run: \S.+")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a page, with the row that it begins in and the comment above it."""

    page: str
    row: int
    language: str
    text: str
    comment: str

    def __str__(self) -> str:
        return f"{self.page}:{self.row}"

    @property
    def run(self) -> re.Match[str] | None:
        """How it is run, or None if it says why it is not; AssertionError if it says neither."""
        assert _NOT_RUN.fullmatch(self.comment) or _RUN.fullmatch(self.comment), f"{self}: is it run, or why not?"
        return _RUN.fullmatch(self.comment)

    def commands(self) -> Iterator[tuple[str, str]]:
        """Yield each command with what stands below it; plain shell shows commands alone."""
        if self.language == "sh":
            yield from ((line, "") for line in self.text.splitlines())
            return
        for part in re.split(r"^\$ ", self.text, flags=re.MULTILINE)[1:]:
            command, _, shown = part.partition("\n")
            yield command, shown


def pages() -> list[Path]:
    """Return all pages that readers are given."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")])


def blocks(*languages: str) -> list[Block]:
    """Return the blocks in these languages."""
    found = []
    for path in pages():
        page = path.read_text("utf-8")
        for one in _BLOCK.finditer(page):
            if one["language"] in languages:
                row = page.count("\n", 0, one.start("language")) + 1
                name = path.relative_to(ROOT).as_posix()
                found.append(Block(name, row, one["language"], one["text"], one["comment"] or ""))
    return found


def programs() -> list[tuple[Block, str | None]]:
    """Return the whole programs, each with what is said to be printed where that follows it."""
    found = blocks("python", "text")
    following = [*found[1:], None]
    return [
        (one, after.text if after and after.page == one.page and after.language == "text" else None)
        for one, after in zip(found, following, strict=True)
        if one.language == "python" and is_whole(one.text)
    ]


def is_whole(program: str) -> bool:
    """Whether a program imports something, and uses no name that it does not have."""
    try:
        nodes = list(ast.walk(ast.parse(program)))
    except SyntaxError:
        return False
    names = [node for node in nodes if isinstance(node, ast.Name)]
    imported = {
        (alias.asname or alias.name).partition(".")[0]
        for node in nodes
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    bound = imported | {node.id for node in names if not isinstance(node.ctx, ast.Load)}
    bound |= {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    bound |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    return bool(imported) and {node.id for node in names} <= bound | set(dir(builtins))


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """Yield the file and the anchor (if any) that each relative link of a page leads to."""
    text = re.sub(r"`[^`\n]+`", "", _BLOCK.sub("", page.read_text("utf-8")))
    for one in _LINK.finditer(text):
        if "://" not in one["page"] and not one["page"].startswith("mailto:"):
            yield (page.parent / one["page"]).resolve() if one["page"] else page, one["anchor"] or ""


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as MkDocs and forges make them."""
    text = _BLOCK.sub("", page.read_text("utf-8"))
    headings = [re.sub(r"[^\w\s-]", "", one.lower()).strip() for one in re.findall(r"^#+ (.+)$", text, re.MULTILINE)]
    return {re.sub(r"\s+", "-", one) for one in headings}
