"""`leakguard clean` removes what is ours, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from conftest import LEAK

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Project


def kept(folder: Path) -> list[str]:
    return sorted(one.suffix for one in folder.iterdir())


def test_the_file_of_this_project_goes(project: Project) -> None:
    project.write("leak.py", LEAK)
    project.write("pyproject.toml", "[tool.leakguard]\ncache-dir = 'kept'\n")
    project.write("other/pyproject.toml", "[tool.leakguard]\n")
    project.write("other/leak.py", LEAK)
    env = {"LEAKGUARD_CACHE_DIR": ""}
    project.run("check", "leak.py", env=env)
    project.run("check", "--cache-dir", "../kept", env=env, cwd=project.folder / "other")
    assert kept(project.folder / "kept") == [".TAG", ".sqlite", ".sqlite"]
    run = project.run("clean", env=env)
    assert (run.code, run.err) == (0, "")
    assert run.out.startswith(f"removed {project.folder}/kept/")
    assert run.out.count("\n") == 1
    assert kept(project.folder / "kept") == [".TAG", ".sqlite"]
    again = project.run("clean", env=env)
    assert (again.code, again.out) == (0, f"nothing is kept in {project.folder}/kept\n")


def test_all_of_them_go_with_their_folder(project: Project) -> None:
    project.write("leak.py", LEAK)
    project.run("check", "--cache-dir", "kept")
    run = project.run("clean", "--all", "--cache-dir", "kept")
    assert run.code == 0
    assert run.out.endswith(f"removed {project.folder}/kept\n")
    assert not (project.folder / "kept").exists()


def test_what_others_have_put_there_stays(project: Project) -> None:
    project.write("leak.py", LEAK)
    project.run("check", "--cache-dir", "kept")
    for name in ("theirs.sqlite", "note.txt", "sub/x-0123456789ab.sqlite"):
        project.write(f"kept/{name}", "x")
    assert project.run("clean", "--all", "--cache-dir", "kept").code == 0
    left = sorted(one.name for one in (project.folder / "kept").iterdir())
    assert left == ["note.txt", "sub", "theirs.sqlite"]


def test_a_folder_without_our_tag_is_left_alone(project: Project) -> None:
    project.write("data/rows-0123456789ab.sqlite", "x")
    run = project.run("clean", "--all", "--cache-dir", "data")
    assert (run.code, run.out) == (0, f"nothing is kept in {project.folder}/data\n")
    project.write("data/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n# of somebody else\n")
    assert "nothing" in project.run("clean", "--all", "--cache-dir", "data").out
    assert (project.folder / "data/rows-0123456789ab.sqlite").exists()
    assert "nothing" in project.run("clean", "--cache-dir", "nowhere").out


@pytest.mark.parametrize("outside", ["../elsewhere", "/elsewhere", "link/kept"])
def test_a_project_cannot_choose_a_cache_outside_of_it(project: Project, outside: str) -> None:
    (project.folder / "link").symlink_to(project.folder.parent)
    project.write("pyproject.toml", f"[tool.leakguard]\ncache-dir = {outside!r}\n")
    project.write("a.py", "x = 1\n")
    run = project.run("check", env={"LEAKGUARD_CACHE_DIR": ""})
    assert run.code == 2
    assert "is outside of the project; name such a folder by --cache-dir" in run.err
    assert not (project.folder.parent / "elsewhere").exists()
