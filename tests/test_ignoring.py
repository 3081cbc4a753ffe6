"""Comments that are written for people: they stand where one can, silence what they should, and break nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from conftest import LEAK, LEAK_ROW

from leakguard.config import settings_from
from leakguard.engine import check_source
from leakguard.ignoring import ignore_edit, ignore_file_edit
from leakguard.remarks import ANALYSIS_LIMIT, UNUSED_SUPPRESSION
from leakguard.source import make_source, source_from_text

if TYPE_CHECKING:
    from leakguard.diagnostic import Diagnostic, Edit
    from leakguard.source import Source

ROWS = LEAK.splitlines()
FIT = ROWS[LEAK_ROW - 1]


def program(*statement: str) -> str:
    """The leaking program with another statement in place of the one that leaks."""
    return "\n".join([*ROWS[: LEAK_ROW - 1], *statement, *ROWS[LEAK_ROW:], ""])


def notebook(*cells: str) -> Source:
    written = [{"cell_type": "code", "source": cell} for cell in cells]
    return make_source("leak.ipynb", json.dumps({"cells": written}).encode())


def found(source: Source) -> list[Diagnostic]:
    return check_source(source, settings_from({}))


def applied(rows: list[str], edit: Edit) -> list[str]:
    at = edit.place
    assert at.row == at.end_row
    text = rows[at.row - 1]
    edited = text[: at.column - 1] + edit.text + text[at.end_column - 1 :]
    return [*rows[: at.row - 1], *edited.split("\n"), *rows[at.row :]]


def after(text: str) -> str:
    """Return the text with its one finding silenced, which has to be so."""
    source = source_from_text(text, "leak.py")
    [finding] = found(source)
    edit = ignore_edit(source, finding)
    assert edit
    result = "\n".join(applied(text.split("\n"), edit))
    compile(result, "leak.py", "exec")
    assert found(source_from_text(result, "leak.py")) == []
    return result


@pytest.mark.parametrize(
    ("before", "comment"),
    [
        (FIT, "  # leakguard: ignore[fit-before-split]"),
        (f"{FIT}   ", "  # leakguard: ignore[fit-before-split]"),
        (f"{FIT}  # noqa: E501", "  # noqa: E501  # leakguard: ignore[fit-before-split]"),
        (f"{FIT}  # leakguard: ignore", "  # leakguard: ignore[fit-before-split]"),
        (f"{FIT}  # leakguard: ignore because", "  # leakguard: ignore[fit-before-split] because"),
        (f"{FIT}  # leakguard: ignore[ ]", "  # leakguard: ignore[fit-before-split]"),
    ],
)
def test_a_comment_ends_the_row_or_extends_the_one_that_is_there(before: str, comment: str) -> None:
    text = program(before)
    source = source_from_text(text, "leak.py")
    [finding] = [one for one in found(source) if one.name == "fit-before-split"]
    edit = ignore_edit(source, finding)
    assert edit
    rows = applied(text.split("\n"), edit)
    assert rows[LEAK_ROW - 1] == FIT + comment
    assert found(source_from_text("\n".join(rows), "leak.py")) == []


@pytest.mark.parametrize(
    ("names", "extended"),
    [("fit-on-test", "fit-on-test, fit-before-split"), ("LG301, ", "LG301, fit-before-split")],
)
def test_a_list_of_names_grows(names: str, extended: str) -> None:
    text = program(f"{FIT}  # leakguard: ignore[{names}] reason")
    source = source_from_text(text, "leak.py")
    finding = next(one for one in found(source) if one.name == "fit-before-split")
    edit = ignore_edit(source, finding)
    assert edit
    assert applied(text.split("\n"), edit)[LEAK_ROW - 1] == f"{FIT}  # leakguard: ignore[{extended}] reason"


def test_the_first_row_of_a_statement_is_better() -> None:
    rows = after(program("X = StandardScaler().fit_transform(", "    df.drop(columns='churn')", ")")).split("\n")
    assert rows[LEAK_ROW - 1] == "X = StandardScaler().fit_transform(  # leakguard: ignore[fit-before-split]"


def test_the_last_row_is_taken_where_the_first_goes_on_in_a_string_or_by_a_backslash() -> None:
    rows = after(program("X = StandardScaler().fit_transform(df.drop(columns='''", "churn'''.strip()))")).split("\n")
    assert rows[LEAK_ROW].endswith("churn'''.strip()))  # leakguard: ignore[fit-before-split]")
    rows = after(program("X = \\", "    StandardScaler().fit_transform(df.drop(columns='churn'))")).split("\n")
    assert rows[LEAK_ROW - 1] == "X = \\"
    assert rows[LEAK_ROW].endswith("  # leakguard: ignore[fit-before-split]")


def test_a_mark_inside_a_string_is_no_comment() -> None:
    text = program(f'{FIT}; mark = "# leakguard: ignore[fit-on-test]"')
    assert after(text).split("\n")[LEAK_ROW - 1].endswith('[fit-on-test]"  # leakguard: ignore[fit-before-split]')


def test_no_comment_where_none_can_stand() -> None:
    text = program(f"{FIT}; s = '''", "'''")
    source = source_from_text(text, "leak.py")
    [finding] = found(source)
    assert ignore_edit(source, finding) is None


def test_what_cannot_be_silenced_gets_no_comment() -> None:
    source = source_from_text("def f(:\n", "broken.py")
    [finding] = found(source)
    assert ignore_edit(source, finding) is None
    assert ignore_file_edit(source, finding) is None


@pytest.mark.parametrize("fit", [FIT, f"%time {FIT}"])
def test_in_a_notebook_the_comment_stands_in_the_cell(fit: str) -> None:
    cells = ["\n".join(ROWS[: LEAK_ROW - 1]), f"print(X)\n{fit}", "\n".join(ROWS[LEAK_ROW:])]
    source = notebook(*cells)
    [finding] = found(source)
    edit = ignore_edit(source, finding)
    assert edit
    assert (edit.place.cell, edit.place.row) == (2, 2)
    cells[1] = "\n".join(applied(cells[1].split("\n"), edit))
    assert cells[1].endswith('churn"))  # leakguard: ignore[fit-before-split]')
    assert found(notebook(*cells)) == []


@pytest.mark.parametrize(
    ("before", "row"),
    [("", 1), ("#!/usr/bin/env python\n", 2), ("#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n", 3), ("# A.\n", 1)],
)
def test_a_whole_file_is_silenced_in_its_first_row_that_may_say_so(before: str, row: int) -> None:
    source = source_from_text(before + LEAK, "leak.py")
    [finding] = found(source)
    edit = ignore_file_edit(source, finding)
    assert edit
    assert edit.place.row == row
    rows = applied((before + LEAK).split("\n"), edit)
    assert rows[row - 1] == "# leakguard: ignore-file[fit-before-split]"
    assert found(source_from_text("\n".join(rows), "leak.py")) == []


@pytest.mark.parametrize("row", ["!pip install x", "%matplotlib inline", "files = !ls", "x = %pwd"])
def test_no_comment_for_what_is_handed_to_a_shell_or_magic(row: str) -> None:
    source = notebook("import optuna", row)
    assert ignore_edit(source, ANALYSIS_LIMIT.at(source.place(2, 1, 2, 1), "too large")) is None


def test_remarks_on_comments_are_not_silenced_by_others() -> None:
    source = source_from_text("x = 1  # leakguard: ignore[fit-on-test]\n", "leak.py")
    remark = UNUSED_SUPPRESSION.at(source.place(1, 1, 1, 2), "no `fit-on-test`")
    assert ignore_edit(source, remark) is None
    assert ignore_file_edit(source, remark) is None


def test_a_comment_for_the_file_is_extended() -> None:
    text = f"{LEAK}# leakguard: ignore-file[fit-on-test]\n"
    source = source_from_text(text, "leak.py")
    finding = next(one for one in found(source) if one.name == "fit-before-split")
    edit = ignore_file_edit(source, finding)
    assert edit
    assert applied(text.split("\n"), edit)[-2] == "# leakguard: ignore-file[fit-on-test, fit-before-split]"


@pytest.mark.parametrize("before", ["", "%%time\n"])
def test_a_notebook_is_silenced_in_the_cell_of_the_finding(before: str) -> None:
    indented = "\n".join(f"    {row}" for row in ROWS)
    source = notebook("x = 1", before + indented)
    [finding] = found(source)
    edit = ignore_file_edit(source, finding)
    assert edit
    assert (edit.place.cell, edit.place.row) == (2, 1 + bool(before))
    rows = applied((before + indented).split("\n"), edit)
    assert found(notebook("x = 1", "\n".join(rows))) == []
