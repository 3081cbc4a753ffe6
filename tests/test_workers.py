"""Several processes say what one says, in the same order, and end together with the first one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from cached import HELPERS, USER
from conftest import LEAK, plain_environment
from processes import fresh

from leakguard import workers

if TYPE_CHECKING:
    from conftest import Project

# No `__main__` guard: processes that ran this again would never come to an end.
_SCRIPT = """\
import sys
from leakguard import workers
workers._WORTH_IT, workers._CHUNK = 1, 700
from leakguard.cli import main
{before}
sys.exit(main(["check", "--no-cache", "--output-format", "concise", *sys.argv[1:]]))
"""


def several(project: Project) -> None:
    for number in range(9):
        project.write(f"leak{number}.py", LEAK)
        project.write(f"pkg{number}/helpers.py", HELPERS)
        project.write(f"pkg{number}/user.py", USER)


def start(project: Project, *arguments: str, before: str = "", **given: bool) -> subprocess.Popen[str]:
    project.write("start.txt", _SCRIPT.format(before=before))
    return subprocess.Popen(
        [sys.executable, "start.txt", *arguments],
        cwd=project.folder,
        env=plain_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=given.get("session", False),
    )


def test_any_number_of_processes_says_the_same(project: Project) -> None:
    several(project)
    said = []
    for jobs in ("1", "2", "3", "8"):
        process = start(project, "-j", jobs)
        said.append((*process.communicate(timeout=120), process.returncode))
    assert len(set(said)) == 1
    assert said[0][1:] == ("", 1)
    assert said[0][0].count("fit-before-split") == 18


# The parent signals once a worker has come up: at a counted piece of work, not at a time. The last piece has no end.
_AT_FIRST_OUTCOME = """\
import os, signal
from multiprocessing import active_children
from leakguard import runner
keep = runner._Run._keep
def at_first(run, found, outcome):
    runner._Run._keep = keep
    print(*(one.pid for one in active_children()), file=sys.stderr)
    {act}
    keep(run, found, outcome)
started = workers._started
def after_start(chunks, jobs):
    workers._started = started
    runner._Run._keep = at_first
    os.remove("pkg8/user.py")
    os.mkfifo("pkg8/user.py")
    return started(chunks, jobs)
workers._started = after_start
"""


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


_RUN = "open('was-run.txt', 'a').write(__name__ + ' ')\n"


def test_no_process_imports_modules_of_the_checked_folder(
    project: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    several(project)
    started = tmp_path_factory.mktemp("elsewhere") / "start.py"  # where `leakguard` itself lies is first on the path
    started.write_text(_SCRIPT.format(before=""))
    plain = [sys.executable, str(started), "-j", "2", "."]
    expected = subprocess.run(
        plain, cwd=project.folder, env=plain_environment(), capture_output=True, text=True, check=False
    )
    for name in sys.stdlib_module_names | {"click", "libcst", "pathspec", "yaml", "leakguard"}:
        project.write(f"{name}.py", _RUN)
    said = subprocess.run(
        plain, cwd=project.folder, env=plain_environment(), capture_output=True, text=True, check=False
    )
    assert not (project.folder / "was-run.txt").exists()
    assert (said.stdout, said.stderr, said.returncode) == (expected.stdout, expected.stderr, 1)


def test_the_module_of_the_command_leaves_the_current_folder_alone(project: Project) -> None:
    project.write("leak.py", LEAK)
    project.write("sweep.yaml", "method: grid\nparameters: {lr: {values: [1, 2]}}\n")
    at_start = [sys.executable, "-c", "import runpy, pkgutil, sys; print(*sys.modules)"]  # before leakguard has a say
    loaded = subprocess.run(at_start, capture_output=True, text=True, check=True).stdout.split()
    for name in (sys.stdlib_module_names | {"click", "libcst", "pathspec", "yaml"}).difference(loaded):
        project.write(f"{name}.py", _RUN)
    said = fresh(["check", "."], b"", {}, project.folder)
    assert not (project.folder / "was-run.txt").exists(), said.err
    assert said.code == 1


def test_what_a_killed_worker_took_with_it_is_tried_again(project: Project) -> None:
    several(project)
    expected = start(project, "-j", "2").communicate(timeout=120)[0]
    act = (
        "[os.kill(one.pid, signal.SIGKILL) for one in active_children()]; os.remove('pkg8/user.py'); "
        "shutil.copy('pkg7/user.py', 'pkg8')"
    )
    process = start(project, "-j", "2", before="import shutil\n" + _AT_FIRST_OUTCOME.format(act=act))
    out, err = process.communicate(timeout=120)
    assert (process.returncode, out) == (1, expected)
    assert not any(is_running(int(one)) for one in err.split())


_DEADLY = """\
import os
from leakguard import workers

def work(chunk):
    if any(found.shown == "leak4.py" for found in chunk):
        os._exit(9)
    return workers._work(chunk)
"""


def test_a_file_that_ends_its_process_is_named_and_the_others_are_checked(project: Project) -> None:
    several(project)
    project.write("lib/deadly.py", _DEADLY)
    before = "sys.path.insert(0, os.path.abspath('lib'))\nimport deadly\nworkers._work = deadly.work"
    process = start(project, "-j", "2", before=f"import os\n{before}")
    out, err = process.communicate(timeout=120)
    assert err == ""
    assert process.returncode == 2
    assert out.count("fit-before-split") == 17
    assert [line for line in out.splitlines() if "internal-error" in line] == [
        "leak4.py:1:1: LG003 internal-error not checked: its analysis was killed, perhaps for want of memory"
    ]


def test_an_interrupt_ends_all_processes_at_once(project: Project) -> None:
    several(project)
    process = start(
        project, "-j", "2", before=_AT_FIRST_OUTCOME.format(act="os.killpg(0, signal.SIGINT)"), session=True
    )
    out, err = process.communicate(timeout=120)
    assert (process.returncode, out) == (130, "")
    assert len(err.split()) == 2  # their numbers alone
    assert not any(is_running(int(one)) for one in err.split())


def test_workers_do_not_outlive_a_run_that_is_killed(project: Project) -> None:
    several(project)
    process = start(project, "-j", "2", before=_AT_FIRST_OUTCOME.format(act="os.kill(os.getpid(), signal.SIGKILL)"))
    _, err = process.communicate(timeout=120)  # standard error ends once nobody holds it
    assert process.returncode == -signal.SIGKILL
    assert "Traceback" not in err


@pytest.mark.parametrize("error", [OSError("no semaphores"), NotImplementedError(), ImportError()])
def test_where_no_process_can_be_started_one_does_all(
    project: Project, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    from cached import rows

    from leakguard.config import Configuration, Overrides
    from leakguard.discovery import discover
    from leakguard.runner import Means, check_files

    def failing(*_: object, **__: object) -> None:
        raise error

    monkeypatch.chdir(project.folder)
    monkeypatch.setattr(workers, "_WORTH_IT", 1)
    monkeypatch.setattr(workers, "ProcessPoolExecutor", failing)
    project.write("a.py", LEAK)
    project.write("b.py", LEAK)
    files = discover(["."], Configuration(Overrides()), lambda _: None)
    counted: list[None] = []
    report = check_files(files, lambda _: None, Means(jobs=4), lambda: counted.append(None))
    assert rows(report) == ["a.py:7", "b.py:7"]
    assert len(counted) == 2


def test_how_many_are_wanted() -> None:
    assert workers.wanted(8, [100, 100]) == 1
    assert workers.wanted(8, [10_000_000]) == 1
    assert workers.wanted(8, [1_000_000] * 3) == 6
    assert workers.wanted(2, [1_000_000] * 3) == 2
