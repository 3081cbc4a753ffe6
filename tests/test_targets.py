"""The files that a run writes are none that it reads, and no two options write the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from conftest import LEAK

if TYPE_CHECKING:
    from conftest import Project


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--output-file", "./leak.py"], "--output-file ./leak.py: the file is being checked"),
        (["--report", "src/../leak.py"], "--report src/../leak.py: the file is being checked"),
        (["--write-baseline", "leak.py"], "--write-baseline leak.py: the file is being checked"),
        (["--output-file", "link.txt"], "--output-file link.txt: the file is being checked"),
        (["--output-file", "out", "--report", "./out"], "--output-file and --report both name ./out"),
        (["--write-baseline", "out", "--report", "out"], "--report and --write-baseline both name out"),
        (["--baseline", "known.json", "--report", "known.json"], "--report known.json: the file is the baseline"),
    ],
)
def test_nothing_that_is_read_is_overwritten(project: Project, options: list[str], words: str) -> None:
    leak = project.write("leak.py", LEAK)
    (project.folder / "src").mkdir()
    (project.folder / "link.txt").symlink_to(leak)
    known = project.write("known.json", '{"version": 1, "findings": []}')
    run = project.run("check", *options)
    assert (run.code, run.out) == (2, "")
    assert words in run.err
    assert leak.read_text() == LEAK
    assert known.read_text() == '{"version": 1, "findings": []}'
    assert not (project.folder / "out").exists()


def test_other_files_may_be_written_again(project: Project) -> None:
    project.write("leak.py", LEAK)
    for _ in range(2):
        run = project.run("check", "--output-file", "out.txt", "--report", "out.html")
        assert run.code == 1, run.err
    assert project.run("check", "--output-file", "/dev/null", "--report", "/dev/null").code == 1
