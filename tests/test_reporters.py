"""Output formats: what is said, where the carets stand, and that nothing in a file can steer the terminal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from conftest import LEAK, LEAK_ROW

from leakguard.diagnostic import Confidence, Diagnostic, Note, Place, Severity
from leakguard.failure import internal_error
from leakguard.report import Report
from leakguard.reporters import render
from leakguard.source import source_from_text

if TYPE_CHECKING:
    from conftest import Project


def diagnostic(place: Place, message: str = "what is wrong", *notes: Note) -> Diagnostic:
    return Diagnostic("LG201", "fit-before-split", message, place, Severity.WARNING, Confidence.HIGH, notes)


def shown(text: str, place: Place, *notes: Note, message: str = "what is wrong") -> list[str]:
    """Return the rows of the full format for one finding, without header and summary."""
    source = source_from_text(text, place.filename)
    report = Report(1, [diagnostic(place, message, *notes)], {place.filename: source})
    _, *rows, blank, summary = render(report, "full", color=False).splitlines()
    assert (blank, summary) == ("", "Found 1 problem (1 warning) in 1 file.")
    return rows


def at(row: int, column: int, end_row: int, end_column: int, filename: str = "a.py") -> Place:
    return Place(filename, None, row, column, end_row, end_column)


def test_the_path_of_a_leak_is_drawn_step_by_step(project: Project) -> None:
    project.write("leak.py", LEAK)
    run = project.run("check")
    rows = run.out.splitlines()
    assert rows[0] == f"leak.py:{LEAK_ROW}:5: warning[LG201] fit-before-split"
    drawn = [row.partition(" |")[0].strip() for row in rows[2:] if " |" in row]
    assert [int(number) for number in drawn if number] == [7, 8, 10]
    assert '7 | X = StandardScaler().fit_transform(df.drop(columns="churn"))' in run.out
    split = rows.index(' 8 | X_train, X_test, y_train, y_test = train_test_split(X, df["churn"])')
    assert rows[split + 1].startswith("   |                                    -----")
    assert rows[split + 1].endswith("rows split here")
    assert rows[-1] == "Found 1 problem (1 warning) in 1 file."


def test_counts_in_the_summary(project: Project) -> None:
    project.write("a.py", LEAK)
    project.write("b.py", "def f(:\n")
    assert project.run("check").out.endswith("\n\nFound 2 problems (1 error, 1 warning) in 2 files.\n")
    assert project.run("check", "--select", "LG3", "a.py").out == "No leaks found in 1 file.\n"


def test_concise_is_one_line_each(project: Project) -> None:
    project.write("leak.py", LEAK)
    [line] = project.run("check", "--output-format", "concise").out.splitlines()
    assert line.startswith(f"leak.py:{LEAK_ROW}:5: LG201 fit-before-split ")


def test_json_has_all_keys(project: Project) -> None:
    project.write("leak.py", LEAK)
    [found] = project.findings()
    assert list(found) == [
        *("filename", "code", "name", "message", "cell", "location", "end_location"),
        *("severity", "confidence", "notes", "fix", "url"),
    ]
    assert (found["filename"], found["code"], found["name"], found["cell"]) == (
        "leak.py",
        "LG201",
        "fit-before-split",
        None,
    )
    assert found["location"] == {"row": LEAK_ROW, "column": 5}
    assert found["end_location"] == {"row": LEAK_ROW, "column": 61}
    assert (found["severity"], found["confidence"], found["fix"]) == ("warning", "high", None)
    assert [list(note) for note in found["notes"]] == [["filename", "cell", "location", "message"]] * len(
        found["notes"]
    )
    assert {(note["location"]["row"], note["message"]) for note in found["notes"]} >= {(8, "rows split here")}


def test_json_of_nothing_is_an_empty_list(project: Project) -> None:
    project.write("a.py", "x = 1\n")
    assert json.loads(project.run("check", "--output-format", "json").out) == []


@pytest.mark.parametrize(
    ("row", "place", "drawn", "mark"),
    [
        ("x = fit(y)", at(1, 5, 1, 11), "x = fit(y)", "    ^^^^^^"),
        ("\tx = fit(y)", at(1, 6, 1, 9), "    x = fit(y)", "        ^^^"),
        ("a\tb", at(1, 3, 1, 4), "a   b", "    ^"),
        ("x = '\u6f22\u5b57', y", at(1, 11, 1, 12), "x = '\u6f22\u5b57', y", "            ^"),
        ("x = '\u6f22\u5b57'", at(1, 6, 1, 8), "x = '\u6f22\u5b57'", "     ^^^^"),
        ("x = 'e\u0301', y", at(1, 11, 1, 12), "x = 'e\u0301', y", "         ^"),
        ("x = '\x1b[2J', y", at(1, 13, 1, 14), "x = '\N{SYMBOL FOR ESCAPE}[2J', y", "            ^"),
        ("x = '\u202eabc', y", at(1, 13, 1, 14), "x = '\N{REPLACEMENT CHARACTER}abc', y", "            ^"),
        ("x = 1", at(1, 6, 1, 6), "x = 1", "     ^"),
        ("x = 1", at(1, 9, 1, 9), "x = 1", "     ^"),
    ],
)
def test_carets_stand_below_what_they_mark(row: str, place: Place, drawn: str, mark: str) -> None:
    assert shown(row, place)[1:] == ["  |", f"1 | {drawn}", f"  | {mark}"]


def test_a_long_row_is_cut_around_the_marked_part() -> None:
    row = "a" * 500 + "fit(x)" + "b" * 500
    _, _, drawn, marks = shown(row, at(1, 501, 1, 507))
    assert drawn.startswith("1 | ...a")
    assert drawn.endswith("b...")
    assert len(drawn) < 160
    assert drawn[marks.index("^") : marks.rindex("^") + 1] == "fit(x)"


def test_a_place_of_several_rows_is_marked_row_by_row() -> None:
    text = "x = f(\n    a,\n\n    b,\n    c,\n    d,\n)\n"
    assert shown(text, at(1, 5, 4, 6))[1:] == [
        *("  |", "1 | x = f(", "  |     ^^", "2 |     a,", "  |     ^^", "4 |     b,", "  |     ^"),
    ]
    assert shown(text, at(1, 5, 7, 2))[-1] == "  | ..."


def test_steps_in_other_files_say_where() -> None:
    sources = {
        "a.py": source_from_text("x\ny\n", "a.py"),
        "other.py": source_from_text("\n" * 11 + "  split(x)\n", "other.py"),
    }
    split = Note(at(12, 3, 12, 11, "other.py"), "rows split here")
    judged = Note(at(1, 1, 1, 2), "judged here")
    chosen = Note(at(2, 1, 2, 2), "chosen here")
    report = Report(2, [diagnostic(at(1, 1, 1, 2), "m", split, judged, chosen)], sources)
    assert render(report, "full", color=False).splitlines()[2:-2] == [
        *("   |", " 1 | x", "   | ^ judged here", "   |"),
        *("   --> other.py:12:3", "12 |   split(x)", "   |   -------- rows split here"),
        *("   --> a.py:2:1", " 2 | y", "   | - chosen here"),
    ]


def test_a_step_at_the_finding_itself_labels_its_carets() -> None:
    place = at(1, 1, 1, 4)
    assert shown("fit", place, Note(place, "learned here"))[1:] == ["  |", "1 | fit", "  | ^^^ learned here"]


def test_a_failure_of_leakguard_shows_no_row_of_the_file() -> None:
    failure = internal_error("a.py", "the analysis", ValueError("odd"))
    report = Report(1, [failure], {"a.py": source_from_text("x = 1\n", "a.py")})
    text = render(report, "full", color=False)
    assert "x = 1" not in text
    assert "the analysis failed with ValueError: odd" in text
    assert report.exit_code() == 2


def test_messages_cannot_steer_the_terminal() -> None:
    rows = shown("x", at(1, 1, 1, 2), Note(at(1, 1, 1, 2), "n\x1b[0m"), message="m\n\x1b]0;title\x07")
    assert "\x1b" not in "".join(rows)
    assert "\x07" not in "".join(rows)
    assert rows[0] == "  m\N{SYMBOL FOR LINE FEED}\N{SYMBOL FOR ESCAPE}]0;title\N{SYMBOL FOR BELL}"


def test_output_that_the_terminal_cannot_encode_is_escaped(project: Project) -> None:
    project.write("\u6f22.py", "x = '\u6f22' (\n")
    run = project.run("check", env={"PYTHONIOENCODING": "ascii"})
    assert run.code == 1
    assert run.out.startswith("\\u6f22.py:1:")
