"""`leakguard ledger`: what it shows of the opening ledger, and when it fails."""

from __future__ import annotations

import json
import math
import random
import statistics
from typing import TYPE_CHECKING

import pytest

from leakguard.seal.openings.cost import expected_maximum, standard_error
from leakguard.seal.openings.journal import note_answer, note_score, open_once

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Project


@pytest.fixture
def ledger(project: Project, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the ledger of a project with a budget of two openings, of which one set has used both."""
    monkeypatch.chdir(project.folder)
    monkeypatch.delenv("LEAKGUARD_OPENINGS")
    project.write("pyproject.toml", "[tool.leakguard]\nopenings-budget = 2\n")
    note_score(open_once("rows:1", "X_test", "final evaluation", test_rows=400), 0.8)
    note_score(open_once("rows:1", "holdout", "after the bug fix"), 0.9)
    other = open_once("rows:2", "other", "final\x1b[31m")
    note_answer(other, "ladder", "model 1", score=0.5, test_rows=9)
    return project.folder / ".leakguard" / "openings.sqlite3"


def test_nothing_was_opened_yet(project: Project) -> None:
    run = project.run("ledger", "--check")
    assert (run.code, run.err) == (0, "")
    assert run.out.startswith("no test set was opened yet")
    assert json.loads(project.run("ledger", "--output-format", "json").out)["test_sets"] == []
    assert not (project.folder / ".leakguard").exists()


@pytest.mark.usefixtures("ledger")
def test_it_shows_who_opened_what_when_and_why(project: Project) -> None:
    run = project.run("ledger")
    assert run.code == 0
    assert "X_test, holdout (rows:1)\n  opened 2 times of a budget of 2, which is used up\n" in run.out
    assert ": after the bug fix, score 0.9\n" in run.out
    assert "other (rows:2)\n  opened once of a budget of 2, answered once without opening\n" in run.out
    assert "[ladder] " in run.out
    assert "\x1b" not in run.out
    assert "the best of 2 looks lies 0.56 standard errors above the truth" in run.out
    assert "0.0085 for a share of 400 rows, of standard error 0.0150" in run.out
    assert "Thresholdout" in run.out
    assert "Ladder" in run.out


def test_json_holds_the_same(project: Project, ledger: Path) -> None:
    document = json.loads(project.run("ledger", "--output-format", "json").out)
    assert (document["file"], document["budget"]) == (str(ledger), 2)
    first, second = document["test_sets"]
    assert (first["opened"], first["used_up"], second["opened"], second["used_up"]) == (2, True, 1, False)
    assert [one["score"] for one in first["entries"]] == [0.8, 0.9]
    assert second["entries"][1]["kind"] == "ladder"
    assert second["cost"] is None
    assert first["entries"][0]["at"].endswith("+00:00")


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize(("budget", "code"), [("openings-budget = 3", 0), ("openings-budget = 2", 1), ("", 1)])
def test_check_fails_once_the_openings_are_used_up(project: Project, budget: str, code: int) -> None:
    project.write("pyproject.toml", f"[tool.leakguard]\n{budget}\n")
    run = project.run("ledger", "--check")
    assert run.code == code
    assert ("used up: X_test, holdout" in run.err) == bool(code)
    assert project.run("ledger").code == 0


def test_a_single_opening_passes_without_a_budget(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.folder)
    monkeypatch.delenv("LEAKGUARD_OPENINGS")
    open_once("rows:1", "X_test", "final evaluation")
    run = project.run("ledger", "--check")
    assert (run.code, run.err) == (0, "")
    assert "opened once (no budget is set)" in run.out


def test_file_names_another_ledger(project: Project, ledger: Path) -> None:
    ledger.rename(project.folder / "moved.db")
    assert project.run("ledger").out.startswith("no test set")
    assert "X_test" in project.run("ledger", "--file", "moved.db").out
    assert "X_test" in project.run("ledger", env={"LEAKGUARD_OPENINGS": "moved.db"}).out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["--file", "nowhere.db"], "no such file"), (["--file", "x.db"], "damaged"), (["--file", "."], "cannot be used")],
)
def test_what_is_no_ledger_is_told(project: Project, arguments: list[str], words: str) -> None:
    project.write("x.db", "text " * 1000)
    run = project.run("ledger", *arguments)
    assert (run.code, run.out) == (2, "")
    assert words in run.err


def test_the_largest_of_some_draws_on_average() -> None:
    assert expected_maximum(1) == 0
    assert expected_maximum(2) == pytest.approx(1 / math.sqrt(math.pi), abs=1e-9)
    assert expected_maximum(3) == pytest.approx(1.5 / math.sqrt(math.pi), abs=1e-9)
    draw = random.Random(0)  # noqa: S311 - no secret
    drawn = [max(draw.gauss(0, 1) for _ in range(20)) for _ in range(4000)]
    assert expected_maximum(20) == pytest.approx(statistics.fmean(drawn), abs=0.03)


def test_the_standard_error_of_a_share() -> None:
    assert standard_error(100, 0.5) == pytest.approx(0.05)
    assert standard_error(100, 0.9) == pytest.approx(0.03)
    assert standard_error(100, None) == standard_error(100, -3.5) == pytest.approx(0.05)
