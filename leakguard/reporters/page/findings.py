"""The findings, grouped by rule: what is wrong, where, the way there, and the fix if there is one."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from leakguard.diagnostic import Severity
from leakguard.remarks import ANALYSIS_LIMIT, INTERNAL_ERROR, SYNTAX_ERROR, UNREADABLE_FILE
from leakguard.reporters.page import changes, markdown
from leakguard.reporters.page.frame import Step, drawing
from leakguard.reporters.page.text import count, plain, prose
from leakguard.reporters.terminal import location

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from leakguard.diagnostic import Diagnostic
    from leakguard.report import Report
    from leakguard.selection import Documented

    Numbered = tuple[int, Diagnostic]  # a finding, and its number in the page

# What says that a file was not checked, or only in part.
UNCHECKED = frozenset({SYNTAX_ERROR.name, UNREADABLE_FILE.name, INTERNAL_ERROR.name, ANALYSIS_LIMIT.name})


def section(findings: Sequence[Numbered], report: Report, words: Mapping[str, Documented], *, unfolded: bool) -> str:
    """Return a group for each rule, in the order of the codes; first what was not checked."""
    groups: dict[str, list[Numbered]] = {}
    for numbered in findings:
        groups.setdefault(numbered[1].name, []).append(numbered)
    ordered = sorted(groups.items(), key=lambda item: (item[0] not in UNCHECKED, item[1][0][1].code))
    return "\n".join(_group(name, group, report, words, unfolded=unfolded) for name, group in ordered)


def _group(
    name: str, group: Sequence[Numbered], report: Report, words: Mapping[str, Documented], *, unfolded: bool
) -> str:
    code = group[0][1].code
    kinds = by_severity(one for _, one in group)
    about = ""
    if name in words:
        says = markdown.summary(words[name].documentation)
        about = f'<p class="about">{says} <a href="#about-{name}">About this rule</a></p>'
    articles = "\n".join(_article(number, one, report) for number, one in group)
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


def _article(number: int, one: Diagnostic, report: Report) -> str:
    what, _, advice = one.message.partition("; ")
    where = location(one.place)
    parts = [
        f'<h3>{prose(what)}</h3>',
        f'<p class="advice">{prose(advice)}</p>' if advice else "",
        f'<p class="where"><span class="kind">{one.severity}</span> <code>{plain(where)}</code> '
        f'<span class="quiet">{one.confidence} confidence</span>{_more(one)} '
        f'<a class="self" href="#f{number}" aria-label="Link to this finding">#</a></p>',
        _drawing(one, report),
        changes.fix(one.fix, report.rows) if one.fix else "",
    ]
    body = "\n".join(part for part in parts if part)
    return (
        f'<article class="{one.severity}" id="f{number}" data-file="{plain(one.place.filename)}">\n{body}\n</article>'
    )


def _more(one: Diagnostic) -> str:
    if not one.url or not one.url.startswith("https://"):
        return ""
    return f' <a href="{plain(one.url)}" rel="noreferrer">more about it</a>'


def _drawing(one: Diagnostic, report: Report) -> str:
    if one.name == INTERNAL_ERROR.name:
        return ""
    steps = list(_steps(one))
    if not any(report.rows(step.place) for step in steps):
        return ""
    return drawing(steps, report.rows, f"Path of the finding: {count(len(one.notes), 'step')}" if one.notes else "Code")


def _steps(one: Diagnostic) -> Iterator[Step]:
    """Yield the notes as numbered steps, after the blamed place if none of them stands there."""
    if all(note.place != one.place for note in one.notes):
        yield Step(one.place, "reported here" if one.notes else "", blamed=True)
    for number, note in enumerate(one.notes, 1):
        yield Step(note.place, note.message, number, blamed=note.place == one.place)
