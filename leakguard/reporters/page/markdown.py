"""The Markdown that rules are documented in, as HTML: headings, paragraphs, lists, fenced code and code in a line."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from leakguard.reporters.page.text import prose

if TYPE_CHECKING:
    from collections.abc import Iterator

_FENCE = "```"


def summary(text: str) -> str:
    """Return the first paragraph."""
    return prose(" ".join(text.strip().split("\n\n")[0].split("\n")))


def details(text: str, level: int) -> str:
    """Return what stands below the first paragraph; its headings get this level."""
    blocks = _blocks(text.strip().partition("\n\n")[2])
    return "\n".join(_block(block, level) for block in blocks).replace("</ul>\n<ul>", "\n")  # items of one list


def _blocks(text: str) -> Iterator[list[str]]:
    """Cut a text at empty rows, headings and fences, and lists at their items."""
    block: list[str] = []
    fenced = False
    for row in text.split("\n"):
        fence = row.startswith(_FENCE)
        begins = not fenced and (fence or not row or row.startswith(("#", "- ")))
        if block and (begins or block[0].startswith("#")):
            yield block
            block = []
        if row or fenced:
            block.append(row)
        if fence and fenced:
            yield block
            block = []
        fenced ^= fence
    if block:
        yield block


def _block(rows: list[str], level: int) -> str:
    first, *others = rows
    if first.startswith("#"):
        return f"<h{level}>{prose(first.lstrip('# '))}</h{level}>"
    if first.startswith(_FENCE):
        code = "\n".join(row for row in others if not row.startswith(_FENCE))
        return f'<pre tabindex="0"><code>{escape(code)}</code></pre>'
    if first.startswith("- "):
        return f"<ul><li>{prose(' '.join(row.strip() for row in [first[2:], *others]))}</li></ul>"
    return f"<p>{prose(' '.join(row.strip() for row in rows))}</p>"
