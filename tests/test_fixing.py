"""`--fix` and `--diff` as people run them: what is written, what is printed, and the exit code."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from literate import programs

if TYPE_CHECKING:
    from conftest import Project

# One safe fix, one that is not, and one that is only shown.
SPACES = """\
from scipy.stats import uniform
from sklearn.linear_model import Ridge
from sklearn.model_selection import RandomizedSearchCV
from sklearn.svm import SVC
from xgboost import XGBClassifier

RandomizedSearchCV(SVC(), {"C": uniform(0.001, 1000)}).fit(X, y)
RandomizedSearchCV(XGBClassifier(), {"subsample": uniform(0.6, 0.9)}).fit(X, y)
RandomizedSearchCV(Ridge(), {"alpha": uniform(0, 10)}).fit(X, y)
"""
SAFE = SPACES.replace("uniform\nfrom", "uniform, loguniform\nfrom", 1).replace('"C": uniform', '"C": loguniform')
UNSAFE = SAFE.replace("(0.6, 0.9)", "(0.6, 0.3)")
TRIAL = """\
import optuna

study = optuna.create_study()


def objective(trial):
    return train(trial.suggest_float("lr", 1e-5, 1e-1))
"""
FIXED_TRIAL = TRIAL.replace("1e-1)", "1e-1, log=True)")


def test_without_the_option_fixes_are_only_told(project: Project) -> None:
    file = project.write("a.py", SPACES)
    run = project.run("check", "a.py")
    assert run.code == 1
    assert file.read_text() == SPACES
    assert run.out.count("  help: ") == 3
    assert "  help: Draw it on a log scale\n" in run.out
    assert "  help: Give the width, 0.3, for a range that ends at 0.9 (unsafe)\n" in run.out
    assert run.out.endswith(
        "\nFound 3 problems (3 warnings) in 1 file.\n1 fixable with --fix (1 more with --unsafe-fixes).\n"
    )


def test_safe_fixes(project: Project) -> None:
    file = project.write("a.py", SPACES)
    run = project.run("check", "--fix", "a.py")
    assert (run.code, run.err) == (1, "")
    assert file.read_text() == SAFE
    assert "\nFound 3 problems (1 fixed, 2 remaining: 2 warnings) in 1 file.\n" in run.out
    assert project.run("check", "--fix", "a.py").out.endswith(
        "\nFound 2 problems (2 warnings) in 1 file.\n1 fixable with --fix --unsafe-fixes.\n"
    )
    assert file.read_text() == SAFE


def test_unsafe_fixes_and_a_list(project: Project) -> None:
    file = project.write("a.py", SPACES)
    project.write("b.py", TRIAL)
    run = project.run("check", "--fix", "--unsafe-fixes", "--show-fixes")
    assert run.code == 1
    assert file.read_text() == UNSAFE
    assert run.out.startswith(
        "Fixed 3 problems:\n- a.py:\n    1 x scipy-uniform-bounds\n    1 x uniform-prior-on-log-scale\n"
        "- b.py:\n    1 x uniform-prior-on-log-scale\n\n"
    )
    assert "(3 fixed, 1 remaining: 1 warning)" in run.out


def test_all_is_fixed(project: Project) -> None:
    file = project.write("a.py", TRIAL)
    run = project.run("check", "--fix")
    assert (run.code, run.out, run.err) == (0, "Found 1 problem (1 fixed, 0 remaining).\n", "")
    assert file.read_text() == FIXED_TRIAL


def test_settings(project: Project) -> None:
    project.write("pyproject.toml", "[tool.leakguard]\nfix = true\nunsafe-fixes = true\nshow-fixes = true\n")
    file = project.write("a.py", SPACES)
    assert project.run("check", "--no-fix").out.count("help: ") == 3
    assert file.read_text() == SPACES
    assert project.run("check", "--no-unsafe-fixes", "--no-show-fixes").out.startswith("a.py:8:")
    assert file.read_text() == SAFE
    assert project.run("check").out.startswith("Fixed 1 problem:")
    assert file.read_text() == UNSAFE


def test_json_of_what_is_left(project: Project) -> None:
    project.write("a.py", SPACES)
    found = project.findings("--fix", "--show-fixes")
    assert [one["fix"]["applicability"] for one in found] == ["unsafe", "display"]


def test_the_difference(project: Project) -> None:
    file = project.write("a.py", TRIAL.rstrip())
    project.write_cells("b.ipynb", ["text"], "x = 1", TRIAL)
    run = project.run("check", "--diff")
    assert run.code == 1
    assert file.read_text() == TRIAL.rstrip()
    rows = run.out.splitlines()
    assert rows[:2] == ["--- a.py", "+++ a.py"]
    assert rows.count("\\ No newline at end of file") == 2
    assert "--- b.ipynb:cell 3" in rows
    assert [row for row in rows if row.startswith("+ ")] == 2 * ["+" + FIXED_TRIAL.splitlines()[-1]]
    assert run.err == "leakguard: would fix 2 problems; 0 would be left\n"


def test_no_difference(project: Project) -> None:
    project.write("a.py", FIXED_TRIAL)
    run = project.run("check", "--diff")
    assert (run.code, run.out) == (0, "")


def test_standard_input(project: Project) -> None:
    run = project.run("check", "--fix", "-", text=TRIAL.replace("\n", "\r\n"))
    assert (run.code, run.out) == (0, FIXED_TRIAL.replace("\n", "\r\n"))
    assert run.err == "Found 1 problem (1 fixed, 0 remaining).\n"
    run = project.run("check", "--fix", "-", text="x = 1")
    assert (run.code, run.out) == (0, "x = 1")
    assert "--- -" in project.run("check", "--diff", "-", text=TRIAL).out


def test_a_file_that_is_no_python_stays(project: Project) -> None:
    file = project.write("a.py", TRIAL + "def (:\n")
    other = project.write("b.py", TRIAL)
    run = project.run("check", "--fix")
    assert run.code == 1
    assert file.read_text() == TRIAL + "def (:\n"
    assert other.read_text() == FIXED_TRIAL
    assert "syntax-error" in run.out
    assert project.run("check", "--diff", "a.py").code == 1


def test_a_file_that_may_not_be_written(project: Project) -> None:
    file = project.write("a.py", TRIAL)
    other = project.write("b.py", TRIAL)
    file.chmod(0o444)
    run = project.run("check", "--fix")
    assert run.code == 1
    assert run.err == "leakguard: warning: a.py: cannot be fixed: it is read-only\n"
    assert (file.read_text(), other.read_text()) == (TRIAL, FIXED_TRIAL)
    assert "(1 fixed, 1 remaining: 1 warning)" in run.out
    assert not list(project.folder.glob(".*.tmp"))


def test_permissions_and_links_stay(project: Project) -> None:
    file = project.write("scripts/a.py", TRIAL)
    file.chmod(0o750)
    link = project.folder / "link.py"
    link.symlink_to(file)
    twin = project.folder / "twin.py"
    os.link(project.write("c.py", TRIAL), twin)
    assert project.run("check", "--fix", "link.py", "c.py").code == 0
    assert link.is_symlink()
    assert file.read_text() == FIXED_TRIAL
    assert stat.S_IMODE(file.stat().st_mode) == 0o750
    assert (project.folder / "c.py").read_text() == FIXED_TRIAL
    assert twin.read_text() == TRIAL  # in place it could be left half written


@pytest.mark.parametrize("arguments", [(), ("--add-ignore=known",)])
def test_a_tree_has_no_file_outside_of_it_written(project: Project, arguments: tuple[str, ...]) -> None:
    outside = project.folder.parent / f"{project.folder.name}-outside.py"
    outside.write_text(TRIAL)
    project.write("pyproject.toml", "[tool.leakguard]\nfix = true\nunsafe-fixes = true\n" if not arguments else "")
    (project.folder / "link.py").symlink_to(outside)
    run = project.run("check", *arguments)
    assert "it is a link that leads out of the project" in run.err
    assert outside.read_text() == TRIAL
    assert "Traceback" not in run.err


def test_a_difference_cannot_steer_a_terminal(project: Project) -> None:
    project.write("a.py", f"# \x1b[2J ##[error]x\n{TRIAL}")
    out = project.run("check", "--diff").out
    assert "\x1b" not in out
    assert "##[" not in out


def test_suppressed_findings_are_not_fixed(project: Project) -> None:
    text = TRIAL.rstrip() + "  # leakguard: ignore[uniform-prior-on-log-scale] as the paper has it\n"
    file = project.write("a.py", text)
    assert project.run("check", "--fix").code == 0
    assert file.read_text() == text


def test_what_a_file_imports_is_fixed_in_its_own_file(project: Project) -> None:
    space = project.write(
        "space.py", "from scipy.stats import uniform\n\n\ndef space():\n    return {'C': uniform(0.001, 1000)}\n"
    )
    main = (
        "from sklearn.model_selection import RandomizedSearchCV\nfrom sklearn.svm import SVC\n"
        "from space import space\n\n"
        "RandomizedSearchCV(SVC(), space()).fit(X, y)\n"
    )
    project.write("main.py", main)
    run = project.run("check", "--fix")
    assert (run.code, run.err) == (0, "")
    assert space.read_text() == (
        "from scipy.stats import uniform, loguniform\n\n\ndef space():\n    return {'C': loguniform(0.001, 1000)}\n"
    )
    assert (project.folder / "main.py").read_text() == main


@pytest.mark.parametrize("indent", [1, 2, 4, None])
def test_notebooks(project: Project, indent: int | None) -> None:
    """An import goes into the cell that imports, and everything beside the two rows stays."""
    cells = [
        {"cell_type": "markdown", "id": "a", "metadata": {}, "source": ["# \u00dcber\n", "text"]},
        {
            "cell_type": "code",
            "execution_count": 1,
            "id": "b",
            "metadata": {"collapsed": False},
            "outputs": [{"name": "stdout", "output_type": "stream", "text": ["1\n"]}],
            "source": ["%matplotlib inline\n", "from scipy.stats import uniform\n", "from sklearn.svm import SVC"],
        },
        {
            "cell_type": "code",
            "execution_count": None,
            "id": "c",
            "metadata": {},
            "outputs": [],
            "source": [
                "from sklearn.model_selection import RandomizedSearchCV\n",
                "%time RandomizedSearchCV(SVC(), {'C': uniform(0.001, 1000)}).fit(X, y)",
            ],
        },
    ]
    notebook = {"cells": cells, "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}
    before = json.dumps(notebook, indent=indent, ensure_ascii=False) + "\n"
    file = project.write("a.ipynb", before)
    assert project.run("check", "--fix").code == 0
    after = before.replace("import uniform", "import uniform, loguniform").replace("'C': uniform", "'C': loguniform")
    assert file.read_text("utf-8") == after


def test_a_new_import_in_a_notebook(project: Project) -> None:
    cells = ["from hyperopt import fmin, hp, tpe", "fmin(loss, hp.uniform('C', 0.01, 1000), algo=tpe.suggest)"]
    file = project.write_cells("a.ipynb", *cells)
    assert project.run("check", "--fix").code == 0
    sources = [cell["source"] for cell in json.loads(file.read_text())["cells"]]
    assert sources == [
        "from hyperopt import fmin, hp, tpe\nimport numpy as np",
        "fmin(loss, hp.loguniform('C', np.log(0.01), np.log(1000)), algo=tpe.suggest)",
    ]


@pytest.mark.parametrize("name", ["pipeline", "behind-split"])
def test_fixed_programs_run(name: str) -> None:
    """Programs that scikit-learn alone can run do so once they are fixed."""
    markdown = (Path(__file__).parent / "fixes" / f"{name}.md").read_text("utf-8")
    ran = 0
    for program in programs(markdown):
        if program.text.startswith("# fixed\n") and "read_csv" not in program.text:
            exec(compile(program.text, name, "exec"), {"print": lambda *_: None})  # noqa: S102
            ran += 1
    assert ran or name != "pipeline"


SCALED = """\
from sklearn.datasets import load_iris
from sklearn.model_selection import cross_val_score
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

X, y = load_iris(return_X_y=True)
X_scaled = StandardScaler().fit_transform(X)
print(cross_val_score(SVC(), X_scaled, y).mean())
"""


def test_what_another_file_imports_stays(project: Project) -> None:
    file = project.write("rows.py", SCALED)
    project.write("plots.py", "from rows import X_scaled\n\nprint(X_scaled.mean())\n")
    run = project.run("check", "--fix", "--unsafe-fixes", "rows.py")
    assert file.read_text() == SCALED
    assert "the fix of fit-outside-folds in row 7 was withdrawn: plots.py imports what it changes" in run.err
    project.write("plots.py", "from rows import X\n\nprint(X.mean())\n")
    assert project.run("check", "--fix", "--unsafe-fixes", "rows.py").code == 0
    assert "make_pipeline(StandardScaler(), SVC())" in file.read_text()


def test_a_study_that_another_file_stores(project: Project) -> None:
    file = project.write("a.py", TRIAL)
    run = "import optuna\nfrom a import objective\n\noptuna.create_study(%s).optimize(objective)\n"
    project.write("run.py", run % 'storage="sqlite:///s.db"')
    assert "run.py imports what it changes" in project.run("check", "--fix", "a.py").err
    assert file.read_text() == TRIAL
    project.write("run.py", run % "")
    assert project.run("check", "--fix", "a.py").code == 0
    assert file.read_text() == FIXED_TRIAL
