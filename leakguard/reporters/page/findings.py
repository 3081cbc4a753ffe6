"""The findings, grouped by rule: what is wrong, where, the way there, and the fix if there is one."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import TYPE_CHECKING

from leakguard.diagnostic import Severity
from leakguard.remarks import ANALYSIS_LIMIT, INTERNAL_ERROR, REMARKS, SYNTAX_ERROR, UNREADABLE_FILE
from leakguard.reporters.page import changes, markdown
from leakguard.reporters.page.frame import Step, drawing
from leakguard.reporters.page.text import count, plain, prose
from leakguard.reporters.terminal import location

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from leakguard.diagnostic import Diagnostic, Place
    from leakguard.selection import Documented

    Rows = Callable[[Place], Sequence[str]]
    Numbered = tuple[int, Diagnostic]  # a finding, and its number in the page

# What says that a file was not checked, or only in part.
UNCHECKED = frozenset({SYNTAX_ERROR.name, UNREADABLE_FILE.name, INTERNAL_ERROR.name, ANALYSIS_LIMIT.name})


def section(findings: Sequence[Numbered], rows_of: Rows, words: Mapping[str, Documented], *, unfolded: bool) -> str:
    """Return a group for each rule, in the order of the codes; first what was not checked."""
    groups: dict[str, list[Numbered]] = {}
    for numbered in findings:
        groups.setdefault(numbered[1].name, []).append(numbered)
    ordered = sorted(groups.items(), key=lambda item: (item[0] not in UNCHECKED, item[1][0][1].code))
    return "\n".join(_group(name, group, rows_of, words, unfolded=unfolded) for name, group in ordered)


def _group(
    name: str, group: Sequence[Numbered], rows_of: Rows, words: Mapping[str, Documented], *, unfolded: bool
) -> str:
    code = group[0][1].code
    kinds = by_severity(one for _, one in group)
    about = ""
    if name in words:
        says = markdown.summary(words[name].documentation)
        about = f'<p class="about">{says} <a href="#about-{name}">About this rule</a></p>'
    articles = "\n".join(_article(number, one, rows_of) for number, one in group)
    return f"""\
<section class="group{" unchecked" if name in UNCHECKED else ""}" id="rule-{plain(name)}" data-rule="{plain(name)}">
<details{" open" if unfolded else ""}>
<summary><h2>{plain(name)}</h2> <span class="code">{plain(code)}</span> <span class="count">{kinds}</span></summary>
{about}
{articles}
</details>
</section>"""


def by_severity(found: Iterable[Diagnostic]) -> str:
    """Return how many errors and warnings there are, in words."""
    numbers = Counter(one.severity for one in found)
    return ", ".join(count(numbers[kind], kind) for kind in Severity if numbers[kind])


def _article(number: int, one: Diagnostic, rows_of: Rows) -> str:
    what, _, advice = one.message.partition("; ")
    parts = [
        f"<h3>{prose(what)}</h3>",
        f'<p class="advice">{prose(advice)}</p>' if advice else "",
        _where(number, one),
        _drawing(one, rows_of),
        changes.fix(one.fix, rows_of) if one.fix else "",
    ]
    body = "\n".join(part for part in parts if part)
    return (
        f'<article class="{one.severity}" id="f{number}" data-file="{plain(one.place.filename)}">\n{body}\n</article>'
    )


def _where(number: int, one: Diagnostic) -> str:
    return (
        f'<p class="where"><span class="kind">{one.severity}</span> <code>{escape(location(one.place))}</code> '
        f"{_confidence(one)}{_more(one)}"
        f'<a class="self" href="#f{number}" aria-label="Link to this finding">#</a></p>'
    )


def _confidence(one: Diagnostic) -> str:
    return "" if one.name in REMARKS else f'<span class="quiet">{one.confidence} confidence</span> '


def _more(one: Diagnostic) -> str:
    if not one.url or not one.url.startswith("https://"):
        return ""
    return f'<a href="{plain(one.url)}" rel="noreferrer">more about it</a> '


def _drawing(one: Diagnostic, rows_of: Rows) -> str:
    if one.name == INTERNAL_ERROR.name:
        return ""
    steps = list(_steps(one))
    if not any(rows_of(step.place) for step in steps):
        return ""
    return drawing(steps, rows_of, f"Path of the finding: {count(len(one.notes), 'step')}" if one.notes else "Code")


def _steps(one: Diagnostic) -> Iterator[Step]:
    """Yield the notes as numbered steps, after the blamed place if none of them stands there."""
    if all(note.place != one.place for note in one.notes):
        yield Step(one.place, "reported here" if one.notes else "", blamed=True)
    for number, note in enumerate(one.notes, 1):
        yield Step(note.place, note.message, number, blamed=note.place == one.place)
