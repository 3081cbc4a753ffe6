"""Which files are found, in which order, and what is said about those that cannot be read."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from conftest import LEAK, plain_environment

if TYPE_CHECKING:
    from conftest import Project


# Takes from the superuser the right to read everything.
LIKE_ANYONE = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if shutil.which("setpriv") else ()


def found(project: Project, *arguments: str) -> list[str]:
    """Return the files in which the leak is found, in the order of the output."""
    return [place[0] for place in project.places(*arguments)]


def write_leaks(project: Project, *names: str) -> None:
    for name in names:
        if name.endswith(".ipynb"):
            project.write_cells(name, LEAK)
        else:
            project.write(name, LEAK)


def test_scripts_stubs_and_notebooks_are_found_in_a_fixed_order(project: Project) -> None:
    write_leaks(project, "b.py", "a/z.pyi", "a/b/c.py", "a/nb.ipynb", "notes.txt", "c.PY", "d.py.bak")
    assert found(project) == ["b.py", "a/nb.ipynb", "a/z.pyi", "a/b/c.py"]
    assert found(project) == found(project, ".")
    assert found(project, "a/b", "b.py") == ["a/b/c.py", "b.py"]


def test_a_named_file_is_checked_whatever_its_name(project: Project) -> None:
    write_leaks(project, "script", "venv/x.py", "ignored.py")
    project.write(".gitignore", "ignored.py\n")
    assert found(project, "script", "venv/x.py", "ignored.py") == ["script", "venv/x.py", "ignored.py"]


def test_no_file_is_checked_twice(project: Project) -> None:
    write_leaks(project, "src/a.py")
    (project.folder / "link.py").symlink_to("src/a.py")
    (project.folder / "folder").symlink_to("src")
    assert found(project, "src/a.py", "src", ".", "src/../src/a.py", "folder/a.py") == ["src/a.py"]


def test_files_elsewhere_are_shown_whole(project: Project) -> None:
    write_leaks(project, "here/a.py", "there/b.py")
    run = project.run("check", "../there", "--output-format", "concise", cwd=project.folder / "here")
    assert run.out.startswith(f"{project.folder}/there/b.py:")


def test_default_exclusions_are_names_at_any_depth(project: Project) -> None:
    skipped = [".venv/a.py", "pkg/node_modules/a.py", "build/a.py", "x/__pycache__/a.py", "lib/site-packages/a.py"]
    write_leaks(project, "pkg/a.py", ".hidden/a.py", "builder/a.py", ".ipynb_checkpoints/a.ipynb", *skipped)
    assert sorted(found(project)) == [".hidden/a.py", "builder/a.py", "pkg/a.py"]


def test_a_named_folder_is_looked_into_even_if_it_is_excluded(project: Project) -> None:
    write_leaks(project, "build/a.py", "build/venv/b.py", "out/c.py")
    project.write(".gitignore", "out/\n")
    assert found(project, "build") == ["build/a.py"]
    assert found(project, "out") == ["out/c.py"]
    assert found(project, "build", "--force-exclude") == []


def test_force_exclude_covers_named_files_in_excluded_folders(project: Project) -> None:
    write_leaks(project, "a.py", "venv/lib/x.py")
    assert found(project, "a.py", "venv/lib/x.py", "--force-exclude") == ["a.py"]


def test_exclude_replaces_and_extend_exclude_adds(project: Project) -> None:
    write_leaks(project, "a.py", "venv/a.py", "vendor/a.py", "deep/vendor/a.py")
    assert sorted(found(project, "--extend-exclude", "/vendor")) == ["a.py", "deep/vendor/a.py"]
    assert sorted(found(project, "--exclude", "vendor")) == ["a.py", "venv/a.py"]
    project.write("pyproject.toml", "[tool.leakguard]\nexclude = ['vendor', 'a.py', '!/a.py']\n")
    assert found(project) == ["a.py"]


def test_patterns_are_relative_to_their_file_wherever_leakguard_runs(project: Project) -> None:
    write_leaks(project, "pkg/old/a.py", "pkg/new/old/a.py")
    project.write("pkg/pyproject.toml", "[tool.leakguard]\nexclude = ['/old']\n")
    for folder, shown in ((project.folder, "pkg/new/old/a.py"), (project.folder / "pkg", "new/old/a.py")):
        run = project.run("check", "--output-format", "concise", cwd=folder)
        assert [line.split(":")[0] for line in run.out.splitlines()] == [shown]


def test_nested_gitignore_files_count_for_their_folders(project: Project) -> None:
    project.write(".gitignore", "/top.py\n*_gen.py\nlogs/\n")
    project.write("pkg/.gitignore", "# local\nlocal.py\n!kept_gen.py\n")
    write_leaks(project, "top.py", "a_gen.py", "logs/a.py", "local.py", "pkg/local.py", "pkg/kept_gen.py", "pkg/top.py")
    assert found(project) == ["local.py", "pkg/kept_gen.py", "pkg/top.py"]
    assert found(project, "pkg") == ["pkg/kept_gen.py", "pkg/top.py"]
    assert len(found(project, "--no-respect-gitignore")) == 7


def test_gitignore_files_above_count_up_to_the_top_of_the_repository(project: Project) -> None:
    project.write(".gitignore", "a.py\n")
    project.write(".git/info/exclude", "b.py\n")
    write_leaks(project, "pkg/a.py", "pkg/b.py", "pkg/c.py", "other/a.py")
    (project.folder / "other/.git").mkdir()
    assert found(project, "pkg") == ["pkg/c.py"]
    assert found(project, "other") == ["other/a.py"]


def test_a_wrong_line_in_gitignore_is_told_and_the_others_count(project: Project) -> None:
    project.write(".gitignore", b"!\na.py\n\xff\n")
    write_leaks(project, "a.py", "b.py")
    run = project.run("check", "--output-format", "concise")
    assert [line.split(":")[0] for line in run.out.splitlines()] == ["b.py"]
    assert ".gitignore: not a pattern" in run.err


def test_links_that_loop_or_lead_nowhere_are_skipped_with_a_word(project: Project) -> None:
    write_leaks(project, "a/b/real.py")
    (project.folder / "a/b/up").symlink_to("../..")
    (project.folder / "loop.py").symlink_to("loop.py")
    (project.folder / "gone.py").symlink_to("nowhere.py")
    run = project.run("check", "--output-format", "concise")
    assert [line.split(":")[0] for line in run.out.splitlines()] == ["a/b/real.py"]
    assert "loop.py: a link that leads nowhere" in run.err
    assert "gone.py: a link that leads nowhere" in run.err
    assert project.run("check", "gone.py").code == 2


def test_what_is_no_regular_file_is_passed_over(project: Project) -> None:
    write_leaks(project, "folder.py/a.py")
    os.mkfifo(project.folder / "pipe.py")
    assert found(project) == ["folder.py/a.py"]


@pytest.mark.skipif(os.geteuid() == 0 and not LIKE_ANYONE, reason="the superuser may read everything")
def test_a_folder_and_a_file_that_may_not_be_read(project: Project) -> None:
    write_leaks(project, "a.py", "closed/b.py", "secret.py")
    (project.folder / "closed").chmod(0)
    (project.folder / "secret.py").chmod(0)
    run = project.run("check", "--output-format", "concise", wrapper=LIKE_ANYONE)
    (project.folder / "closed").chmod(0o700)
    assert "closed: cannot be read (Permission denied)" in run.err
    assert [line.split(" ")[0] for line in run.out.splitlines()] == ["a.py:7:5:", "secret.py:1:1:"]


def test_what_vanishes_meanwhile_is_told_and_the_rest_is_checked(project: Project) -> None:
    write_leaks(project, "folder/a.py", "file.py", "last.py")
    os.mkfifo(project.folder / "slow.py")
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "leakguard",
            "check",
            "slow.py",
            "folder",
            "file.py",
            "last.py",
            "--output-format=concise",
        ],
        cwd=project.folder,
        env=plain_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with (project.folder / "slow.py").open("w"):  # opens once the process reads the file
        shutil.rmtree(project.folder / "folder")
        (project.folder / "file.py").unlink()
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (1, "")
    assert [line.split(" ")[:3:2] for line in out.splitlines()] == [
        ["folder/a.py:1:1:", "unreadable-file"],
        ["file.py:1:1:", "unreadable-file"],
        ["last.py:7:5:", "fit-before-split"],
    ]


def test_nothing_to_check_is_told(project: Project) -> None:
    project.write("readme.md")
    run = project.run("check")
    assert (run.code, run.out) == (0, "")
    assert "no Python files or notebooks" in run.err


def test_odd_names_are_shown_harmlessly(project: Project) -> None:
    write_leaks(project, "new\nline \x1b[31m.py")
    with os.fdopen(os.open(os.fsencode(project.folder) + b"/latin-\xe4.py", os.O_CREAT | os.O_WRONLY), "w") as file:
        file.write(LEAK)
    for style in ("full", "concise"):
        run = project.run("check", "--output-format", style)
        assert run.code == 1
        assert "\x1b" not in run.out
        assert "new\N{SYMBOL FOR LINE FEED}line" in run.out
    assert os.fsencode(found(project)[0]) == b"latin-\xe4.py"
