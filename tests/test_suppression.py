"""Suppression comments: where they count, what they silence, and what is said about idle or wrong ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from conftest import LEAK, LEAK_ROW

if TYPE_CHECKING:
    from conftest import Project

ROWS = LEAK.splitlines()
FIT = ROWS[LEAK_ROW - 1]


def with_comment(comment: str, row: int = LEAK_ROW) -> str:
    return "\n".join([*ROWS[: row - 1], f"{ROWS[row - 1]}  {comment}", *ROWS[row:], ""])


@pytest.mark.parametrize(
    "comment",
    [
        "# leakguard: ignore[fit-before-split] only for a plot",
        "# leakguard: ignore[LG201]",
        "# leakguard: ignore[lg201]",
        "#leakguard:ignore [fit-before-split]",
        "# noqa: E501  # leakguard: ignore[fit-before-split]",
    ],
)
def test_a_comment_silences_the_finding_of_its_statement(project: Project, comment: str) -> None:
    project.write("leak.py", with_comment(comment))
    assert project.places() == []
    assert project.run("check").code == 0


@pytest.mark.parametrize("row", [7, 10])
def test_both_ends_of_a_statement_count(project: Project, row: int) -> None:
    rows = [*ROWS[:6], "X = StandardScaler().fit_transform(", "    df", "    .drop(columns='churn')", ")", *ROWS[7:]]
    rows[row - 1] += "  # leakguard: ignore[fit-before-split]"
    project.write("leak.py", "\n".join(rows))
    assert project.places() == []


def test_the_middle_of_a_statement_and_the_row_above_do_not_count(project: Project) -> None:
    mark = "# leakguard: ignore[fit-before-split]"
    rows = [
        *ROWS[:6],
        mark,
        "X = StandardScaler().fit_transform(",
        f"    df  {mark}",
        "    .drop(columns='churn')",
        ")",
    ]
    project.write("leak.py", "\n".join([*rows, *ROWS[7:]]))
    names = [(place[2], place[3]) for place in project.places()]
    assert names == [(7, "unused-suppression"), (8, "fit-before-split"), (9, "unused-suppression")]


def test_a_whole_file_is_silenced_by_a_row_of_its_own(project: Project) -> None:
    project.write("leak.py", f"{LEAK}    # leakguard: ignore-file[LG201] synthetic data\n")
    assert project.places() == []
    project.write("leak.py", with_comment("# leakguard: ignore-file[LG201]"))
    assert [place[3] for place in project.places()] == ["fit-before-split", "unused-suppression"]
    assert "row of its own" in project.run("check").out


def test_each_idle_name_is_reported_where_it_stands(project: Project) -> None:
    project.write("leak.py", with_comment("# leakguard: ignore[fit-on-test, fit-before-split, LG301]"))
    found = project.findings()
    start = len(FIT) + 3
    assert [(one["name"], one["severity"], one["location"]["column"] - start) for one in found] == [
        ("unused-suppression", "warning", 20),
        ("unused-suppression", "warning", 51),
    ]
    assert "fit-on-test" in found[0]["message"]
    assert "uniform-prior-on-log-scale" in found[1]["message"]


def test_idle_comments_in_files_without_a_trigger_word_are_reported(project: Project) -> None:
    project.write("plain.py", "x = 1  # leakguard: ignore[fit-on-test]\n")
    assert project.places() == [("plain.py", None, 1, "unused-suppression")]
    project.write("plain.py", "x = 1\n# leakguard: ignore-file[fit-on-test]\n")
    assert project.places() == [("plain.py", None, 2, "unused-suppression")]


def test_a_rule_that_is_off_makes_no_comment_idle(project: Project) -> None:
    project.write("plain.py", "x = 1  # leakguard: ignore[fit-on-test]\n")
    assert project.places("--ignore", "fit-on-test") == []
    assert project.places("--select", "LG3,LG004") == []
    assert project.places("--select", "LG2") == []
    assert project.places("--ignore", "unused-suppression") == []


def test_a_silenced_finding_below_the_confidence_limit_is_not_idle(project: Project) -> None:
    project.write("leak.py", with_comment("# leakguard: ignore[fit-before-split]"))
    assert project.places("--min-confidence", "low") == project.places("--min-confidence", "high") == []


@pytest.mark.parametrize(
    ("comment", "words"),
    [
        ("# leakguard: ignore", "names are needed: `# leakguard: ignore[name] reason`"),
        ("# leakguard: ignore[]", "names are needed"),
        ("# leakguard: ignore-file", "names are needed: `# leakguard: ignore-file[name] reason`"),
        ("# leakguard: ignore[fit-befor-split]", "unknown rule `fit-befor-split`; did you mean `fit-before-split`?"),
        ("# leakguard: ignore[LG2]", "unknown rule `LG2`"),
    ],
)
def test_a_comment_that_can_silence_nothing_is_explained(project: Project, comment: str, words: str) -> None:
    project.write("leak.py", with_comment(comment))
    by_name = {one["name"]: one["message"] for one in project.findings()}
    assert set(by_name) == {"fit-before-split", "unused-suppression"}
    assert words in by_name["unused-suppression"]


def test_strings_and_prose_are_no_comments(project: Project) -> None:
    project.write(
        "strings.py",
        's = "# leakguard: ignore[fit-on-test]"\n'
        "t = '''\n# leakguard: ignore-file[fit-on-test]\n'''\n"
        "# leakguard: see the manual\n# leakguard: ignored\n"
        "u = f'{s}  # leakguard: ignore'\nv = r'\\'  # leakguard: ignore'\n",
    )
    assert project.places() == []


def test_unused_suppressions_can_be_allowed_by_name(project: Project) -> None:
    project.write("plain.py", "x = 1  # leakguard: ignore[fit-on-test, unused-suppression] differs by version\n")
    assert project.places() == []


def test_an_error_in_the_program_leaves_suppressions_unjudged(project: Project) -> None:
    project.write("broken.py", "x = (  # leakguard: ignore[fit-on-test]\n")
    assert project.places() == [("broken.py", None, 1, "syntax-error")]


def test_rows_count_within_the_cell(project: Project) -> None:
    first, second = "\n".join(ROWS[:6]), f"%matplotlib inline\n{FIT}"
    rest = "\n".join(ROWS[7:])
    project.write_cells("nb.ipynb", first, second + "  # leakguard: ignore[fit-before-split]", rest)
    assert project.places() == []
    project.write_cells("nb.ipynb", first + "\n# a\n  # leakguard: ignore[LG201]", second, rest)
    assert [place[1:] for place in project.places()] == [(1, 8, "unused-suppression"), (2, 2, "fit-before-split")]
    project.write_cells("nb.ipynb", first, second, rest + "\n# leakguard: ignore-file[LG201]")
    assert project.places() == []


@pytest.mark.parametrize(
    ("comment", "reason"),
    [
        ("# leakguard: ignore[fit-before-split] only for a plot", "only for a plot"),
        ("# leakguard: ignore[LG201]: only a plot, see #12", "only a plot, see #12"),
        ("# leakguard: ignore[LG201] - only a plot  # noqa: E501", "only a plot"),
        ("# leakguard: ignore[LG201]#noqa", ""),
        ("# leakguard: ignore[LG201]", ""),
    ],
)
def test_what_is_suppressed_is_not_forgotten(project: Project, comment: str, reason: str) -> None:
    project.write("leak.py", with_comment(comment))
    run = project.run("check")
    assert (run.code, run.out) == (0, "No leaks found in 1 file; 1 suppressed by a comment.\n")
    [found] = project.findings("--show-suppressed")
    assert (found["name"], found["location"]["row"], found["suppressed"]) == ("fit-before-split", LEAK_ROW, reason)
    listed = project.run("check", "--show-suppressed", "--output-format", "concise")
    assert listed.out.endswith(f"LG201 fit-before-split suppressed: {reason or '(no reason given)'}\n")
    assert listed.code == 0
