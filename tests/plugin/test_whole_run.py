"""Files that are sealed for the whole run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from suites import Suite

READ = """\
def read():
    try:
        return open("data/test.csv").read()
    except BaseException:
        return ""
"""


@pytest.mark.parametrize("workers", ["", "-n2"])
def test_reads_fail_the_test_that_makes_them(suite: Suite, workers: str) -> None:
    suite.write("reading.py", READ)
    suite.write("pyproject.toml", '[tool.pytest.ini_options]\nleakguard_test_paths = ["data/*.csv"]\n')
    suite.write(
        "test_run.py",
        """\
        from reading import read

        def test_tunes():
            assert not read()

        def test_does_not():
            pass

        def test_reads_in_a_thread():
            thread = threading.Thread(target=read)
            thread.start()
            thread.join()

        @pytest.fixture
        def rows():
            return read()

        def test_reads_in_a_fixture(rows):
            pass

        @pytest.mark.final_evaluation
        def test_evaluates():
            assert read() == "1,2\\n3,4\\n"

        def test_opens(opened_once):
            with opened_once(paths=["data/test.csv"], reason="release"):
                assert read()

        def test_writes():
            open("data/test_predictions.txt", "w").close()
        """,
    )
    run = suite.run(*filter(None, [workers]))
    assert run.tests == {
        "test_tunes": "FAILED",
        "test_does_not": "PASSED",
        "test_reads_in_a_thread": "FAILED",
        "test_reads_in_a_fixture": "ERROR",
        "test_evaluates": "PASSED",
        "test_opens": "PASSED",
        "test_writes": "PASSED",
    }
    assert run.code == 1
    assert "leakguard: sealed for the whole run: " in run.text
    assert "reading.py:3" in run.text
    assert "@pytest.mark.final_evaluation" in run.text


@pytest.mark.parametrize("workers", ["", "-n2"])
def test_what_no_test_owns_fails_the_run(suite: Suite, workers: str) -> None:
    suite.write("reading.py", READ)
    suite.write(
        "test_run.py",
        """\
        import time
        from reading import read

        go = threading.Event()

        def later():
            go.wait(20)
            read()

        def test_leaves_a_thread():
            threading.Thread(target=later, name="left").start()

        def test_is_innocent():
            go.set()
            while any(thread.name == "left" for thread in threading.enumerate()):
                time.sleep(0.01)
        """,
    )
    run = suite.run("--leakguard-seal", "data/test.csv", "--dist", "loadfile", *filter(None, [workers]))
    assert run.tests == {"test_leaves_a_thread": "PASSED", "test_is_innocent": "PASSED"}
    assert run.code == 1
    assert "by what test_run.py::test_leaves_a_thread left running" in run.text


def test_a_read_at_import_fails_the_collection(suite: Suite) -> None:
    suite.write("reading.py", READ)
    suite.write("test_run.py", "from reading import read\nrows = read()\n\ndef test_it():\n    pass\n")
    run = suite.run("--leakguard-seal", "data/test.csv")
    assert run.code == 2
    assert "while test_run.py was collected" in run.text
    assert "reading.py:3" in run.text


def test_a_session_that_reads_at_its_end_fails(suite: Suite) -> None:
    suite.write("reading.py", READ)
    suite.write(
        "conftest.py",
        "from reading import read\n\ndef pytest_sessionfinish():\n    pass\n\n"
        "import pytest\n\n@pytest.hookimpl(wrapper=True)\ndef pytest_runtestloop():\n    try:\n        return (yield)\n"
        "    finally:\n        read()\n",
    )
    suite.write("test_run.py", "def test_it():\n    pass\n")
    run = suite.run("--leakguard-seal", "data/test.csv")
    assert run.tests == {"test_it": "PASSED"}
    assert run.code == 1
    assert "outside of any test: reading.py:3" in run.text.replace(f"{suite.folder}/", "")


def test_what_means_no_file_is_told(suite: Suite) -> None:
    suite.write("pytest.ini", "[pytest]\nleakguard_test_paths = data/test.csv typo/*.csv\n")
    suite.write("test_rows.py", "def test_it():\n    open('data/test.csv').read()\n\n\ndef test_other():\n    pass\n")
    run = suite.run()
    assert run.tests == {"test_it": "FAILED", "test_other": "PASSED"}
    assert re.search(r"not proven: there is no file .*typo/\*\.csv, which was to be sealed", run.text)
    assert "1 violated, 1 not proven" in run.text


@pytest.mark.parametrize(
    ("setting", "arguments"),
    [
        ("", ["--leakguard-seal", ""]),
        ('leakguard_test_paths = [""]', []),
        ('leakguard_test_paths = ["data/test.csv", "  "]', []),
        ("", ["--leakguard-backend", "lokey"]),
        ("", ["--leakguard-tuners", "gird"]),
    ],
)
def test_what_options_cannot_mean_is_an_error(suite: Suite, setting: str, arguments: list[str]) -> None:
    suite.write("pyproject.toml", f"[tool.pytest.ini_options]\n{setting}\n")
    suite.write("test_run.py", "def test_it():\n    pass\n")
    run = suite.run(*arguments)
    assert run.code == 4
    assert "INTERNALERROR" not in run.text
    assert "Traceback" not in run.text


@pytest.mark.parametrize(("strict", "code"), [([], 0), (["--leakguard-strict"], 1)])
def test_a_strict_run_fails_where_a_path_means_no_file(suite: Suite, strict: list[str], code: int) -> None:
    suite.write("test_run.py", "def test_it():\n    pass\n")
    run = suite.run("--leakguard-seal", "data/tset.csv", *strict)
    assert run.code == code
    assert "not proven: there is no file" in run.text


@pytest.mark.parametrize("mark", ["3", "paths=3", "paths=[None]", "paths=['']", "paths={'a': 1}", "''"])
def test_a_wrong_marker_is_one_clear_error(suite: Suite, mark: str) -> None:
    suite.write("test_run.py", f"@pytest.mark.sealed({mark})\ndef test_it():\n    pass\n")
    run = suite.run()
    assert run.tests == {"test_it": "ERROR"}
    assert "write @pytest.mark.sealed(paths=[...]) with at least one path" in run.text
    assert "TypeError" not in run.text
    assert "KeyError" not in run.text


def test_the_advice_for_a_path_that_a_test_seals_works(suite: Suite) -> None:
    suite.write(
        "test_run.py",
        """\
        def test_tunes_then_evaluates(sealed):
            held_out = sealed.path("data/test.csv")
            with held_out.allow():
                assert open("data/test.csv").read()
        """,
    )
    run = suite.run()
    assert run.tests == {"test_tunes_then_evaluates": "PASSED"}
    suite.write("test_run.py", "def test_reads(sealed):\n    sealed.path('data/test.csv')\n    open('data/test.csv')\n")
    assert "`allow()`" in suite.run().text


BESIDE = """\
import multiprocessing, subprocess, time
from pathlib import Path
from reading import read

def wait_for(name):
    end = time.monotonic() + 60
    while not Path(name).exists() and time.monotonic() < end:
        time.sleep(0.01)
"""


@pytest.mark.parametrize(
    "leak",
    [
        "multiprocessing.get_context('spawn').Process(target=read)",
        "threading.Thread(target=subprocess.run, args=(['sh', '-c', 'cat data/t*.csv > out'],))",
    ],
    ids=["spawned", "by a shell"],
)
def test_a_worker_answers_for_its_own_reads_alone(suite: Suite, leak: str) -> None:
    suite.write("reading.py", READ)
    suite.write("pyproject.toml", '[tool.pytest.ini_options]\nleakguard_test_paths = ["data/*.csv"]\n')
    evaluates = """\
@pytest.mark.final_evaluation
def test_evaluates():
    assert read()

def test_is_innocent():
    Path("evaluated").touch()
    wait_for("leaked")
"""
    leaks = f"""\
def test_leaks():
    wait_for("evaluated")
    time.sleep(1.2)
    one = {leak}
    one.start()
    one.join()
    Path("leaked").touch()

def test_is_innocent_too():
    time.sleep(0.1)
"""
    suite.write("test_one.py", BESIDE + evaluates)
    suite.write("test_two.py", BESIDE + leaks)
    run = suite.run("-n2", "--dist", "loadfile")
    assert run.tests == {
        "test_evaluates": "PASSED",
        "test_is_innocent": "PASSED",
        "test_leaks": "FAILED",
        "test_is_innocent_too": "PASSED",
    }, run.text


@pytest.mark.parametrize("way", ["read()", "subprocess.run(['cat', 'data/test.csv'], capture_output=True)"])
def test_a_final_evaluation_fails_no_test_of_another_worker(suite: Suite, way: str) -> None:
    suite.write("reading.py", READ)
    suite.write("pyproject.toml", '[tool.pytest.ini_options]\nleakguard_test_paths = ["data/*.csv"]\n')
    evaluates = f"""\
@pytest.mark.final_evaluation
def test_evaluates():
    Path("open").touch()
    while not Path("done").exists():
        {way}
        time.sleep(0.01)
"""
    others = """\
def test_is_innocent():
    wait_for("open")
    time.sleep(0.2)

def test_runs_programs():
    for _ in range(3):
        subprocess.run(["true"])

def test_ends():
    Path("done").touch()
"""
    suite.write("test_one.py", BESIDE + evaluates)
    suite.write("test_two.py", BESIDE + others)
    run = suite.run("-n2", "--dist", "loadfile")
    assert set(run.tests.values()) == {"PASSED"}, run.text
