"""Files that are odd, broken or huge: one clear word about each, and the others are still checked."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from conftest import LEAK, LEAK_ROW

if TYPE_CHECKING:
    from conftest import Project

RELEVANT = "import sklearn\n"


def check(project: Project, content: str | bytes) -> tuple[int, int, str, str] | None:
    """Return row, column, rule and message of the one thing said about a file that stands beside a leak, if any."""
    project.write("odd.py", content)
    project.write("leak.py", LEAK)
    by_file: dict[str, list[tuple[int, int, str, str]]] = {"leak.py": [], "odd.py": []}
    for one in project.findings():
        at = one["location"]
        by_file[one["filename"]].append((at["row"], at["column"], one["name"], one["message"]))
    assert [found[::2] for found in by_file["leak.py"]] == [(LEAK_ROW, "fit-before-split")]
    assert len(by_file["odd.py"]) <= 1
    return next(iter(by_file["odd.py"]), None)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "\n\n",
        "# only\n# comments",
        "'''only a docstring'''",
        "\N{ZERO WIDTH NO-BREAK SPACE}x = 1\n",
        "# -*- coding: latin-1 -*-\nx = '\N{LATIN SMALL LETTER A WITH DIAERESIS}'\n".encode("latin-1"),
        "#!/usr/bin/env python\n# vim: set fileencoding=cp1252 :\nx = '\N{EURO SIGN}'\n".encode("cp1252"),
        f"{RELEVANT}x = 1\r\ny = (\r\n2)\r\n",
        f"{RELEVANT}x = 1\ry = 2\r",
        f"{RELEVANT}if x:\n\ty = 1\n\tz = 2\n",
        f"{RELEVANT}\x0cx = 1\n\x0c\n",
        f"{RELEVANT}x = '\\d'\nassert (x, 'always true')\n",
        f"{RELEVANT}x = 1\n" * 5_000,
        f"{RELEVANT}x = {'(' * 90}1{')' * 90}\n",
        f"{RELEVANT}x = {' + '.join(['a'] * 800)}\n",
        f"{RELEVANT}if a:\n    pass\n" + "elif b:\n    pass\n" * 800,
        f"{RELEVANT}x = [\n" + "[1.5, -2e-3],\n" * 200_000 + "]\n",
        f"{RELEVANT}x = {{\n" + "'key': 'value',\n" * 200_000 + "'last': f(x)}\n",
        f"{RELEVANT}type X = int\ndef f[T](x: T) -> T: ...\n",
        "type X = int\n",
    ],
    ids=range(20),
)
def test_odd_but_sound_files_are_clean(project: Project, content: str | bytes) -> None:
    assert check(project, content) is None


@pytest.mark.parametrize("start", ["", RELEVANT], ids=["irrelevant", "relevant"])
@pytest.mark.parametrize(
    ("content", "place", "words"),
    [
        ("def f(:\n", (1, None), ""),
        ("print 'old'\n", (1, 1), "print"),
        ("x = 1\r\ny = (\r\n", (2, 5), "never closed"),
        ("x = 1\ry = (\r", (2, 5), "never closed"),
        ("x = 1\n\x0c\ny = (\n", (3, 5), "never closed"),
        ("x = '\N{GRINNING FACE}', (\n", (1, 10), "never closed"),
        ("x = 1\0\n", (1, 6), "null byte"),
        ("if x:\n\ty = 1\n        z = 2\n", (3, None), "tabs"),
        ("if x:\npass\n", (2, None), "indented block"),
        ("x = '''\n", (1, None), "unterminated"),
        (f"x = {'(' * 2_000}{')' * 2_000}\n", (1, None), "too many nested parentheses"),
        (f"x = {'[' * 100_000}\n", (1, None), "too many nested parentheses"),
    ],
)
def test_a_syntax_error_is_one_diagnostic_where_it_is(
    project: Project, start: str, content: str, place: tuple[int, int | None], words: str
) -> None:
    found = check(project, start + content)
    assert found is not None
    assert found[2] == "syntax-error"
    assert found[:2] == (place[0] + start.count("\n"), place[1] or found[1])
    assert words in found[3]


@pytest.mark.parametrize(
    ("content", "place", "words"),
    [
        (
            "x = 1\ny = '\N{LATIN SMALL LETTER A WITH DIAERESIS}'\n".encode("latin-1"),
            (2, 6),
            "not utf-8 text (byte 0xe4)",
        ),
        (b"# coding: ascii\n# \xc3\xa4\n", (2, 3), "not ascii text"),
        (b"# coding: nonsense\n", (1, 1), "'nonsense' is unknown"),
        (b"# coding: hex\n", (1, 1), "'hex' is unknown"),
        ("x = 1\n".encode("utf-16"), (1, 1), "UTF-16"),
        (b"\x00\xff\xfe\x80 binary", (1, 2), "not utf-8 text"),
        (f"{RELEVANT}x = {' + '.join(['a'] * 20_000)}\n".encode(), (2, 1), "levels deep"),
        (f"{RELEVANT}x = a{'.b()' * 3_000}\n".encode(), (2, 1), "levels deep"),
        (f"{RELEVANT}if a: pass\n".encode() + b"elif b: pass\n" * 5_000, (1_000, 1), "levels deep"),
    ],
)
def test_an_unreadable_file_is_one_diagnostic(
    project: Project, content: bytes, place: tuple[int, int | None], words: str
) -> None:
    found = check(project, content)
    assert found is not None
    assert found[2] == "unreadable-file"
    assert found[:2] == (place[0], place[1] or found[1])
    assert words in found[3]


def test_all_of_them_at_once(project: Project) -> None:
    for number, content in enumerate([b"\xff", b"def f(:\n", b"", b"x = " + b"(" * 5_000, LEAK.encode(), b"x = 1\0"]):
        project.write(f"{number}.py", content)
    project.write("6.ipynb", '{"cells": [')
    run = project.run("check", "--output-format", "concise")
    assert run.code == 1
    assert [line.split(":")[0] for line in run.out.splitlines()] == ["0.py", "1.py", "3.py", "4.py", "5.py", "6.ipynb"]
    assert run.err == ""


def odd_files(project: Project) -> None:
    os.mkfifo(project.folder / "sweep.yaml")
    os.mkfifo(project.folder / "helpers.py")
    (project.folder / "zero.yaml").symlink_to("/dev/zero")
    (project.folder / "device.py").symlink_to("/dev/zero")
    with (project.folder / "huge.py").open("wb") as file:
        file.truncate(100 << 20)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes")
def test_pipes_devices_and_huge_modules_hold_nothing_up(project: Project) -> None:
    odd_files(project)
    project.write("leak.py", "import helpers, device, huge\n" + LEAK)
    run = project.run("check", "--output-format", "concise")
    assert run.code == 1
    assert "fit-before-split" in run.out
    assert "Traceback" not in run.err


@pytest.mark.parametrize("number", ["9" * 5000, "1e999999", "-" + "1" * 4400])
def test_a_notebook_with_a_number_beyond_all_bounds(project: Project, number: str) -> None:
    project.write("odd.ipynb", f'{{"cells": [], "metadata": {{"x": {number}}}, "nbformat": 4, "nbformat_minor": 5}}')
    project.write("leak.py", LEAK)
    run = project.run("check", "--output-format", "concise")
    assert "fit-before-split" in run.out
    assert "Traceback" not in run.err
    assert ("not a notebook" in run.out) == (number != "1e999999")


def test_patterns_of_many_stars_are_passed_over(project: Project) -> None:
    project.write(".gitignore", "*a" * 40 + "\n*.skipped.py\n")
    project.write("a" * 120 + ".py", LEAK)
    project.write("b.skipped.py", LEAK)
    (project.folder / ".git").mkdir(exist_ok=True)
    run = project.run("check", "--output-format", "concise")
    assert "not a pattern, passed over: *a*a" in run.err
    assert "skipped.py" not in run.out
    assert run.code == 1


def test_a_condition_of_many_blanks(project: Project) -> None:
    project.write(
        "a.py", f"import pandas as pd\nimport sklearn\ndf = pd.read_csv('a.csv')\ndf.query('a{' ' * 60000}')\n"
    )
    assert project.run("check").code == 0


def test_a_sweep_of_more_combinations_than_can_be_written_down(project: Project) -> None:
    several = "".join(f"  p{number}: {{values: [1, 2]}}\n" for number in range(16_000))
    project.write("sweep.yaml", f"method: grid\nparameters:\n{several}")
    run = project.run("check", "--output-format", "concise", "--select", "ALL")
    assert "Traceback" not in run.err
    assert "internal" not in run.out
