"""`[tool.leakguard]`: which file counts, what each key does, and what is said about a wrong one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from conftest import LEAK, LEAK_ROW

if TYPE_CHECKING:
    from conftest import Project

FOUND = [("leak.py", None, LEAK_ROW, "fit-before-split")]


def configure(project: Project, text: str, name: str = "pyproject.toml") -> None:
    project.write(name, f"[tool.leakguard]\n{text}\n")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("ignroe = []", ["ignroe", "`ignore`"]),
        ("test_paths = []", ["test_paths", "`test-paths`"]),
        ("select = 'LG2'", ["select", "a list of rule names"]),
        ("exclude = [1]", ["exclude", "a list of path patterns"]),
        ("force-exclude = 'yes'", ["force-exclude", "true or false"]),
        ("preview = 'yes'", ["`preview`", "true or false", "`'yes'`"]),
        ("baseline = ' '", ["`baseline`", "the path of a file"]),
        ("baseline = ['a.json']", ["`baseline`", "the path of a file", "a list"]),
        ("respect-gitignore = 1", ["respect-gitignore", "true or false"]),
        ("per-file-ignores = ['LG2']", ["per-file-ignores", "a table of lists"]),
        ("per-file-ignores = {'a.py' = 'LG2'}", ['`per-file-ignores."a.py"`', "a list of rule names", "`'LG2'`"]),
        ("per-file-ignores = {docs = [1]}", ["`per-file-ignores.docs`", "a list of rule names"]),
        ("output-format = 'xml'", ["output-format", '"full", "concise", "json"']),
        ("min-confidence = 'sure'", ["min-confidence", '"high", "medium", "low"']),
        ("log-scale-span = 0.5", ["log-scale-span", "a number above 1", "0.5"]),
        ("log-scale-span = true", ["log-scale-span", "a number above 1"]),
        ("log-scale-span = inf", ["`log-scale-span`", "a number above 1", "`inf`"]),
        ("log-scale-names = ['']", ["`log-scale-names`", "a list of hyperparameter names", "empty text"]),
        ("log-scale-names = {}", ["log-scale-names", "a list of hyperparameter names"]),
        ("max-combinations = 0", ["max-combinations", "a whole number above 0"]),
        ("max-combinations = 10.5", ["max-combinations", "a whole number above 0", "10.5"]),
        ("max-hyperparameters = true", ["max-hyperparameters", "a whole number above 0"]),
        ("min-random-trials = '20'", ["min-random-trials", "a whole number above 0"]),
        ("timings = {SVC = -1}", ["`timings.SVC`", "seconds above 0", "`-1`"]),
        ("timings = {SVC = 0}", ["`timings.SVC`", "seconds above 0", "`0`"]),
        ("timings = {SVC = '2s'}", ["`timings.SVC`: expected seconds above 0, got `'2s'`"]),
        ("timings = {SVC = nan}", ["`timings.SVC`", "`nan`"]),
        ("timings = {SVC = inf}", ["`timings.SVC`", "`inf`"]),
        ("timings = {a = 1, 'b.SVC' = true}", ['`timings."b.SVC"`', "`true`"]),
        ("timings = ['SVC']", ["timings", "a table of seconds per fit"]),
        ("openings-budget = 0", ["openings-budget", "a whole number above 0"]),
        ("openings-file = ''", ["openings-file", "the path of a file"]),
        ("max-combination = 5", ["max-combination", "`max-combinations`"]),
        ("test-paths = 'test.csv'", ["test-paths", "a list of path patterns"]),
        ("exclude = ['!']", ["`!`", "no path pattern"]),
        ("exclude = ['[']", ["`[`", "no path pattern"]),
        ("test-paths = ['data/test[0-9.csv']", ["`data/test[0-9.csv`", "no path pattern"]),
        ("per-file-ignores = {'!' = ['LG2']}", ["`!`", "no path pattern"]),
        ("select = ['no-such-rule']", ["no-such-rule", "did you mean"]),
        ("per-file-ignores = {'a.py' = ['LG9']}", ["LG9", "per-file-ignores", "did you mean"]),
        ("select = [", ["not valid TOML"]),
    ],
)
def test_a_wrong_setting_names_file_and_key_and_what_would_be_right(
    project: Project, line: str, words: list[str]
) -> None:
    configure(project, line)
    project.write("clean.py", "x = 1\n")
    run = project.run("check")
    assert (run.code, run.out) == (2, "")
    for word in ["pyproject.toml", *words]:
        assert word in run.err


def test_a_table_that_is_none_is_an_error(project: Project) -> None:
    project.write("pyproject.toml", "[tool]\nleakguard = 3\n")
    run = project.run("check")
    assert run.code == 2
    assert "expected a table" in run.err


def test_a_broken_file_without_the_table_is_no_concern(project: Project) -> None:
    project.write("pyproject.toml", "this is { not TOML")
    project.write("leak.py", LEAK)
    assert project.places() == FOUND


def test_the_closest_table_counts_and_files_without_one_are_passed_over(project: Project) -> None:
    configure(project, "ignore = ['LG201']")
    project.write("pkg/pyproject.toml", "[project]\nname = 'x'\n")
    configure(project, "", "own/pyproject.toml")
    for name in ("leak.py", "pkg/leak.py", "own/deep/leak.py"):
        project.write(name, LEAK)
    assert [place[0] for place in project.places()] == ["own/deep/leak.py"]
    assert [place[0] for place in project.places("pkg/leak.py", "own/deep/leak.py")] == ["own/deep/leak.py"]


def test_a_nested_table_that_is_wrong_is_told_even_where_nothing_is_relevant(project: Project) -> None:
    configure(project, "select = ['nothing']", "own/pyproject.toml")
    project.write("own/clean.py", "x = 1\n")
    run = project.run("check")
    assert run.code == 2
    assert "nothing" in run.err


def test_isolated_reads_no_configuration(project: Project) -> None:
    configure(project, "ignore = ['LG201']\nno-such-key = 1")
    project.write("leak.py", LEAK)
    assert project.places("--isolated") == FOUND


def test_a_named_file_counts_everywhere(project: Project) -> None:
    configure(project, "no-such-key = 1")
    project.write("strict.toml", "ignore = ['LG201']\n")
    configure(project, "ignore = ['LG201']", "other.toml")
    project.write("leak.py", LEAK)
    assert project.places("--config", "strict.toml") == []
    assert project.places("--config", "other.toml") == []


def test_a_named_file_that_is_missing_or_lacks_the_table_is_an_error(project: Project) -> None:
    project.write("pyproject.toml", "[project]\nname = 'x'\n")
    for name in ("nowhere.toml", "pyproject.toml"):
        run = project.run("check", "--config", name)
        assert run.code == 2
        assert name in run.err


def test_the_command_line_goes_before_the_file(project: Project) -> None:
    configure(project, "ignore = ['LG201']\noutput-format = 'concise'\nmin-confidence = 'high'")
    project.write("leak.py", LEAK)
    assert project.run("check").out == ""
    assert project.places("--select", "LG201", "--min-confidence", "low") == FOUND
    assert project.places("--extend-select", "LG201", "--min-confidence", "low") == FOUND


def test_output_format_and_extended_selection(project: Project) -> None:
    configure(project, "select = ['LG3']\nextend-select = ['fit-before-split']\noutput-format = 'concise'")
    project.write("leak.py", LEAK)
    assert project.run("check").out.startswith(f"leak.py:{LEAK_ROW}:5: LG201 fit-before-split ")


def test_per_file_ignores_are_relative_to_their_file(project: Project) -> None:
    configure(project, "[tool.leakguard.per-file-ignores]\n'examples/*' = ['LG2']\n'nb.py' = ['fit-before-split']")
    for name in ("leak.py", "examples/leak.py", "deep/nb.py"):
        project.write(name, LEAK)
    assert project.places() == FOUND
    assert project.run("check", cwd=project.folder / "examples").code == 0


def test_test_paths_reach_the_rules(project: Project) -> None:
    objective = (
        "import optuna\nimport pandas as pd\nfrom sklearn.svm import SVC\n\n"
        "def objective(trial):\n"
        "    rows = pd.read_csv('final/rows.csv')\n"
        "    model = SVC(C=trial.suggest_float('C', 0.1, 10, log=True))\n"
        "    train = pd.read_csv('a.csv')\n"
        "    model.fit(train[['a']], train.b)\n"
        "    return model.score(rows[['a']], rows.b)\n\n"
        "optuna.create_study().optimize(objective, n_trials=9)\n"
    )
    project.write("tune.py", objective)
    assert project.places("--select", "LG104") == []
    configure(project, "test-paths = ['final/*.csv']")
    assert project.places("--select", "LG104") == [("tune.py", None, 6, "test-path-in-tuning")]


def test_names_and_span_of_log_scales_reach_the_rules(project: Project) -> None:
    project.write(
        "space.py",
        "import optuna\n\ndef objective(trial):\n    strength = trial.suggest_float('ridge_strength', 1, 50)\n"
        "    return strength\n\noptuna.create_study().optimize(objective)\n",
    )
    assert project.places("--select", "LG301") == []
    configure(project, "log-scale-names = ['ridge_strength']")
    assert project.places("--select", "LG301") == []
    configure(project, "log-scale-names = ['ridge_strength']\nlog-scale-span = 50")
    assert project.places("--select", "LG301") == [("space.py", None, 4, "uniform-prior-on-log-scale")]
