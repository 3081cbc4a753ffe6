"""The command line: exit codes, options, standard input, colours, and what happens when somebody interrupts it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from conftest import LEAK, LEAK_ROW, plain_environment

if TYPE_CHECKING:
    from conftest import Project

CLEAN = "x = 1\n"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["check", "clean.py"], 0),
        (["check", "leak.py"], 1),
        (["check"], 1),
        (["check", "broken.py"], 1),
        (["check", "clean.py", "nowhere.py"], 2),
        (["check", "--select", "LG2", "leak.py"], 1),
        (["check", "--select", "LG3", "leak.py"], 0),
        (["check", "--select", "all-leaks", "clean.py"], 2),
        (["check", "--no-such-option"], 2),
        (["check", "--output-format", "xml"], 2),
        (["check", "--isolated", "--config", "x.toml"], 2),
        (["check", "-", "clean.py"], 2),
        (["rule", "fit-before-split"], 0),
        (["rule", "no-such-rule"], 2),
        (["rule"], 2),
        (["rule", "--all", "fit-before-split"], 2),
        (["no-such-command"], 2),
        (["--version"], 0),
        (["--help"], 0),
        (["check", "-h"], 0),
    ],
)
def test_exit_codes(project: Project, arguments: list[str], code: int) -> None:
    project.write("clean.py", CLEAN)
    project.write("leak.py", LEAK)
    project.write("broken.py", "def f(:\n")
    run = project.run(*arguments)
    assert run.code == code, run
    assert (run.out + run.err).strip()


def test_missing_paths_are_all_named_and_nothing_is_checked(project: Project) -> None:
    project.write("leak.py", LEAK)
    run = project.run("check", "gone.py", "leak.py", "lost/")
    assert (run.code, run.out) == (2, "")
    assert "gone.py" in run.err
    assert "lost" in run.err


@pytest.mark.parametrize("option", ["--select", "--ignore", "--extend-select"])
def test_an_unknown_rule_is_answered_with_the_nearest_name(project: Project, option: str) -> None:
    run = project.run("check", option, "fit-befor-split")
    assert run.code == 2
    assert "fit-befor-split" in run.err
    assert "fit-before-split" in run.err


@pytest.mark.parametrize("selector", ["fit-before-split", "LG201", "lg201", "LG2", "ALL", "LG301,LG201"])
def test_rules_are_selected_by_name_code_and_prefix(project: Project, selector: str) -> None:
    project.write("leak.py", LEAK)
    assert project.places("--select", selector) == [("leak.py", None, LEAK_ROW, "fit-before-split")]
    assert project.places("--ignore", selector) == []


def test_the_more_exact_selector_wins(project: Project) -> None:
    project.write("leak.py", LEAK)
    assert project.places("--select", "LG201", "--ignore", "LG2") == [("leak.py", None, LEAK_ROW, "fit-before-split")]
    assert project.places("--select", "LG2", "--ignore", "LG201") == []


def test_an_unreadable_program_is_reported_whatever_is_selected(project: Project) -> None:
    project.write("broken.py", "def f(:\n")
    assert [place[3] for place in project.places("--select", "LG301")] == ["syntax-error"]
    assert project.places("--ignore", "syntax-error") == []


def test_nothing_that_is_checked_is_run_or_changed(project: Project) -> None:
    project.write("conftest.py", "open('ran', 'w')\n" + LEAK)
    project.write("sklearn.py", "raise SystemExit(7)\n")
    before = {file: file.stat().st_mtime_ns for file in project.folder.rglob("*")}
    assert project.run("check").code == 1
    assert {file: file.stat().st_mtime_ns for file in project.folder.rglob("*")} == before


def test_standard_input_is_checked_under_its_name(project: Project) -> None:
    assert [one["filename"] for one in project.findings("-", text=LEAK)] == ["-"]
    named = project.findings("-", "--stdin-filename", "src/train.py", text=LEAK)
    assert [(one["filename"], one["location"]["row"]) for one in named] == [("src/train.py", LEAK_ROW)]


def test_standard_input_named_like_a_notebook_is_one(project: Project) -> None:
    notebook = project.write_cells("nb.ipynb", ["# Title"], LEAK).read_bytes()
    found = project.findings("-", "--stdin-filename", "other.ipynb", text=notebook)
    assert [(one["filename"], one["cell"]) for one in found] == [("other.ipynb", 2)]


def test_standard_input_is_not_checked_if_its_name_is_excluded(project: Project) -> None:
    name = ["--stdin-filename", "venv/train.py"]
    assert project.findings("-", *name, text=LEAK)
    assert project.findings("-", *name, "--force-exclude", text=LEAK) == []


def test_closed_standard_input_is_told(project: Project) -> None:
    run = subprocess.run(
        ["sh", "-c", '"$1" -m leakguard check - <&-', "sh", sys.executable],  # noqa: S607 - any shell will do
        cwd=project.folder,
        env=plain_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout) == (2, "")
    assert "standard input" in run.stderr


@pytest.mark.parametrize(
    ("options", "env", "colored"),
    [
        ([], {}, False),
        (["--color", "always"], {}, True),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ([], {"FORCE_COLOR": ""}, False),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colors(project: Project, options: list[str], env: dict[str, str], *, colored: bool) -> None:
    project.write("leak.py", LEAK)
    assert ("\033[" in project.run("check", *options, env=env).out) is colored


def test_json_is_never_colored(project: Project) -> None:
    project.write("leak.py", LEAK)
    assert "\033" not in project.run("check", "--color", "always", "--output-format", "json").out


def test_confidence_below_the_limit_is_left_out(project: Project) -> None:
    project.write("leak.py", LEAK)
    [found] = project.findings("--min-confidence", "low")
    surer = "high" if found["confidence"] != "high" else None
    assert project.findings("--min-confidence", found["confidence"]) == [found]
    assert surer is None or project.findings("--min-confidence", surer) == []


def test_an_interrupt_ends_quietly(project: Project) -> None:
    os.mkfifo(project.folder / "slow.py")
    process = subprocess.Popen(
        [sys.executable, "-m", "leakguard", "check", "slow.py"],
        cwd=project.folder,
        env=plain_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with (project.folder / "slow.py").open("w"):  # opens once the process reads the file
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err.strip()) == (130, "", "")


def test_a_reader_that_has_gone_is_no_error(project: Project) -> None:
    project.write("leak.py", LEAK)
    reader, writer = os.pipe()
    os.close(reader)
    run = subprocess.run(
        [sys.executable, "-m", "leakguard", "check"],
        cwd=project.folder,
        env=plain_environment(),
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)
    assert (run.returncode, run.stderr) == (1, b"")


def test_a_full_disk_behind_the_output_is_told(project: Project) -> None:
    project.write("leak.py", LEAK)
    with open("/dev/full", "w") as full:
        run = subprocess.run(
            [sys.executable, "-m", "leakguard", "check"],
            cwd=project.folder,
            env=plain_environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (run.returncode, run.stderr) == (2, "leakguard: error: No space left on device\n")


def test_a_current_folder_that_is_gone_is_told(project: Project) -> None:
    run = project.run("check", wrapper=("sh", "-c", 'mkdir gone && cd gone && rmdir ../gone && exec "$@"', "sh"))
    assert (run.code, run.out) == (2, "")
    assert "the current folder cannot be used" in run.err


def test_version(project: Project) -> None:
    from leakguard import __version__

    assert project.run("--version").out == f"leakguard {__version__}\n"


def test_every_rule_is_documented_under_its_name_and_its_code(project: Project) -> None:
    listed = json.loads(project.run("rule", "--all", "--output-format", "json").out)
    assert {one["name"] for one in listed} >= {"fit-before-split", "test-set-in-tuning", "syntax-error"}
    for one in listed:
        for section in ("## What it does", "## Why is this bad"):
            assert section in one["documentation"], one["name"]
    text = project.run("rule", "--all").out
    assert [f"# {one['name']} ({one['code']}" in text for one in listed] == [True] * len(listed)
    assert all((f"{one['code']}, in preview" in text) is one["preview"] for one in listed)
    assert project.run("rule", "lg201").out == project.run("rule", "fit-before-split").out


_RULE_IN_PREVIEW = """\
import contextlib, io, json, sys
from leakguard.cli import main
from leakguard.rules.registry import Finding, rule
from leakguard.semantic.events import Judge
@rule('LG999', 'any-score', preview=True)
def any_score(trace):
    yield from (Finding(judge.site, 'a score') for judge in trace.of(Judge))
for options in sys.argv[1:]:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert main(['check', '--output-format', 'concise', *options.split()]) == 1
    print(json.dumps('any-score' in out.getvalue()))
"""


def test_a_rule_in_preview_is_on_only_where_it_is_selected(project: Project) -> None:
    project.write("leak.py", LEAK)
    reported = {
        "": False,
        "--select ALL": False,
        "--select LG": False,
        "--select LG999,LG2": True,
        "--select any-score,LG2": True,
        "--preview": True,
        "--preview --select ALL": True,
        "--preview --select LG": True,
        "--preview --ignore LG9": False,
        "--extend-select any-score": True,
    }
    command = [sys.executable, "-c", _RULE_IN_PREVIEW, *reported]
    environment = plain_environment()
    run = subprocess.run(command, cwd=project.folder, env=environment, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    assert dict(zip(reported, map(json.loads, run.stdout.splitlines()), strict=True)) == reported


def test_a_rule_that_fails_is_named_and_the_others_still_count(project: Project) -> None:
    project.write("leak.py", LEAK)
    project.write("other.py", LEAK)
    script = (
        "import sys\n"
        "from leakguard.cli import main\n"
        "from leakguard.rules.registry import rule\n"
        "@rule('LG999', 'always-fails')\n"
        "def always_fails(trace):\n"
        "    raise LookupError('lost')\n"
        "    yield\n"
        "sys.exit(main(['check', '--output-format', 'concise']))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script],
        cwd=project.folder,
        env=plain_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2
    lines = run.stdout.splitlines()
    assert [line.split(":")[0] for line in lines] == ["leak.py", "leak.py", "other.py", "other.py"]
    assert all(
        "internal-error" in line and "always-fails" in line and "LookupError: lost" in line for line in lines[::2]
    )
    assert all("fit-before-split" in line for line in lines[1::2])
    assert run.stderr == ""
