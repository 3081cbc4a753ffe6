"""Notebooks: what becomes of IPython's syntax, and where findings stand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from conftest import LEAK

from leakguard.notebook import read_cells

if TYPE_CHECKING:
    from conftest import Project

ROWS = LEAK.splitlines(keepends=True)


def translated(cell: str) -> str:
    [code] = read_cells(json.dumps({"cells": [{"cell_type": "code", "source": cell}]}))
    assert code.python.count("\n") == cell.count("\n")
    return code.python


@pytest.mark.parametrize(
    ("cell", "python"),
    [
        ("x = 1\ny = 2", "x = 1\ny = 2"),
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("!pip install x\nx = 1", "pass\nx = 1"),
        ("if x:\n    !ls {x}\n    y()", "if x:\n    pass\n    y()"),
        ("!echo it's\ny = 1", "pass\ny = 1"),
        ("!pip install a \\\n  b\ny = 1", "pass\n\ny = 1"),
        ("%time x = f(1)", "x = f(1)"),
        ("  %timeit -n 10 -r3 f(1)", "f(1)"),
        ("%time !ls", "pass"),
        ("x = !ls *.csv\ny = x", "x = get_ipython()\ny = x"),
        ("a, b = %sql select 1", "a, b = get_ipython()"),
        ("x == 1 % 2\ny = 5 %2", "x == 1 % 2\ny = 5 %2"),
        ("print('a=%s' % b)\nx='=!'", "print('a=%s' % b)\nx='=!'"),
        ("df.head?\nx = 1", "pass\nx = 1"),
        ("?df\ndf??\n%time?", "pass\npass\npass"),
        ("f(a\n % b)\nx = '''\n%time\n!ls\n'''", "f(a\n % b)\nx = '''\n%time\n!ls\n'''"),
        ("x = 1 \\\n  % 2", "x = 1 \\\n  % 2"),
        ("# what?\nx = 1  # !no", "# what?\nx = 1  # !no"),
        ("%%time\nx = 1", "\nx = 1"),
        ("\n%%capture out\n\nx = 1", "\n\n\nx = 1"),
        ("%%bash\nls 'a\n", "\n\n"),
        ("%%html\n<b>", "\n"),
        ("%%writefile a.py\nimport b", "\n"),
        ("    x = 1\n    y = 2", "x = 1\ny = 2"),
        ("pip install numpy\nx = 1", "pass\nx = 1"),
        ("ls = 3\ncd (1)", "ls = 3\ncd (1)"),
        ("plt.plot();", "plt.plot();"),
    ],
)
def test_ipython_syntax_becomes_python_row_by_row(cell: str, python: str) -> None:
    assert translated(cell) == python


def test_findings_stand_in_cells_counted_over_all_kinds(project: Project) -> None:
    cells: list[str | list[str]] = [
        ["# Title"],
        "".join(ROWS[:5]),
        ["text"],
        "%matplotlib inline\n" + "".join(ROWS[5:7]),
        "".join(ROWS[7:]),
    ]
    project.write_cells("nb.ipynb", *cells)
    [found] = project.findings()
    assert (found["filename"], found["cell"], found["location"]) == ("nb.ipynb", 4, {"row": 3, "column": 5})
    assert [(note["cell"], note["location"]["row"]) for note in found["notes"]] == [(4, 3), (5, 1), (5, 3)]


def test_positions_in_text_formats_name_the_cell(project: Project) -> None:
    project.write_cells("nb.ipynb", "".join(ROWS[:7]), "".join(ROWS[7:]))
    assert project.run("check", "--output-format", "concise").out.startswith("nb.ipynb:cell 1:7:5: LG201 ")
    full = project.run("check").out
    assert full.startswith("nb.ipynb:cell 1:7:5: ")
    assert " --> nb.ipynb:cell 2:1:" in full
    assert "X = StandardScaler().fit_transform" in full


def test_columns_count_what_was_cut_from_a_row(project: Project) -> None:
    project.write_cells("nb.ipynb", "".join(ROWS[:6]), "  %time " + ROWS[6] + "  y = 0\n", "".join(ROWS[7:]))
    [found] = project.findings()
    assert (found["cell"], found["location"]) == (2, {"row": 1, "column": 13})
    assert "%time X = StandardScaler()" in project.run("check").out


def test_a_cell_that_does_not_parse_costs_only_itself(project: Project) -> None:
    project.write_cells("nb.ipynb", "print 'old'", "".join(ROWS[:7]), "this is no code at all", "".join(ROWS[7:]))
    assert project.places() == [
        ("nb.ipynb", 1, 1, "syntax-error"),
        ("nb.ipynb", 2, 7, "fit-before-split"),
        ("nb.ipynb", 3, 1, "syntax-error"),
    ]


def test_a_print_statement_of_python_2_costs_only_itself(project: Project) -> None:
    project.write_cells("nb.ipynb", "".join(ROWS[:7]) + "print 'rows', len(X), \\\n    y\n" + "".join(ROWS[7:]))
    assert project.places() == [("nb.ipynb", 1, 7, "fit-before-split"), ("nb.ipynb", 1, 8, "syntax-error")]


def test_top_level_await_is_no_error(project: Project) -> None:
    project.write_cells("nb.ipynb", "x = await load()\n", LEAK)
    assert [place[1:] for place in project.places()] == [(2, 7, "fit-before-split")]


@pytest.mark.parametrize(
    "metadata",
    [
        {"kernelspec": {"name": "ir", "language": "R"}},
        {"kernelspec": {"name": "julia-1.10"}},
        {"language_info": {"name": "scala"}},
    ],
)
def test_a_notebook_in_another_language_is_skipped_with_a_word(project: Project, metadata: dict[str, object]) -> None:
    project.write_cells("nb.ipynb", "x <- 1", **metadata)
    project.write("leak.py", LEAK)
    run = project.run("check", "--output-format", "concise")
    assert [line.split(":")[0] for line in run.out.splitlines()] == ["leak.py"]
    assert "nb.ipynb: skipped, its kernel runs" in run.err
    assert "not Python" in run.err


def test_a_python_kernel_is_known_by_any_of_its_names(project: Project) -> None:
    for number, metadata in enumerate(
        [
            {"kernelspec": {"name": "conda-env-x-py"}},
            {"kernelspec": {"language": "python"}},
            {"language_info": {"name": "ipython"}},
        ]
    ):
        project.write_cells(f"{number}.ipynb", LEAK, **metadata)
    assert len(project.places()) == 3


def test_worksheets_of_old_notebooks(project: Project) -> None:
    cells = [
        {"cell_type": "heading", "source": ["x"], "level": 1},
        {"cell_type": "code", "input": ROWS, "language": "python", "outputs": []},
    ]
    project.write("old.ipynb", json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}]}))
    assert project.places() == [("old.ipynb", 2, 7, "fit-before-split")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "the file is empty"),
        ('{"cells": [{"cell_type": "code", "source": ["x', "breaks off"),
        ("[]", "no list of cells"),
        ('{"cells": 3}', "no list of cells"),
        ('{"cells": [{"cell_type": "code", "source": 3}]}', "cell 1 has no text"),
        ('{"cells": [{"cell_type": "raw"}, {"cell_type": "code"}]}', "cell 2 has no text"),
        ("[" * 100_000, "nested too deeply"),
        (b'{"cells": ["\xff"]}', "not utf-8 text"),
    ],
)
def test_what_is_no_notebook_is_told_once(project: Project, content: str | bytes, words: str) -> None:
    project.write("nb.ipynb", content)
    project.write("leak.py", LEAK)
    broken, leak = sorted(project.findings(), key=lambda one: str(one["filename"]), reverse=True)
    assert (broken["name"], broken["cell"], leak["name"]) == ("unreadable-file", None, "fit-before-split")
    assert words in broken["message"]


def test_notebooks_without_code_are_clean(project: Project) -> None:
    project.write_cells("none.ipynb")
    project.write_cells("text.ipynb", ["# Title"])
    project.write_cells("empty.ipynb", "", "\n")
    project.write("surrogate.ipynb", '{"cells": [{"cell_type": "code", "source": "x = \'\\ud83d sklearn\'"}]}')
    assert project.places() == []
