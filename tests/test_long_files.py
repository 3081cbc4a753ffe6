"""Files beyond the limit are analysed in part and say so; the work is counted in rows that reach the parser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from conftest import LEAK, LEAK_ROW

from leakguard import engine, lexing
from leakguard.config import settings_from
from leakguard.engine import check_source
from leakguard.lexing import MOST_ROWS, MOST_WORDS, within_limit
from leakguard.source import source_from_text

if TYPE_CHECKING:
    from conftest import Project

ROWS = sum(bool(row.strip()) for row in LEAK.splitlines())
MARK = "x = 1  # leakguard: ignore[fit-on-test]\n"


def found(text: str) -> list[tuple[str, int]]:
    return [(one.name, one.place.row) for one in check_source(source_from_text(text, "long.py"), settings_from({}))]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("x = 1\n" * MOST_ROWS, MOST_ROWS),
        ("x = 1\n" * 100_000, MOST_ROWS),
        ("x = 1; y = 2\n" * 100_000, MOST_ROWS),
        ("x = [a, b, c, d, e, f, g, h, i]\n" * 100_000, MOST_WORDS // 10),
        ("x = 1\nif x:\n" + "    y = 2\n" * 100_000, 1),
        ("@cached\ndef f():\n" + "    y = 2\n" * 100_000, 0),
        ("x = 1; " * 200_000 + "\ny = 1\n", 0),
        ("x = 1; " * 200_000, 0),
        ("x = 1\nif x:\n    y = 2\nelse:\n" + "    y = 2\n" * 100_000, 1),
        (f'"""\n{"row" * 9}\n"""\n' * 300, 900),
    ],
)
def test_so_much_reaches_the_parser(text: str, rows: int) -> None:
    assert within_limit(text).count("\n") == rows
    assert text.startswith(within_limit(text))


def test_what_stands_within_the_limit_is_found_and_the_rest_is_said_to_be_unchecked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert found(LEAK) == [("fit-before-split", LEAK_ROW)]
    monkeypatch.setattr(lexing, "MOST_ROWS", ROWS)
    assert found(LEAK) == [("fit-before-split", LEAK_ROW)]
    assert found(LEAK + MARK) == [("analysis-limit", 1), ("fit-before-split", LEAK_ROW)]
    assert found("x = 1\n" * ROWS + LEAK) == [("analysis-limit", 1)]


def test_a_file_of_data_is_passed_over_with_a_warning(project: Project) -> None:
    with open(project.write("data.py", "x = 1\n"), "r+b") as file:
        file.truncate(1_000_000_000)  # which takes no room
    project.write("leak.py", LEAK)
    run = project.run("check", "--output-format", "concise")
    assert run.code == 1
    assert "leak.py:7" in run.out
    assert "data.py: skipped, as its 1,000,000,000 bytes are more than anybody writes by hand" in run.err


def test_of_many_findings_in_a_file_some_are_looked_at_for_a_fix(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried: list[object] = []
    monkeypatch.setattr(engine, "_fix", lambda finding, _: tried.append(finding))
    fits = "X = StandardScaler().fit_transform(X)\n" * 150
    head = "import pandas as pd\nfrom sklearn.model_selection import train_test_split\n"
    program = f"{head}from sklearn.preprocessing import StandardScaler\nX = pd.read_csv('a.csv')\n{fits}"
    program += "a, b = train_test_split(X)\n"
    assert len(engine.check_source(source_from_text(program, "many.py"), settings_from({}))) == 150
    assert len(tried) == 100
