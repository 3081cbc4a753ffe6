"""Verdicts as HTML: a piece of a page, or a page of its own, that asks the network for nothing."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from leakguard.reporters.page.code import code
from leakguard.reporters.page.text import plain
from leakguard.seal.rendering.lines import by_place, lines_around, shown_path
from leakguard.seal.verdict import Ruling

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leakguard.seal.reader import Reader
    from leakguard.seal.rendering.lines import Line
    from leakguard.seal.verdict import Breach, Evidence, Verdict

_CLASSES = {Ruling.HELD: "held", Ruling.VIOLATED: "violated", Ruling.NOT_PROVEN: "not-proven"}
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def as_page(verdicts: Iterable[Verdict], title: str = "Verdicts on sealed rows") -> str:
    """Return a whole page with verdicts, in light or dark as the reader's system is."""
    body = "\n".join(_section(one) for one in verdicts) or '<p class="quiet">Nothing was watched.</p>'
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{plain(title)}</title>\n<style>\n{_style()}{_PAGE_STYLE}</style>\n</head>\n"
        f'<body>\n<main class="leakguard-verdicts">\n<h1>{plain(title)}</h1>\n{body}\n</main>\n</body>\n</html>\n'
    )


def as_fragment(verdict: Verdict) -> str:
    """Return a verdict as a piece of a page, with its style, which reaches nothing beside it."""
    return f'<div class="leakguard-verdicts">\n<style>\n{_style()}</style>\n{_section(verdict)}\n</div>\n'


_PAGE_STYLE = """\
body { margin: 0; background: light-dark(#fdfdfc, #101317); color-scheme: light dark; }
main { margin: 0 auto; padding: 2rem 1.5rem 4rem; max-width: 58rem; }
"""


def _style() -> str:
    return files(__package__).joinpath("verdicts.css").read_text("utf-8")


def _section(verdict: Verdict) -> str:
    items = "\n".join(_evidence(one) for one in verdict.evidence) or '<p class="quiet">No witness was there.</p>'
    head = f'<h2><span class="ruling">{verdict.ruling}</span> {plain(verdict.subject)}</h2>'
    return f'<section class="{_CLASSES[verdict.ruling]}">\n{head}\n{items}\n</section>'


def _evidence(one: Evidence) -> str:
    parts = [
        f'<article class="{_CLASSES[one.ruling]}">',
        f'<h3>{plain(one.witness)} <span class="ruling">{one.ruling}</span></h3>',
        f"<p>{plain(one.shown)}</p>",
        *(_breaches(breaches) for breaches in by_place(one.breaches)),
    ]
    if one.limits:
        parts.append(f'<ul class="limits">{"".join(f"<li>{plain(limit)}</li>" for limit in one.limits)}</ul>')
    return "\n".join([*parts, "</article>"])


def _breaches(breaches: Sequence[Breach]) -> str:
    cause, reader = breaches[0].cause, breaches[0].reader
    messages = "".join(f"<li>{plain(one.message)}</li>" for one in breaches)
    return "\n".join(
        (
            '<div class="breach">',
            f"<h4><code>{cause.code}</code> {cause.rule}{_where(reader)}</h4>",
            f"<ul>{messages}</ul>",
            *_frame(reader),
            f'<p class="advice">{plain(cause.advice[0].upper() + cause.advice[1:])}.</p>',
            "</div>",
        )
    )


def _where(reader: Reader | None) -> str:
    if reader is None:
        return ""
    return f' <span class="where">{plain(shown_path(reader.file))}:{reader.line} in {plain(reader.function)}</span>'


def _frame(reader: Reader | None) -> list[str]:
    lines = lines_around(reader)
    rows = "".join(_row(line) for line in lines)
    return [f'<table class="code"><tbody>{rows}</tbody></table>'] if lines else []


def _row(line: Line) -> str:
    kind = ' class="named"' if line.named else ""
    return f"<tr{kind}><th>{line.number}</th><td>{code(line.text)}</td></tr>"
