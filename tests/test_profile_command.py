"""`leakguard profile`: what it shows, and what it refuses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from conftest import Project


RNG = np.random.default_rng(0)
ROWS = RNG.normal(size=(80, 2))
CSV = "age,income,city,left\n" + "".join(
    f"{40 + 10 * age:.1f},{np.exp(3 + income):.2f},town {number % 3},{int(age > 0.5)}\n"
    for number, (age, income) in enumerate(ROWS)
)


def test_text_json_and_page(project: Project) -> None:
    project.write("train.csv", CSV)
    run = project.run("profile", "train.csv", "--target", "left", "--report", "page.html")
    assert run.code == 0, run.err
    assert "80 rows, 3 columns, 2 of them numbers" in run.out
    assert "target: 2 classes (0 " in run.out
    assert "note: city: text or categories, not looked at" in run.out
    assert "gamma" in run.out
    as_numbers = project.run("profile", "train.csv", "--target", "left", "--task", "numbers")
    assert "target: numbers, skew" in as_numbers.out
    assert "written: page.html" in run.err
    assert "<svg" in (project.folder / "page.html").read_text("utf-8")
    data = json.loads(project.run("profile", "train.csv", "--target", "left", "--output-format", "json").out)
    assert data["rows"] == 80
    assert data["bounds"]["gamma"]["scale"] == "log"
    assert [column["name"] for column in data["numeric"]] == ["age", "income"]


@pytest.mark.parametrize(
    ("name", "text", "arguments", "message"),
    [
        ("train.csv", CSV, ("--target", "lefft"), "train.csv has no column 'lefft'; did you mean 'left'?"),
        ("train.csv", "a,b\n1,1\n2,1\n", ("--target", "b"), "All 2 rows have the target 1"),
        ("train.csv", "", (), "train.csv cannot be read as a table: No columns to parse"),
        ("train.csv", "a,b\n", (), "give a table with at least one row"),
        ("train.csv", "a\nx\ny\n", (), "None of the 1 columns holds numbers"),
        ("train.csv", 'a,b\n1,2,3,4\n"5', (), "cannot be read as a table"),
        ("train.txt", CSV, (), "expected a file whose name ends in .csv"),
        ("train.parquet", "no parquet", (), "train.parquet cannot be read as a table"),
        ("train.csv", CSV, ("--report", "nowhere/page.html"), "--report nowhere/page.html: its folder does not exist"),
    ],
)
def test_what_is_wrong_is_said(
    project: Project, name: str, text: str, arguments: tuple[str, ...], message: str
) -> None:
    project.write(name, text)
    run = project.run("profile", name, *arguments)
    assert run.code == 2
    assert message in run.err
    assert "Traceback" not in run.err


def test_test_paths_are_refused(project: Project) -> None:
    project.write("pyproject.toml", '[tool.leakguard]\ntest-paths = ["data/test.csv"]\n')
    project.write("data/test.csv", CSV)
    project.write("data/train.csv", CSV)
    run = project.run("profile", "data/test.csv")
    assert run.code == 2
    assert "data/test.csv holds test rows" in run.err
    assert project.run("profile", "data/train.csv").code == 0
