"""`--leakguard-check`: a test for each file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conftest import LEAK

if TYPE_CHECKING:
    from suites import Suite


def test_findings_fail_the_test_of_their_file(suite: Suite) -> None:
    suite.write("src/leak.py", LEAK)
    suite.write("src/clean.py", "x = 1\n")
    suite.write("src/broken.py", "import sklearn\nx = (\n")
    (suite.folder / "test_plain.py").write_text("def test_it():\n    pass\n", "utf-8")
    run = suite.run("--leakguard-check", "src")
    assert "FAILED src/leak.py::leakguard - Finding: src/leak.py:7:5: LG201 fit-before-sp" in run.text
    assert "FAILED src/broken.py::leakguard - Finding: src/broken.py:" in run.text
    assert "PASSED src/clean.py::leakguard" in run.text
    assert "2 failed, 2 passed" in run.text


def test_the_linters_settings_and_baseline_hold(suite: Suite) -> None:
    suite.write("src/leak.py", LEAK)
    suite.write("pyproject.toml", '[tool.leakguard]\nignore = ["fit-before-split"]\n')
    assert "1 passed" in suite.run("--leakguard-check", "src").text


def test_what_is_not_there_is_said(suite: Suite) -> None:
    run = suite.run("--leakguard-check", "nowhere")
    assert run.code == 4
    assert "--leakguard-check: there is no" in run.text
    suite.write("src/x.py", "")
    suite.write("pyproject.toml", "[tool.leakguard]\nselekt = []\n")
    run = suite.run("--leakguard-check", "src")
    assert run.code == 4
    assert "selekt" in run.text


def test_a_folder_with_nothing_to_check_is_an_error(suite: Suite) -> None:
    suite.write("empty/notes.txt", "nothing")
    run = suite.run("--leakguard-check", "empty")
    assert "no file to check" in run.text
    assert run.code == 4
