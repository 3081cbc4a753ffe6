"""Reports to make pages of: a path over two files, a notebook, a fix, and code that would like to break out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from leakguard.diagnostic import Applicability, Confidence, Diagnostic, Edit, Fix, Note, Place, Severity
from leakguard.remarks import SYNTAX_ERROR, UNREADABLE_FILE
from leakguard.report import Report
from leakguard.reporters import page
from leakguard.source import make_source, source_from_text

if TYPE_CHECKING:
    from collections.abc import Sequence

LONG = "x" * 10_000
HOSTILE = f"""\
a = "</script></style></pre><img src=http://evil.example/a.png onerror=alert(1)>" ; fit(a)
b = '\u202etxet \x1b[2J \x00' ; split("&amp; <!-- ' \\" -->")
{LONG} = judge(b) ; {LONG}
"""
SPLIT = """\
from sklearn.model_selection import train_test_split


def load(frame):
    return train_test_split(frame)
"""
TRAIN = "\n".join(
    [*(f"row_{number} = {number}" for number in range(1, 30)), "if score > best:", "    best = score", ""]
)
CELLS = ["X, y = load()", "knn.fit(X)\nknn.score(X_test, y_test)"]


def at(filename: str, row: int, column: int, end_column: int, cell: int | None = None) -> Place:
    return Place(filename, cell, row, column, row, end_column)


def finding(
    place: Place,
    *notes: tuple[Place, str],
    message: str = "score on the test rows makes a choice; choose by cross-validation",
    severity: Severity = Severity.ERROR,
    fix: Fix | None = None,
) -> Diagnostic:
    code, name = ("LG101", "test-set-in-tuning") if severity is Severity.ERROR else ("LG201", "fit-before-split")
    steps = tuple(Note(where, says) for where, says in notes)
    return Diagnostic(code, name, message, place, severity, Confidence.HIGH, steps, fix=fix)


def report(found: Sequence[Diagnostic], **texts: str) -> Report:
    """Return a report over sources named like the keywords, `_py` for `.py`."""
    sources = {(name := key.replace("_py", ".py")): source_from_text(text, name) for key, text in texts.items()}
    return Report(max(len(sources), 1), list(found), sources)


def two_files() -> Report:
    """One finding whose path starts in another file, and goes up and down in its own; and a plain one."""
    split, judge = at("data.py", 5, 12, 35), at("train.py", 12, 1, 7)
    choose, report_ = at("train.py", 30, 4, 16), at("train.py", 2, 1, 6)
    path = ((split, "rows split here"), (choose, "chosen here"), (judge, "judged here"), (report_, "reported here"))
    plain = finding(at("train.py", 5, 1, 6), severity=Severity.WARNING, message="`row_5` is drawn evenly", fix=_fix())
    return report([finding(judge, *path), plain], data_py=SPLIT, train_py=TRAIN)


def _fix() -> Fix:
    edits = (Edit(at("train.py", 5, 9, 10), "log(5)"), Edit(at("train.py", 1, 1, 1), "from math import log\n"))
    return Fix("Draw `row_5` on a log scale", Applicability.UNSAFE, edits)


def notebook() -> Report:
    cells = [{"cell_type": "code", "source": cell, "outputs": [], "metadata": {}} for cell in CELLS]
    data = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    path = ((at("a.ipynb", 1, 8, 14, 1), "rows split here"), (at("a.ipynb", 2, 1, 26, 2), "judged here"))
    source = make_source("a.ipynb", data.encode())
    return Report(1, [finding(path[1][0], *path)], {"a.ipynb": source})


def hostile() -> Report:
    name = "<b onclick='x'>.py"
    fit, split, judge = (_spot(name, HOSTILE, word) for word in ("fit(a)", "split", "judge(b)"))
    path = ((split, "\"rows' <i>split</i> \u202e here"), (judge, "judged </td> here"))
    bad = finding(fit, *path, message="`</h3><script>alert(1)</script>`; <b>do</b> \x07 \u202e this")
    return Report(1, [bad], {name: source_from_text(HOSTILE, name)})


def _spot(name: str, text: str, word: str) -> Place:
    row = next(number for number, row in enumerate(text.split("\n"), 1) if word in row)
    column = text.split("\n")[row - 1].index(word) + 1
    return at(name, row, column, column + len(word))


def unchecked() -> Report:
    syntax = SYNTAX_ERROR.at(at("old.py", 1, 7, 7), "Missing parentheses")
    lost = UNREADABLE_FILE.at(at("lost.py", 1, 1, 1), "cannot read the file: Permission denied")
    found = [syntax, lost, finding(at("train.py", 5, 1, 6))]
    return report(found, old_py="print 'x'\n", train_py=TRAIN)


def many(number: int) -> Report:
    """Findings in turns errors and warnings, in files of their own from ten to ten."""
    found = []
    for one in range(number):
        name = f"part{one // 10}.py"
        path = ((at(name, 3, 1, 6), "rows split here"), (at(name, 9, 1, 6), "judged here"))
        found.append(finding(path[1][0], *path, severity=list(Severity)[one % 2]))
    names = {one.place.filename for one in found}
    return Report(len(names), found, {name: source_from_text(TRAIN, name) for name in names})


ALL = {
    "two files": two_files(),
    "notebook": notebook(),
    "hostile": hostile(),
    "unchecked": unchecked(),
    "many": many(100),
    "nothing found": Report(3),
    "nothing checked": Report(),
}


def html(name: str) -> str:
    return page.render(ALL[name], ["src"])
