"""A run that recalls says what one does that finds out anew, whatever has changed in between."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from cached import CLEAN_HELPERS, HELPERS, USER, checked, notebook, rows, said, same
from conftest import LEAK, plain_environment

import leakguard.cache.store
from leakguard import engine
from leakguard.diagnostic import OUTPUT_FORMATS, Confidence

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Project

    Change = Callable[[Project], object]


@pytest.fixture
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def here(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.folder)


@pytest.fixture
def analysed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the files that were analysed."""
    names: list[str] = []
    analyse = engine.analyse

    def counting(source, settings, workspace):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - as the original
        names.append(source.filename)
        return analyse(source, settings, workspace)

    monkeypatch.setattr(engine, "analyse", counting)
    return names


def several(project: Project) -> None:
    project.write("leak.py", LEAK)
    project.write("helpers.py", HELPERS)
    project.write("user.py", USER)
    project.write("clean.py", "x = 1\n")
    project.write("broken.py", "print 1\n")
    project.write(
        "silenced.py", LEAK.replace('"churn"))\n', '"churn"))  # leakguard: ignore[fit-before-split] why\n', 1)
    )
    project.write("unused.py", "x = 1  # leakguard: ignore[fit-before-split]\n")
    project.write("nb.ipynb", notebook(*LEAK.split("\n\n")))


@pytest.mark.parametrize("form", OUTPUT_FORMATS)
def test_every_format_says_the_same_again(project: Project, cache: Path, form: str) -> None:
    several(project)
    command = "check", "--output-format", form, "--show-suppressed"
    first, second, fresh = (
        project.run(*command, *extra) for extra in (("--cache-dir", str(cache)),) * 2 + (("--no-cache",),)
    )
    assert first == second == fresh
    assert first.code == 1


def test_a_second_run_analyses_nothing(project: Project, cache: Path, analysed: list[str]) -> None:
    several(project)
    first = said(checked(cache))
    assert len(analysed) == 7
    analysed.clear()
    assert said(checked(cache)) == first
    assert analysed == []


def test_a_helper_that_was_checked_itself_before_is_recalled(
    project: Project, cache: Path, analysed: list[str]
) -> None:
    project.write("a_user.py", USER.replace("helpers", "z_helpers").replace("score(X_test", "score( X_test"))
    project.write("z_helpers.py", HELPERS)
    project.write("zz_user.py", USER.replace("helpers", "z_helpers"))
    checked(cache)
    analysed.clear()
    checked(cache)
    assert analysed == []


def loaded(project: Project, cache: Path) -> set[str]:
    """Return the modules that a run imports."""
    finished = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "leakguard", "check", "--cache-dir", str(cache)],
        cwd=project.folder,
        env=plain_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in finished.stderr
    return {row.rpartition("|")[2].strip() for row in finished.stderr.splitlines() if row.startswith("import time:")}


# click itself imports ast, inspect and tokenize.
HEAVY = {"libcst", "concurrent.futures", "multiprocessing", "yaml", "asyncio", "email", "threading.local"}


def test_a_warm_run_without_findings_imports_neither_parser_nor_rules(project: Project, cache: Path) -> None:
    project.write("a.py", "from sklearn.svm import SVC\n\nmodel = SVC()\n")
    project.write("b.py", "x = 1\n")
    cold = loaded(project, cache)
    assert "leakguard.semantic.interpreter" in cold
    assert "libcst" not in cold  # nobody asks where anything stands
    found = loaded(project, cache)
    assert not found & {*HEAVY, "leakguard.engine", "leakguard.semantic.interpreter"}
    assert not [name for name in found if name.startswith("leakguard.rules.")]


def test_a_warm_run_with_findings_does_not_import_the_parser(project: Project, cache: Path) -> None:
    project.write("leak.py", LEAK)
    loaded(project, cache)
    assert not loaded(project, cache) & {"libcst", "leakguard.semantic.interpreter", "multiprocessing", "asyncio"}


def replaced_with_same_stat(project: Project) -> None:
    """Write other content of equal size, and set the time back."""
    file = project.folder / "helpers.py"
    stat = file.stat()
    other = project.write("other.txt", CLEAN_HELPERS.ljust(stat.st_size)[: stat.st_size])
    os.utime(other, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    os.replace(other, file)


def retargeted(project: Project) -> None:
    project.write("elsewhere.txt", CLEAN_HELPERS)
    (project.folder / "helpers.py").unlink()
    (project.folder / "helpers.py").symlink_to("elsewhere.txt")


def shadowed(project: Project) -> None:
    """A package comes before a module of the same name nowhere; a nearer folder does."""
    project.write("helpers/__init__.py", CLEAN_HELPERS)
    (project.folder / "helpers.py").unlink()


CHANGES: dict[str, Change] = {
    "the helper is changed": lambda project: project.write("helpers.py", CLEAN_HELPERS),
    "the helper goes": lambda project: (project.folder / "helpers.py").unlink(),
    "the helper is renamed": lambda project: (project.folder / "helpers.py").rename(project.folder / "other.py"),
    "the helper cannot be parsed any more": lambda project: project.write("helpers.py", "def scaled(X:\n"),
    "the helper is no text any more": lambda project: project.write("helpers.py", b"\xff\xfe\x00"),
    "equal size and time": replaced_with_same_stat,
    "a link to something else": retargeted,
    "a package in its place": shadowed,
    "the user is changed": lambda project: project.write("user.py", USER.replace("scaled(df", "(df")),
    "the user goes": lambda project: (project.folder / "user.py").unlink(),
    "settings appear": lambda project: project.write("pyproject.toml", "[tool.leakguard]\nignore = ['LG201']\n"),
    "rules are turned off for a file": lambda project: project.write(
        "pyproject.toml", "[tool.leakguard.per-file-ignores]\n'helpers.py' = ['LG201']\n"
    ),
    "own knowledge appears": lambda project: project.write(
        "pyproject.toml", "[[tool.leakguard.knowledge.fact]]\nnames = ['helpers.scaled']\neffect = 'rowwise'\n"
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("settled", [0, 2_000_000_000], ids=["settled", "within the tick"])
def test_every_dependency_counts(
    project: Project, cache: Path, monkeypatch: pytest.MonkeyPatch, change: Change, settled: int
) -> None:
    monkeypatch.setattr(leakguard.cache.store, "_SETTLED", settled)
    project.write("helpers.py", HELPERS)
    project.write("user.py", USER)
    before = said(same(cache))
    change(project)
    assert said(same(cache)) == said(same(cache))
    if "time" not in str(change):
        assert said(checked(cache)) != before or change is CHANGES["own knowledge appears"]


def test_a_module_appears_where_there_was_none(project: Project, cache: Path) -> None:
    project.write("user.py", USER)
    assert rows(same(cache)) == []
    project.write("helpers.py", HELPERS)
    assert rows(same(cache)) == ["helpers.py:5"]
    project.write("src/helpers.py", CLEAN_HELPERS)
    same(cache)
    (project.folder / "helpers.py").unlink()
    assert rows(same(cache)) == []


def test_a_package_hands_on_what_one_of_its_modules_defines(project: Project, cache: Path) -> None:
    """The file that leaks names no library; its package only passes the function on."""
    project.write("prep/__init__.py", "from .impl import scaled, parts\n")
    impl = HELPERS + "\n\ndef parts(X, y):\n    from sklearn.model_selection import train_test_split\n\n"
    project.write("prep/impl.py", impl + "    return train_test_split(X, y)\n")
    project.write("main.py", "from prep import parts, scaled\n\n\ndef run(X, y):\n    return parts(scaled(X), y)\n")
    assert rows(same(cache)) == ["prep/impl.py:5"]
    project.write("prep/__init__.py", "from .plain import scaled\nfrom .impl import parts\n")
    project.write("prep/plain.py", CLEAN_HELPERS.partition("\n")[2])
    same(cache)
    assert rows(same(cache)) == []


def test_what_is_found_in_a_file_depends_on_who_is_checked(project: Project, cache: Path) -> None:
    project.write("helpers.py", HELPERS)
    project.write("user.py", USER)
    for paths in ((), ("helpers.py",), ("user.py",), ("user.py", "helpers.py"), ()):
        same(cache, *paths)


def test_the_current_folder_counts(project: Project, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project.write("pkg/leak.py", LEAK)
    assert rows(same(cache)) == ["pkg/leak.py:7"]
    monkeypatch.chdir(project.folder / "pkg")
    assert rows(same(cache)) == ["leak.py:7"]


@pytest.mark.parametrize(
    "given",
    [{"select": ("LG1",)}, {"preview": True}, {"ignore": ("LG201",)}, {"min_confidence": Confidence.LOW}],
    ids=str,
)
def test_options_count(project: Project, cache: Path, given: dict[str, object]) -> None:
    several(project)
    plain = said(same(cache))
    same(cache, **given)
    assert said(same(cache)) == plain


SETTINGS_USER = """\
import tomllib
import pandas as pd
from sklearn.linear_model import LogisticRegression

with open("settings.toml", "rb") as file:
    settings = tomllib.load(file)
rows = pd.read_csv(settings["rows"])
LogisticRegression().fit(rows[["a"]], rows["b"])
"""


def test_a_file_of_settings_appears_changes_and_goes(project: Project, cache: Path) -> None:
    project.write("pyproject.toml", "[tool.leakguard]\ntest-paths = ['held/*']\nfinal-evaluation = ['final.py']\n")
    project.write("final.py", "x = 1\n")
    project.write("user.py", SETTINGS_USER)
    assert rows(same(cache)) == []
    project.write("settings.toml", "rows = 'held/rows.csv'\n")
    assert rows(same(cache)) == ["user.py:7"]
    project.write("settings.toml", "rows = 'seen/rows.csv'\n")
    assert rows(same(cache)) == []
    (project.folder / "settings.toml").unlink()
    (project.folder / "settings.toml").mkdir()
    assert rows(same(cache)) == []


def test_the_files_of_the_final_evaluation_count(project: Project, cache: Path) -> None:
    project.write("pyproject.toml", "[tool.leakguard]\ntest-paths = ['held/*']\nfinal-evaluation = ['final.py']\n")
    project.write("reading.py", "import pandas as pd\n\n\ndef rows():\n    return pd.read_csv('held/rows.csv')\n")
    project.write("final.py", "from reading import rows\n\nrows()\n")
    before = rows(same(cache, "reading.py"))
    project.write("final.py", "x = 1\n")
    assert rows(same(cache, "reading.py")) != before


def test_a_defect_is_not_kept(project: Project, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project.write("leak.py", LEAK)
    with monkeypatch.context() as patched:
        patched.setattr(engine, "_judge", lambda *_: 1 / 0)
        assert [one.name for one in checked(cache).diagnostics] == ["internal-error"]
    assert rows(same(cache)) == ["leak.py:7"]


def test_a_file_that_is_written_to_during_the_run(
    project: Project, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was read for the one that imports it, and then again to be checked itself."""
    project.write("a.py", USER.replace("helpers", "z"))
    project.write("z.py", HELPERS)
    analyse = engine.analyse

    def writing(source, settings, workspace):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - as the original
        found = analyse(source, settings, workspace)
        project.write("z.py", "x = 1\n" + LEAK)
        return found

    with monkeypatch.context() as patched:
        patched.setattr(engine, "analyse", writing)
        checked(cache)
    assert "z.py:8" in rows(same(cache))


def test_a_larger_run_does_not_look_for_syntax_errors_and_says_so(
    project: Project, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    several(project)
    assert checked(cache).only_read == 0
    monkeypatch.setattr("leakguard.runner._FEW", 2)
    large = same(cache)
    assert (large.only_read, checked(None).only_read) == (1, 2)  # of one it is known from before
    assert not any(one.place.filename == "broken.py" for one in large.diagnostics)
    monkeypatch.setattr("leakguard.runner._FEW", 400)
    assert any(one.place.filename == "broken.py" for one in same(cache).diagnostics)


def test_time_that_goes_backwards(project: Project, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project.write("leak.py", LEAK)
    monkeypatch.setattr("leakguard.cache.store.time.time_ns", lambda: 4_000_000_000_000_000_000)
    same(cache)
    monkeypatch.setattr("leakguard.cache.store.time.time_ns", lambda: 1_000_000_000)
    assert rows(same(cache)) == ["leak.py:7"]
    project.write("leak.py", "x = 1\n")
    assert rows(same(cache)) == []


def test_fixes_and_baselines_are_the_same(project: Project, cache: Path) -> None:
    several(project)
    project.write("base.json", "")
    outputs = []
    for extra in (("--cache-dir", str(cache)), ("--cache-dir", str(cache)), ("--no-cache",)):
        (project.folder / "base.json").unlink(missing_ok=True)
        runs = [
            project.run("check", "--write-baseline", "base.json", *extra),
            project.run("check", "--baseline", "base.json", *extra),
            project.run("check", "--diff", *extra),
        ]
        outputs.append([runs, (project.folder / "base.json").read_bytes()])
    assert outputs[0] == outputs[1] == outputs[2]
