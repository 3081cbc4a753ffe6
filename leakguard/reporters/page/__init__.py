"""The report as one HTML page that needs nothing else: no network, and no JavaScript to be read.

The same input gives the same bytes. The page's policy lets no request out, and runs no script but the page's own.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

from leakguard import __version__
from leakguard.reporters.page import explanations, findings, overview
from leakguard.reporters.page.text import plain
from leakguard.selection import documented

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from leakguard.diagnostic import Place
    from leakguard.report import Report

_MOST_UNFOLDED = 60  # findings in a page whose groups are not folded


def render(report: Report, paths: Sequence[str] = ()) -> str:
    """Return the whole page; `paths` are what was asked to be checked."""
    found = list(enumerate(report.diagnostics, 1))
    title = overview.headline(report.diagnostics, report.checked)
    words = documented()
    unfolded = len(found) <= _MOST_UNFOLDED
    return document(
        f"{title} - leakguard",
        f"""\
<header>
<p class="brand">leakguard <span class="quiet">{plain(__version__)}</span></p>
<button type="button" id="scheme" hidden>Dark</button>
</header>
<main{"" if unfolded else ' class="long"'}>
<section class="overview" aria-labelledby="title">
<h1 id="title"{"" if found else ' class="good"' if report.checked else ""}>{title}</h1>
<p class="lead">{overview.lead(report.diagnostics, report.checked, paths)}</p>
{overview.tiles(report.diagnostics, report.checked) if found else ""}
{_tables(found) if found else ""}
</section>
{_FILTERS if found else ""}
{findings.section(found, _rows_of(report), words, unfolded=unfolded)}
{explanations.section({one.name for one in report.diagnostics}, words)}
</main>""",
    )


def _rows_of(report: Report) -> Callable[[Place], Sequence[str]]:
    """Return what gives the rows of a place's file or cell, which are cut only once."""
    cut: dict[tuple[str, int | None], list[str]] = {}

    def rows_of(place: Place) -> list[str]:
        key = (place.filename, place.cell)
        if key not in cut:
            cut[key] = report.rows(place)
        return cut[key]

    return rows_of


def _tables(found: Sequence[findings.Numbered]) -> str:
    return f"""\
<nav aria-label="Findings by rule and file">
{overview.by_rule(found, documented())}
{overview.by_file(found)}
</nav>"""


_FILTERS = """\
<form id="filters" role="search" hidden>
<label>Search <input type="search" id="words" autocomplete="off" spellcheck="false"></label>
<label>Rule <select id="rule"><option value="">all</option></select></label>
<label>File <select id="file"><option value="">all</option></select></label>
<label>Severity <select id="severity"><option value="">all</option><option>error</option><option>warning</option>\
</select></label>
<button type="button" id="fold">Fold all</button>
<output id="shown" aria-live="polite"></output>
</form>"""


def document(title: str, body: str) -> str:
    """Return a page with the style sheet and script of all reports, and the policy that admits these alone."""
    style, script = _resource("page.css"), _resource("page.js")
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    return f"""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{plain(title)}</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body>
{body}
<script>{script}</script>
</body>
</html>
"""


def _resource(name: str) -> str:
    return files("leakguard.reporters.page").joinpath(name).read_text("utf-8")


def _digest(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
