"""`--add-ignore`: a comment beside each finding, where one can stand, and nothing else changed."""

from __future__ import annotations

import ast
import json
from typing import TYPE_CHECKING

import pytest
from conftest import LEAK, LEAK_ROW
from hypothesis import given, settings
from hypothesis import strategies as st

from leakguard.config import settings_from
from leakguard.editing import edited
from leakguard.engine import check_source
from leakguard.ignoring import ignore_edits
from leakguard.source import make_source

if TYPE_CHECKING:
    from conftest import Project

ROWS = LEAK.splitlines()
FIT = ROWS[LEAK_ROW - 1]
MARK = "# leakguard: ignore[fit-before-split]"


def silenced(text: str, reason: str = "", name: str = "leak.py", *, rest: int = 0) -> str:
    """Return a text with comments for all that is found in it, of which `rest` is found again."""
    options = settings_from({"preview": True})
    source = make_source(name, text.encode())
    found = check_source(source, options)
    assert found
    changed = edited(name, text.encode(), ignore_edits(source, found, reason))
    again = make_source(name, changed)
    left = check_source(again, options)
    assert len(left) == rest, left
    if not rest:
        return changed.decode()
    assert edited(name, changed, ignore_edits(again, left, reason)) == changed
    return changed.decode()


def with_fit(*rows: str) -> str:
    return "\n".join([*ROWS[: LEAK_ROW - 1], *rows, *ROWS[LEAK_ROW:], ""])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([FIT], [f"{FIT}  {MARK} why"]),
        ([FIT + " \t"], [f"{FIT}  {MARK} why"]),
        ([f"{FIT}  # noqa: E501"], [f"{FIT}  # noqa: E501  {MARK} why"]),
        ([f"{FIT}  # type: ignore[arg-type] # x"], [f"{FIT}  # type: ignore[arg-type] # x  {MARK} why"]),
        (
            [f"{FIT}  # leakguard: ignore[fit-on-test] because"],
            [f"{FIT}  # leakguard: ignore[fit-on-test, fit-before-split] because"],
        ),
        (
            [f"{FIT}  # leakguard: ignore[ LG203, ]  # noqa"],
            [f"{FIT}  # leakguard: ignore[ LG203, fit-before-split] why  # noqa"],
        ),
        ([f"{FIT}  # leakguard: ignore"], [f"{FIT}  {MARK} why"]),
        ([f"{FIT}  # leakguard: ignore  # noqa"], [f"{FIT}  {MARK} why  # noqa"]),
        ([f"{FIT}  # leakguard: ignore[]"], [f"{FIT}  {MARK} why"]),
        ([FIT.replace("(df", "(\n    df")], [f"X = StandardScaler().fit_transform(  {MARK} why", FIT.split("(", 2)[2]]),
        ([FIT.replace(" = ", " = \\\n    ")], ["X = \\", f"    {FIT[4:]}  {MARK} why"]),
        ([f"{FIT}; s = '''", "'''"], None),
    ],
)
def test_where_the_comment_comes_to_stand(before: list[str], after: list[str] | None) -> None:
    text = with_fit(*before)
    if after is None:
        assert silenced(text, "why", rest=1) == text
        return
    if "df.drop" in after[-1] and "fit_transform" not in after[-1]:
        after[-1] = f"    {after[-1]}"
    rest = int("fit-on-test" in after[0] or "LG203" in after[0])  # an idle name is to be mended, never silenced
    assert silenced(text, "why", rest=rest).split("\n") == with_fit(*after).split("\n")


def test_without_a_reason_there_are_only_names() -> None:
    assert silenced(LEAK) == with_fit(f"{FIT}  {MARK}")


def test_a_string_over_several_rows_is_commented_behind_it() -> None:
    rows = ["X = StandardScaler().fit_transform(df.query('''", "a > 1  # no comment", "'''))"]
    assert silenced(with_fit(*rows)) == with_fit(*rows[:-1], f"{rows[-1]}  {MARK}")


def test_several_findings_of_one_statement_share_a_comment() -> None:
    text = LEAK.replace("import StandardScaler", "import StandardScaler, MinMaxScaler").replace(
        FIT, "X = StandardScaler().fit_transform(MinMaxScaler().fit_transform(df.drop(columns='churn')))"
    )
    assert silenced(text).count("leakguard:") == 1


def test_cells_are_commented_under_what_they_show() -> None:
    cells = ["\n".join(ROWS[:6]), f"%%time\n%matplotlib inline\n%time {FIT}", "\n".join(ROWS[7:])]
    notebook = {"cells": [{"cell_type": "code", "source": one.splitlines(keepends=True)} for one in cells]}
    text = json.dumps(notebook, indent=1)
    after = silenced(text, "why", "nb.ipynb")
    assert after == text.replace(json.dumps(FIT)[1:-1], json.dumps(f"{FIT}  {MARK} why")[1:-1])


SWEEP = "method: bayes\nparameters:\n  learning_rate:\n    min: 0.00001\n    max: 0.1  # high\n"


def test_sweeps_are_commented_too(project: Project) -> None:
    project.write("sweep.yaml", SWEEP)
    [place] = project.places()
    assert project.run("check", "--add-ignore").code == 0
    rows = (project.folder / "sweep.yaml").read_text("utf-8").splitlines()
    assert rows[place[2] - 1].endswith("# leakguard: ignore[uniform-prior-on-log-scale]")


def test_a_run_finds_nothing_afterwards_and_a_second_one_changes_nothing(project: Project) -> None:
    project.write("bom.py", b"\xef\xbb\xbf" + LEAK.replace("\n", "\r\n").encode()).chmod(0o755)
    latin = f"# -*- coding: latin-1 -*-\nstadt = 'Köln'\n{LEAK}".encode("latin-1")
    project.write("latin.py", latin)
    project.write_cells("nb.ipynb", LEAK)
    project.write("clean.py", "x = 1\n")
    before = {file.name: file.read_bytes() for file in project.folder.glob("[!.]*")}
    run = project.run("check", "--add-ignore=nur für den Plot")
    assert (run.code, run.out.startswith("No leaks found in 4 files")) == (0, True)
    assert run.err == "leakguard: suppression comments written in 3 files\n"
    after = {file.name: file.read_bytes() for file in project.folder.glob("[!.]*")}
    comment = f"  {MARK} nur für den Plot"
    assert after == {
        "bom.py": before["bom.py"].replace(b")\r\nX_train", f"){comment}\r\nX_train".encode()),
        "clean.py": before["clean.py"],
        "latin.py": before["latin.py"].replace(b")\nX_train", f"){comment}\nX_train".encode("latin-1")),
        "nb.ipynb": before["nb.ipynb"].replace(
            b")\\nX_train", f"){comment}\\nX_train".encode("ascii", "backslashreplace").replace(b"\\xfc", b"\\u00fc")
        ),
    }
    assert (project.folder / "bom.py").stat().st_mode & 0o777 == 0o755
    again = project.run("check", "--add-ignore")
    assert (again.code, again.err) == (0, "leakguard: suppression comments written in 0 files\n")
    assert {file.name: file.read_bytes() for file in project.folder.glob("[!.]*")} == after


def test_what_no_comment_silences_is_left_and_reported(project: Project) -> None:
    project.write("broken.py", f"{LEAK}def f(:\n")
    project.write_cells("nb.ipynb", LEAK, "def f(:")
    project.write("leak.py", f"{LEAK}\ns = '''\n")
    before = {file.name: file.read_bytes() for file in project.folder.glob("[!.]*")}
    run = project.run("check", "--add-ignore", "--output-format", "concise")
    assert run.code == 1
    assert run.out.count(" LG001 ") == 3
    assert {file.name: file.read_bytes() for file in project.folder.glob("[!.]*")} == before


ARGUMENTS = [
    "df",
    "df.query('a # b')",
    "\n    df\n",
    "df.query('''\na # b\n''')",
    "df.drop(\\\n'a', axis=1)",
    "df,  # all\n",
]
BEHIND = ["", "  ", ";", "; y = 1", "; s = '''\n'''", "; t = [\n1]", "; u = 1 + \\\n2", "\t# x"]
COMMENTS = [
    "",
    "  # noqa",
    "  # type: ignore  # why",
    "  # leakguard: ignore[LG203] x",
    "# leakguard:ignore",
    "  # leakguard: see",
]


@given(st.sampled_from(ARGUMENTS), st.sampled_from(BEHIND), st.sampled_from(COMMENTS), st.sampled_from(["", "    "]))
@settings(max_examples=60)
def test_a_program_stays_what_it_is(argument: str, behind: str, comment: str, indent: str) -> None:
    """Whatever stands around a statement: its finding is silenced by a comment alone, or nothing is changed."""
    statement = f"X = StandardScaler().fit_transform({argument}){behind}{comment}"
    text = with_fit(*(["if True:", indent + statement] if indent else [statement]))
    options = settings_from({})
    source = make_source("leak.py", text.encode())
    found = check_source(source, options)
    assert "fit-before-split" in {one.name for one in found}
    changed = edited("leak.py", text.encode(), ignore_edits(source, found, "why"))
    assert ast.dump(ast.parse(changed)) == ast.dump(ast.parse(text))
    left = check_source(make_source("leak.py", changed), options)
    assert [one for one in left if one.name != "unused-suppression"] == [] or behind.endswith(("'''", "\\\n2")), (
        changed.decode()
    )
    again = ignore_edits(make_source("leak.py", changed), left, "why")
    assert edited("leak.py", changed, again) == changed
    assert [row.partition("#")[0].rstrip() for row in changed.decode().split("\n")] == [
        row.partition("#")[0].rstrip() for row in text.split("\n")
    ]


def test_a_shebang_stays_one() -> None:
    text = "#!/usr/bin/env python\nimport optuna\n"
    source = make_source("a.py", text.encode())
    from leakguard.remarks import ANALYSIS_LIMIT

    assert ignore_edits(source, [ANALYSIS_LIMIT.at(source.place(1, 1, 1, 1), "too large")], "") == []


def test_a_path_behind_the_option_is_no_reason(project: Project) -> None:
    project.write("leak.py", LEAK)
    project.write("other.py", LEAK)
    assert project.run("check", "--add-ignore", "leak.py").code == 0
    assert MARK in (project.folder / "leak.py").read_text("utf-8")
    assert (project.folder / "other.py").read_text("utf-8") == LEAK


def test_what_cannot_be_written_is_told(project: Project) -> None:
    project.write("latin.py", f"# coding: latin-1\n{LEAK}")
    run = project.run("check", "--add-ignore=\u2014")
    assert (run.code, run.out) == (2, "")
    assert "latin.py: latin-1 has no '\u2014'" in run.err
    assert (project.folder / "latin.py").read_text("utf-8") == f"# coding: latin-1\n{LEAK}"
    for wrong in (["--add-ignore=a\nb"], ["--add-ignore", "--write-baseline", "b.json"], ["--add-ignore", "-"]):
        assert project.run("check", *wrong).code == 2


def test_known_findings_need_no_comment(project: Project) -> None:
    project.write("known.py", LEAK)
    project.run("check", "--write-baseline", "b.json")
    project.write("new.py", LEAK)
    run = project.run("check", "--add-ignore", "--baseline", "b.json")
    assert (run.code, run.out[:54]) == (0, "No new leaks found in 2 files; 1 known by the baseline")
    assert (project.folder / "known.py").read_text("utf-8") == LEAK
