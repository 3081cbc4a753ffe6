"""Where reports go, what they count, and the exit code: options, their environment variables, and bad input."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from conftest import LEAK, plain_environment

from leakguard.writing import NotWritableError, check_writable

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Project


@pytest.fixture
def leak(project: Project) -> Project:
    project.write("leak.py", LEAK)
    return project


def test_the_report_goes_to_a_file_whole_and_plain(leak: Project) -> None:
    shown = leak.run("check")
    file = leak.write("out/report.txt", "old" * 10_000)
    file.chmod(0o640)
    run = leak.run("check", "--output-file", "out/report.txt", "--color", "always")
    assert (run.code, run.out, run.err) == (1, "", "")
    assert file.read_text() == shown.out
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert os.listdir(file.parent) == ["report.txt"]


def test_a_report_behind_a_link_is_replaced_where_it_lies(leak: Project) -> None:
    real = leak.write("real/report.json", "old")
    link = leak.folder / "report.json"
    link.symlink_to(real)
    run = leak.run("check", env={"LEAKGUARD_OUTPUT_FILE": "report.json", "LEAKGUARD_OUTPUT_FORMAT": "json"})
    assert (run.code, run.out) == (1, "")
    assert link.is_symlink()
    assert [one["name"] for one in json.loads(real.read_text())] == ["fit-before-split"]


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("", "is no file name"),
        ("folder", "is a folder"),
        ("missing/report.txt", "its folder does not exist"),
        ("leak.py/report.txt", "its folder does not exist"),
    ],
)
def test_a_file_that_cannot_be_is_told_before_anything_is_checked(leak: Project, file: str, reason: str) -> None:
    leak.write("folder/x")
    (leak.folder / "gone.py").symlink_to("nowhere")
    run = leak.run("check", "--output-file", file)
    named = file or "''"
    assert (run.code, run.out, run.err) == (2, "", f"leakguard: error: --output-file {named}: {reason}\n")


def test_what_may_not_be_written_is_told(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[object, int]] = []
    monkeypatch.setattr(os, "access", lambda path, mode: asked.append((path, mode)))  # the administrator always may
    for file, decisive in ((project.folder / "new.txt", project.folder), (project.write("old.txt"),) * 2):
        with pytest.raises(NotWritableError, match="may not be written"):
            check_writable("--output-file", str(file))
        assert asked.pop() == (str(decisive), os.W_OK)


def test_a_full_disk_leaves_the_old_report(leak: Project) -> None:
    run = leak.run("check", "--output-file", "/dev/full")
    message = "leakguard: error: --output-file /dev/full: No space left on device\n"
    assert (run.code, run.out, run.err) == (2, "", message)
    file = leak.write("report.txt", "old")
    limited = ("sh", "-c", 'ulimit -f 0 && trap "" XFSZ && exec "$@"', "sh")  # no file may grow
    run = leak.run("check", "--output-file", "report.txt", wrapper=limited, env={"PYTHONDONTWRITEBYTECODE": "1"})
    assert (run.code, run.out) == (2, "")
    assert "--output-file report.txt: File too large" in run.err
    assert file.read_text() == "old"
    assert sorted(os.listdir(leak.folder)) == [".git", "leak.py", "report.txt"]


def without_standard_output(folder: Path, *arguments: str) -> tuple[int, str]:
    command = ["sh", "-c", 'exec "$@" >&-', "sh", sys.executable, "-m", "leakguard", "check", *arguments]
    run = subprocess.run(command, cwd=folder, env=plain_environment(), stderr=subprocess.PIPE, text=True, check=False)
    return run.returncode, run.stderr


def test_closed_standard_output_is_told_unless_a_file_is_named(leak: Project) -> None:
    assert without_standard_output(leak.folder) == (2, "leakguard: error: standard output is closed\n")
    assert without_standard_output(leak.folder, "--output-file", "report.txt") == (1, "")
    assert (leak.folder / "report.txt").read_text().endswith("in 1 file.\n")


def test_findings_may_be_told_without_a_failure(leak: Project) -> None:
    run = leak.run("check", "--exit-zero")
    assert run.code == 0
    assert "Found 1 problem" in run.out
    assert leak.run("check", "--exit-zero", "missing.py").code == 2
    assert leak.run("check", "--exit-zero", "--select", "no-such-rule").code == 2


def test_statistics_go_with_some_formats_only(leak: Project) -> None:
    run = leak.run("check", "--statistics")
    assert run.out == "1  LG201  fit-before-split\n\nFound 1 problem (1 warning) in 1 file.\n"
    assert run.code == 1
    leak.write("pyproject.toml", '[tool.leakguard]\noutput-format = "sarif"\n')
    run = leak.run("check", "--statistics", "missing.py")
    assert (run.code, run.out) == (2, "")
    assert leak.run("check", "--statistics").err == (
        "leakguard: error: --statistics goes with the output formats full, concise and json, not sarif\n"
    )
    assert leak.run("check", "--statistics", "--output-format", "json", "--select", "LG3").out == "[]\n"


def test_statistics_of_nothing(project: Project) -> None:
    project.write("a.py", "x = 1\n")
    assert project.run("check", "--statistics").out == "No leaks found in 1 file.\n"


def test_an_output_format_that_there_is_not(leak: Project) -> None:
    run = leak.run("check", "--output-format", "yaml")
    assert (run.code, run.out) == (2, "")
    assert "'sarif'" in run.err
    run = leak.run("check", env={"LEAKGUARD_OUTPUT_FORMAT": "yaml"})
    assert run.code == 2
    assert "LEAKGUARD_OUTPUT_FORMAT" in run.err
    leak.write("pyproject.toml", '[tool.leakguard]\noutput-format = "yaml"\n')
    run = leak.run("check")
    assert run.code == 2
    assert '"gitlab"' in run.err
    leak.write("pyproject.toml", '[tool.leakguard]\noutput-format = "concise"\n')
    assert leak.run("check", env={"LEAKGUARD_OUTPUT_FORMAT": "github"}).out.startswith("::warning file=leak.py,")


def test_rules_are_linked_where_somebody_says_they_are(leak: Project) -> None:
    def url(*options: str, env: dict[str, str] | None = None) -> str | None:
        run = leak.run("check", "--output-format", "json", *options, env=env)
        [found] = json.loads(run.out)
        return found["url"]  # type: ignore[no-any-return]

    assert url() is None
    assert url("--documentation-url", "https://a.example/x/") == "https://a.example/x/fit-before-split"
    assert url(env={"LEAKGUARD_DOCUMENTATION_URL": "https://a.example/{code}.html"}) == "https://a.example/LG201.html"
    leak.write("pyproject.toml", '[tool.leakguard]\ndocumentation-url = "https://b.example"\n')
    assert url() == "https://b.example/fit-before-split"
    leak.write("pyproject.toml", '[tool.leakguard]\ndocumentation-url = "docs/rules"\n')
    assert "`documentation-url`: expected a web address" in leak.run("check").err
    run = leak.run("check", "--documentation-url", "docs")
    assert run.code == 2
    assert "no web address" in run.err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_can_complete(project: Project, shell: str) -> None:
    command = [sys.executable, "-c", "import sys; from leakguard.cli import main; sys.exit(main())"]
    environment = plain_environment() | {"_LEAKGUARD_COMPLETE": f"{shell}_source"}
    run = subprocess.run(command, cwd=project.folder, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert re.search(rf"_LEAKGUARD_COMPLETE=['\"]?{shell}_complete", run.stdout)
    words = {"bash": {"COMP_WORDS": "leakguard check --output-f", "COMP_CWORD": "2"}}.get(shell, {})
    if words:
        environment |= words | {"_LEAKGUARD_COMPLETE": "bash_complete"}
        run = subprocess.run(command, cwd=project.folder, env=environment, capture_output=True, text=True, check=False)
        assert run.stdout.split() == ["plain,--output-format", "plain,--output-file"]
