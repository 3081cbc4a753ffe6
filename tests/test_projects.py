"""Several modules of one project: which of them an import means, and what is found where they meet.

In the programs a comment `# error: [rule]` announces a finding on its row; a run must find what is announced in the
files that it checks, and nothing else.
"""

from __future__ import annotations

import re
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from conftest import LEAK, LEAK_ROW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conftest import Project

_ANNOUNCED = re.compile(r"# error: \[(.+?)\]")

SCALING = """\
from sklearn.preprocessing import StandardScaler


def scaled(frame):
    return StandardScaler().fit_transform(frame)  # error: [fit-before-split]
"""

SPLITTING = """\
X_train, X_test, y_train, y_test = train_test_split(X, df["churn"], random_state=0)
model = LogisticRegression().fit(X_train, y_train)
print(model.score(X_test, y_test))
"""


def main_with(imports: str, call: str = "scaled") -> str:
    """Return a program that scales all rows with somebody else's function before it splits them."""
    return (
        "import pandas as pd\n"
        "from sklearn.linear_model import LogisticRegression\n"
        "from sklearn.model_selection import train_test_split\n"
        f"{imports}\n"
        'df = pd.read_csv("churn.csv")\n'
        f'X = {call}(df.drop(columns="churn"))\n'
    ) + SPLITTING


def written(project: Project, files: Mapping[str, str]) -> list[tuple[str, int, str]]:
    """Write the files, and return what they announce."""
    announced = []
    for name, text in files.items():
        project.write(name, dedent(text))
        for row, line in enumerate(dedent(text).splitlines(), start=1):
            announced += [(name, row, rule) for rule in _ANNOUNCED.findall(line)]
    return sorted(announced)


def found(project: Project, *arguments: str) -> list[tuple[str, int | None, str]]:
    """Return the file, row and rule of each finding."""
    return sorted((file, row, rule) for file, _, row, rule in project.places(*arguments))


LAYOUTS = {
    "beside it": ("main.py", "from helpers import scaled", "scaled", {"helpers.py": SCALING}),
    "under another name": ("main.py", "from helpers import scaled as s", "s", {"helpers.py": SCALING}),
    "the module": ("main.py", "import helpers", "helpers.scaled", {"helpers.py": SCALING}),
    "the module under another name": ("main.py", "import helpers as h", "h.scaled", {"helpers.py": SCALING}),
    "absolute, in a package": (
        "churn/main.py",
        "from churn.prepare import scaled",
        "scaled",
        {"churn/__init__.py": "", "churn/prepare.py": SCALING},
    ),
    "a dotted name": (
        "main.py",
        "import churn.prepare",
        "churn.prepare.scaled",
        {"churn/__init__.py": "", "churn/prepare.py": SCALING},
    ),
    "a dotted name as another": (
        "main.py",
        "import churn.prepare as c",
        "c.scaled",
        {"churn/__init__.py": "", "churn/prepare.py": SCALING},
    ),
    "a submodule of a package": (
        "main.py",
        "from churn import prepare",
        "prepare.scaled",
        {"churn/__init__.py": "", "churn/prepare.py": SCALING},
    ),
    "relative": (
        "churn/main.py",
        "from .prepare import scaled",
        "scaled",
        {"churn/__init__.py": "", "churn/prepare.py": SCALING},
    ),
    "relative, a module": (
        "churn/main.py",
        "from . import prepare",
        "prepare.scaled",
        {"churn/__init__.py": "", "churn/prepare.py": SCALING},
    ),
    "relative, one folder up": (
        "churn/jobs/main.py",
        "from ..prepare import scaled",
        "scaled",
        {"churn/__init__.py": "", "churn/jobs/__init__.py": "", "churn/prepare.py": SCALING},
    ),
    "src layout": (
        "src/churn/main.py",
        "from churn.prepare import scaled",
        "scaled",
        {"src/churn/__init__.py": "", "src/churn/prepare.py": SCALING},
    ),
    "a script outside of src": (
        "scripts/main.py",
        "from churn.prepare import scaled",
        "scaled",
        {"src/churn/__init__.py": "", "src/churn/prepare.py": SCALING},
    ),
    "defined twice": (
        "main.py",
        "from helpers import scaled",
        "scaled",
        {"helpers.py": "def scaled(frame):\n    return frame\n\n\n" + SCALING},
    ),
    "decorated by what stands behind it": (
        "main.py",
        "from helpers import scaled",
        "scaled",
        {"helpers.py": "from wrapping import logged\n" + SCALING.replace("def", "@logged\ndef")}
        | {"wrapping.py": "def logged(f):\n    def g(*a):\n        return f(*a)\n    return g\n"},
    ),
    "replaced under a condition": (
        "main.py",
        "from helpers import used",
        "used",
        {"helpers.py": f"import sys\n{SCALING}\n\nused = scaled\nif len(sys.argv) > 1:\n    print(scaled)\n"},
    ),
    "by all names": (
        "main.py",
        "from helpers import *",
        "scaled",
        {"helpers.py": SCALING},
    ),
    "a method of a class that inherits it": (
        "main.py",
        "from helpers import Scaler",
        "Scaler(3).run",
        {
            "helpers.py": "from base import Base\n\n\nclass Scaler(Base):\n    pass\n",
            "base.py": """\
from sklearn.preprocessing import StandardScaler


class Base:
    def __init__(self, count):
        self.count = count

    def run(self, frame):
        return StandardScaler().fit_transform(frame)  # error: [fit-before-split]
""",
        },
    ),
    "made of constants": (
        "main.py",
        "from helpers import scaled",
        "scaled",
        {
            "helpers.py": SCALING.replace("\n\n\n", "\n\nscaler = StandardScaler()\n\n\n").replace(
                "StandardScaler().", "scaler."
            )
        },
    ),
    "handed on by a package": (
        "main.py",
        "from churn import scaled",
        "scaled",
        {"churn/__init__.py": "from .prepare import scaled\n", "churn/prepare.py": SCALING},
    ),
    "handed on under another name": (
        "main.py",
        "import churn",
        "churn.prepared",
        {"churn/__init__.py": "from churn.prepare import scaled as prepared\n", "churn/prepare.py": SCALING},
    ),
    "handed on by two packages": (
        "main.py",
        "from churn import scaled",
        "scaled",
        {
            "churn/__init__.py": "from .steps import *\n",
            "churn/steps/__init__.py": "from .prepare import scaled\n",
            "churn/steps/prepare.py": SCALING,
        },
    ),
    "a star": ("main.py", "from helpers import *", "scaled", {"helpers.py": SCALING}),
    "a star of a module that has a star": (
        "main.py",
        "from everything import *",
        "scaled",
        {"everything.py": "from helpers import *\n", "helpers.py": SCALING},
    ),
    "a folder without __init__": (
        "main.py",
        "from steps.prepare import scaled",
        "scaled",
        {"steps/prepare.py": SCALING},
    ),
    "a module of a folder without __init__": (
        "main.py",
        "from steps import prepare",
        "prepare.scaled",
        {"steps/prepare.py": SCALING},
    ),
    "two folders without __init__": (
        "main.py",
        "import steps.first.prepare as p",
        "p.scaled",
        {"steps/first/prepare.py": SCALING},
    ),
    "named as a library's module": (
        "main.py",
        "import preprocessing",
        "preprocessing.scaled",
        {"preprocessing.py": SCALING},
    ),
    "imports in a circle": (
        "main.py",
        "from first import scaled",
        "scaled",
        {
            "first.py": "import second\n\n" + SCALING,
            "second.py": "import first\n\n\ndef again(frame):\n    return first.scaled(frame)\n",
        },
    ),
    "names from each other in a circle": (
        "main.py",
        "from second import again",
        "again",
        {
            "first.py": "from second import again\n\n" + SCALING,
            "second.py": "from first import scaled\n\n\ndef again(frame):\n    return scaled(frame)\n",
        },
    ),
    "inside a function": (
        "main.py",
        "def prepared(frame):\n    from helpers import scaled\n\n    return scaled(frame)\n",
        "prepared",
        {"helpers.py": SCALING},
    ),
    "if it can be imported": (
        "main.py",
        "try:\n    from helpers import scaled\nexcept ImportError:\n    pass\n",
        "scaled",
        {"helpers.py": SCALING},
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_import_finds_the_module_that_it_means(project: Project, layout: str) -> None:
    main, imports, call, files = LAYOUTS[layout]
    announced = written(project, {main: main_with(imports, call), **files})
    assert len(announced) == 1
    assert found(project) == announced


@pytest.mark.parametrize(
    "imports",
    ["from helpers import scaled", "import helpers\nscaled = helpers.scaled", "from helpers import *"],
    ids=["name", "module", "star"],
)
def test_a_helper_that_only_ever_gets_training_rows_is_fine(project: Project, imports: str) -> None:
    helper = SCALING.replace("  # error: [fit-before-split]", "")
    main = main_with(imports, "").replace("fit(X_train, ", "fit(scaled(X_train), ")
    assert written(project, {"main.py": main, "helpers.py": helper}) == []
    assert found(project) == []


@pytest.mark.parametrize(
    "imports",
    ["from nowhere import scaled", "from .nowhere import scaled", "from .... import scaled", "from nowhere import *"],
)
def test_an_import_that_leads_nowhere_is_silent(project: Project, imports: str) -> None:
    project.write("main.py", main_with(imports))
    assert found(project) == []


def test_a_name_that_the_module_does_not_have_is_silent(project: Project) -> None:
    project.write("helpers.py", "")
    project.write("main.py", main_with("from helpers import scaled"))
    assert found(project) == []


def test_a_module_above_the_repository_is_not_read(project: Project) -> None:
    announced = written(project, {"helpers.py": SCALING, "inner/main.py": main_with("from helpers import scaled")})
    assert found(project) == announced
    (project.folder / "inner/.git").mkdir()
    assert found(project) == []


@pytest.mark.parametrize("name", ["sklearn/__init__.py", "sklearn/preprocessing.py", "pandas.py"])
def test_a_librarys_name_means_the_library(project: Project, name: str) -> None:
    project.write(name)
    project.write("leak.py", LEAK)
    assert found(project) == [("leak.py", LEAK_ROW, "fit-before-split")]


@pytest.mark.parametrize("imports", ["from sklearn.preprocessing import", "from ..preprocessing import"])
def test_in_a_librarys_own_repository_what_is_known_of_it_holds(project: Project, imports: str) -> None:
    """How it shuffles and keeps what it learns is not read out of its source."""
    leak = f"""\
        from ..model_selection import train_test_split
        {imports} StandardScaler
        from ..linear_model import Ridge

        def test_ridge(X, y):
            X = StandardScaler().fit_transform(X)  # error: [fit-before-split]
            X_train, X_test, y_train, y_test = train_test_split(X, y)
            print(Ridge().fit(X_train, y_train).score(X_test, y_test))
        """
    own = """\
        class StandardScaler:
            def fit_transform(self, X, y=None):
                return X
        """
    package = {f"sklearn/{name}/__init__.py": "" for name in ("tests", "linear_model")}
    files = {
        "sklearn/__init__.py": "",
        "sklearn/preprocessing/__init__.py": "from ._data import StandardScaler\n",
        "sklearn/preprocessing/_data.py": own,
        "sklearn/model_selection/__init__.py": "def train_test_split(*arrays):\n    return arrays * 2\n",
        "sklearn/tests/test_ridge.py": leak,
    }
    assert written(project, package | files) == found(project) != []


def test_calls_through_more_files_than_are_followed_are_silent(project: Project) -> None:
    """Four files deep it is found; what lies deeper says more about the library below than about the program."""
    steps = {f"step{i}.py": f"from step{i + 1} import run as go\ndef run(x):\n    return go(x)\n" for i in range(6)}
    announced = "# error: [fit-before-split]"
    deepest = SCALING.replace("scaled(", "run(")
    near = {**{name: text for name, text in steps.items() if name < "step3"}, "step3.py": deepest}
    far = {**steps, "step6.py": deepest.replace(announced, "")}
    for folder, files in (("near", near), ("far", far)):
        main = main_with("from step0 import run as scaled")
        placed = {f"{folder}/{name}": text for name, text in {**files, "main.py": main}.items()}
        assert written(project, placed) == found(project, folder)


def test_what_the_modules_top_level_holds_is_known(project: Project) -> None:
    files = {
        "parts.py": """\
            import pandas as pd
            from sklearn.model_selection import train_test_split

            df = pd.read_csv("churn.csv")
            X_train, X_rest, y_train, y_rest = train_test_split(df.drop(columns="churn"), df["churn"])
            """,
        "main.py": """\
            from sklearn.impute import SimpleImputer
            from sklearn.linear_model import LogisticRegression

            import parts

            imputer = SimpleImputer().fit(parts.X_rest)  # error: [fit-on-test]
            model = LogisticRegression().fit(imputer.transform(parts.X_train), parts.y_train)
            print(model.score(imputer.transform(parts.X_rest), parts.y_rest))
            """,
    }
    announced = written(project, files)
    assert found(project) == announced


def test_a_notebook_imports_the_module_beside_it(project: Project) -> None:
    project.write("helpers.py", SCALING)
    project.write_cells("look.ipynb", ["# Churn"], "%matplotlib inline\n" + main_with("from helpers import scaled"))
    (finding,) = project.findings()
    assert (finding["filename"], finding["cell"], finding["location"]["row"]) == ("helpers.py", None, 5)
    assert {(note["filename"], note["cell"]) for note in finding["notes"]} >= {("look.ipynb", 2)}


def test_a_notebooks_own_finding_with_parts_from_a_module(project: Project) -> None:
    project.write(
        "parts.py",
        "import pandas as pd\nfrom sklearn.model_selection import train_test_split\n\n\n"
        "def load():\n    df = pd.read_csv('a.csv')\n    return train_test_split(df.drop(columns='y'), df['y'])\n",
    )
    project.write_cells(
        "look.ipynb",
        "from parts import load\nfrom sklearn.impute import SimpleImputer\na, b, c, d = load()",
        "imputer = SimpleImputer().fit(b)",
        "from sklearn.svm import SVC\nprint(SVC().fit(imputer.transform(a), c).score(imputer.transform(b), d))",
    )
    assert project.places() == [("look.ipynb", 2, 1, "fit-on-test")]


def test_the_finding_stands_in_the_helper_and_the_path_names_both_files(project: Project) -> None:
    project.write("helpers.py", SCALING)
    project.write("main.py", main_with("from helpers import scaled"))
    (finding,) = project.findings()
    assert finding["filename"] == "helpers.py"
    assert finding["location"]["row"] == 5
    assert [(note["filename"], note["location"]["row"]) for note in finding["notes"]] == [
        ("helpers.py", 5),
        ("main.py", 7),
        ("main.py", 9),
    ]
    shown = project.run("check").out
    assert "helpers.py:5" in shown
    assert "main.py:7" in shown
    assert "train_test_split(X, df" in shown


def test_two_callers_make_one_finding(project: Project) -> None:
    announced = written(
        project,
        {
            "first.py": main_with("from helpers import scaled"),
            "helpers.py": SCALING,
            "second.py": main_with("import helpers", "helpers.scaled"),
        },
    )
    assert found(project) == announced
    assert found(project, "second.py", "helpers.py", "first.py") == announced


def test_one_of_two_callers_leaks(project: Project) -> None:
    clean = main_with("from helpers import scaled", "").replace("fit(X_train, ", "fit(scaled(X_train), ")
    files = {"a.py": clean, "helpers.py": SCALING, "z.py": main_with("from helpers import scaled")}
    announced = written(project, files)
    assert found(project) == announced


def test_only_the_files_asked_for_are_reported_on(project: Project) -> None:
    announced = written(project, {"main.py": main_with("from helpers import scaled"), "helpers.py": SCALING})
    assert found(project, "main.py") == []
    assert found(project, "helpers.py") == []
    assert found(project, "main.py", "helpers.py") == announced


def test_a_single_file_is_judged_with_what_it_imports(project: Project) -> None:
    files = {
        "parts.py": """\
            from sklearn.model_selection import train_test_split


            def halves(df):
                return train_test_split(df.drop(columns="y"), df["y"])
            """,
        "main.py": """\
            import pandas as pd
            from parts import halves
            from sklearn.preprocessing import StandardScaler
            from sklearn.svm import SVC

            a, b, c, d = halves(pd.read_csv("a.csv"))
            scaler = StandardScaler().fit(b)  # error: [fit-on-test]
            print(SVC().fit(scaler.transform(a), c).score(scaler.transform(b), d))
            """,
    }
    announced = written(project, files)
    assert found(project, "main.py") == announced


@pytest.mark.parametrize("paths", [[], ["helpers.py", "main.py"]], ids=["folder", "files"])
def test_a_comment_in_the_helper_silences_it(project: Project, paths: list[str]) -> None:
    mark = "# leakguard: ignore[fit-before-split] for the plot"
    written(
        project,
        {
            "helpers.py": SCALING.replace("# error: [fit-before-split]", mark),
            "main.py": main_with("from helpers import scaled"),
        },
    )
    assert found(project, *paths) == []


def test_a_comment_at_the_call_does_not_silence_the_helper(project: Project) -> None:
    main = main_with("from helpers import scaled")
    row = next(row for row, line in enumerate(main.splitlines(), start=1) if line.startswith("X = "))
    lines = main.splitlines()
    lines[row - 1] += "  # leakguard: ignore[fit-before-split]"
    project.write("main.py", "\n".join(lines))
    project.write("helpers.py", SCALING)
    assert found(project) == [("helpers.py", 5, "fit-before-split"), ("main.py", row, "unused-suppression")]


def test_a_syntax_error_in_an_imported_module_does_not_stop_the_importer(project: Project) -> None:
    project.write("broken.py", "def scaled(frame:\n    return frame\n")
    project.write("leak.py", "from broken import scaled\n" + LEAK)
    assert found(project, "leak.py") == [("leak.py", LEAK_ROW + 1, "fit-before-split")]
    assert [(file, rule) for file, _, rule in found(project)] == [
        ("broken.py", "syntax-error"),
        ("leak.py", "fit-before-split"),
    ]


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00", b"# coding: klingon\n", b"x = 1\x00"], ids=["bytes", "coding", "null"]
)
def test_an_unreadable_module_does_not_stop_the_importer(project: Project, content: bytes) -> None:
    project.write("broken.py", content)
    project.write("leak.py", "from broken import scaled\n" + LEAK)
    assert found(project, "leak.py") == [("leak.py", LEAK_ROW + 1, "fit-before-split")]


TUNED: dict[str, dict[str, str]] = {
    "an objective in one file, its data in another": {
        "data.py": """\
            from sklearn.datasets import load_digits
            from sklearn.model_selection import train_test_split

            X, y = load_digits(return_X_y=True)
            X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
            """,
        "tune.py": """\
            import optuna
            from data import X_test, X_train, y_test, y_train
            from sklearn.svm import SVC


            def objective(trial):
                model = SVC(C=trial.suggest_float("C", 1e-3, 1e3, log=True)).fit(X_train, y_train)
                return model.score(X_test, y_test)  # error: [test-set-in-tuning]


            study = optuna.create_study(direction="maximize")
            study.optimize(objective, n_trials=50)
            """,
    },
    "an objective in one file, the study in another": {
        "objectives.py": """\
            from sklearn.svm import SVC


            class Objective:
                def __init__(self, X, y, X_judge, y_judge):
                    self.X, self.y = X, y
                    self.X_judge, self.y_judge = X_judge, y_judge

                def __call__(self, trial):
                    model = SVC(C=trial.suggest_float("C", 1e-3, 1e3, log=True)).fit(self.X, self.y)
                    return model.score(self.X_judge, self.y_judge)  # error: [test-set-in-tuning]
            """,
        "tune.py": """\
            import optuna
            from objectives import Objective
            from sklearn.datasets import load_digits
            from sklearn.model_selection import train_test_split

            X, y = load_digits(return_X_y=True)
            X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
            study = optuna.create_study(direction="maximize")
            study.optimize(Objective(X_train, y_train, X_test, y_test), n_trials=50)
            """,
    },
    "a stub in a base class, and a script that names no library of learning": {
        "lab/__init__.py": "",
        "lab/base.py": """\
            from sklearn.model_selection import train_test_split


            class Experiment:
                def __init__(self, frame):
                    self.split = train_test_split(frame.drop(columns="y"), frame["y"])

                def build(self, **params):
                    raise NotImplementedError

                def score(self, **params):
                    Xa, Xb, ya, yb = self.split
                    return self.build(**params).fit(Xa, ya).score(Xb, yb)  # error: [test-set-in-tuning]

                def search(self, grid):
                    return max((self.score(**params), params) for params in grid)
            """,
        "lab/svm.py": """\
            from sklearn.svm import SVC

            from .base import Experiment


            class SvmExperiment(Experiment):
                def build(self, **params):
                    return SVC(**params)
            """,
        "run.py": """\
            import pandas as pd

            from lab.svm import SvmExperiment

            experiment = SvmExperiment(pd.read_csv("a.csv"))
            print(experiment.search([{"C": 1}, {"C": 10}]))
            """,
    },
    "a class whose methods share the parts": {
        "trainer.py": """\
            from sklearn.linear_model import Ridge
            from sklearn.model_selection import train_test_split


            class Trainer:
                def __init__(self, frame):
                    self.frame = frame

                def split(self):
                    X, y = self.frame.drop(columns="price"), self.frame["price"]
                    self.X_train, self.X_test, self.y_train, self.y_test = train_test_split(X, y)

                def score(self, alpha):
                    model = Ridge(alpha=alpha).fit(self.X_train, self.y_train)
                    return model.score(self.X_test, self.y_test)  # error: [test-set-in-tuning]
            """,
        "main.py": """\
            import pandas as pd
            import trainer

            job = trainer.Trainer(pd.read_csv("houses.csv"))
            job.split()
            best = max([0.1, 1.0, 10.0], key=job.score)
            print(best)
            """,
    },
    "a base class in another file": {
        "base.py": """\
            from sklearn.model_selection import train_test_split


            class Experiment:
                def __init__(self, frame):
                    X, y = frame.drop(columns="price"), frame["price"]
                    self.X_train, self.X_held, self.y_train, self.y_held = train_test_split(X, y)

                def run(self):
                    best, kept = 0.0, None
                    for alpha in (0.1, 1.0, 10.0):
                        model = self.build(alpha).fit(self.X_train, self.y_train)
                        score = model.score(self.X_held, self.y_held)  # error: [test-set-in-tuning]
                        if score > best:
                            best, kept = score, model
                    return kept.score(self.X_held, self.y_held)
            """,
        "ridge.py": """\
            import pandas as pd
            from base import Experiment
            from sklearn.linear_model import Ridge


            class RidgeExperiment(Experiment):
                def __init__(self, path):
                    super().__init__(pd.read_csv(path))

                def build(self, alpha):
                    return Ridge(alpha=alpha)


            print(RidgeExperiment("houses.csv").run())
            """,
    },
    "a choice by a helper two modules away": {
        "scoring.py": """\
            def judged(model, X, y):
                return model.score(X, y)  # error: [test-set-in-tuning]
            """,
        "search.py": """\
            from scoring import judged
            from sklearn.neighbors import KNeighborsClassifier


            def best_k(X, y, X_other, y_other):
                best, best_k = 0.0, None
                for k in range(1, 20):
                    model = KNeighborsClassifier(n_neighbors=k).fit(X, y)
                    score = judged(model, X_other, y_other)
                    if score > best:
                        best, best_k = score, k
                return best_k
            """,
        "main.py": """\
            from search import best_k
            from sklearn.datasets import load_digits
            from sklearn.model_selection import train_test_split

            X, y = load_digits(return_X_y=True)
            X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
            print(best_k(X_train, y_train, X_test, y_test))
            """,
    },
    "early stopping in a helper": {
        "boosting.py": """\
            from xgboost import XGBClassifier


            def fitted(X, y, watched):
                model = XGBClassifier(early_stopping_rounds=10)
                return model.fit(X, y, eval_set=watched)  # error: [test-set-early-stopping]
            """,
        "main.py": """\
            import pandas as pd
            from boosting import fitted
            from sklearn.model_selection import train_test_split

            df = pd.read_csv("churn.csv")
            a, b, c, d = train_test_split(df.drop(columns="churn"), df["churn"], random_state=0)
            model = fitted(a, c, [(b, d)])
            print(model.score(b, d))
            """,
    },
    "models from a module compared in another": {
        "zoo.py": """\
            from sklearn.linear_model import LogisticRegression
            from sklearn.svm import SVC

            MODELS = {"line": LogisticRegression(), "svc": SVC()}
            """,
        "main.py": """\
            import pandas as pd
            from sklearn.model_selection import train_test_split
            from zoo import MODELS

            df = pd.read_csv("churn.csv")
            X_train, X_test, y_train, y_test = train_test_split(df.drop(columns="churn"), df["churn"])
            for name, model in MODELS.items():
                print(name, model.fit(X_train, y_train).score(X_test, y_test))  # error: [test-set-reuse]
            """,
    },
}


@pytest.mark.parametrize("case", TUNED)
def test_a_leak_across_files_is_found_where_it_happens(project: Project, case: str) -> None:
    announced = written(project, TUNED[case])
    assert len(announced) == 1
    assert found(project) == announced


def test_a_stub_in_a_base_class_and_a_script_that_only_scores_once(project: Project) -> None:
    files = TUNED["a stub in a base class, and a script that names no library of learning"]
    once = files["run.py"].replace('search([{"C": 1}, {"C": 10}])', "score(C=1)")
    written(project, files | {"run.py": once})
    assert found(project) == []


VALIDATED = """\
from {module} import {name}
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

X, y = load_digits(return_X_y=True)
X_rest, X_last, y_rest, y_last = train_test_split(X, y, random_state=0)
X_fit, X_val, y_fit, y_val = train_test_split(X_rest, y_rest, random_state=0)
k = {name}(X_fit, y_fit, X_val, y_val)
model = KNeighborsClassifier(n_neighbors=k).fit(X_rest, y_rest)
print(model.score(X_last, y_last))
"""

NAMED_TEST = """\
from sklearn.neighbors import KNeighborsClassifier


def best_k(X_train, y_train, X_test, y_test):
    best, best_k = 0.0, None
    for k in range(1, 20):
        score = KNeighborsClassifier(n_neighbors=k).fit(X_train, y_train).score(X_test, y_test)
        if score > best:
            best, best_k = score, k
    return best_k
"""


def test_parameters_named_as_test_rows_that_get_validation_rows(project: Project) -> None:
    project.write("search.py", NAMED_TEST)
    assert found(project) == [("search.py", 7, "test-set-in-tuning")]
    imports = "from sklearn.neighbors import KNeighborsClassifier\n"
    project.write("main.py", imports + VALIDATED.format(module="search", name="best_k"))
    assert found(project) == []
    assert found(project, "search.py") == [("search.py", 7, "test-set-in-tuning")]


def test_a_method_that_another_file_calls_is_not_judged_by_its_parameters_names(project: Project) -> None:
    lines = NAMED_TEST.splitlines()
    method = [f"    {line}".rstrip() for line in lines[3:]]
    method[0] = method[0].replace("(X_train", "(self, X_train")
    project.write("search.py", "\n".join([*lines[:3], "class Search:", *method, ""]))
    assert found(project) == [("search.py", 8, "test-set-in-tuning")]
    main = VALIDATED.format(module="search", name="Search").replace("Search(X_fit", "Search().best_k(X_fit")
    project.write("main.py", "from sklearn.neighbors import KNeighborsClassifier\n" + main)
    assert found(project) == []


def test_parameters_named_as_validation_rows_that_get_test_rows(project: Project) -> None:
    project.write("search.py", NAMED_TEST.replace("_test", "_val"))
    assert found(project) == []
    project.write(
        "main.py",
        "from search import best_k\nfrom sklearn.datasets import load_digits\n"
        "from sklearn.model_selection import train_test_split\n\n"
        "X, y = load_digits(return_X_y=True)\n"
        "X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)\n"
        "print(best_k(X_train, y_train, X_test, y_test))\n",
    )
    assert found(project) == [("search.py", 7, "test-set-in-tuning")]


def test_mutual_recursion_across_files_ends(project: Project) -> None:
    files = {
        "first.py": """\
            import second
            from sklearn.preprocessing import StandardScaler


            def left(frame, depth):
                if depth == 0:
                    return StandardScaler().fit_transform(frame)  # error: [fit-before-split]
                return second.right(frame, depth - 1)
            """,
        "second.py": """\
            import first


            def right(frame, depth):
                return first.left(frame, depth - 1) if depth else right(first.left(frame, depth), depth)
            """,
        "main.py": main_with("from second import right", "right").replace('"churn"))', '"churn"), len(df))', 1),
    }
    announced = written(project, files)
    assert found(project) == announced


def test_classes_that_inherit_in_a_circle_end(project: Project) -> None:
    project.write("first.py", "import second\n\n\nclass First(second.Second):\n    pass\n\n\nFirst().go()\n" + LEAK)
    project.write("second.py", "import first\n\n\nclass Second(first.First):\n    pass\n")
    assert found(project) == [("first.py", LEAK_ROW + 8, "fit-before-split")]


def _chain(length: int) -> str:
    calls = [f"def step{n}(frame):\n    return step{n + 1}(frame)\n" for n in range(length)]
    return "\n\n".join([*calls, f"def step{length}(frame):\n    return frame.dropna()\n"])


def test_calls_five_hundred_deep_end(project: Project) -> None:
    project.write("steps.py", "import pandas as pd\n" + _chain(500))
    project.write("leak.py", LEAK.replace("\ndf = ", "\nfrom steps import step0\n\ndf = ") + "step0(df)\n")
    assert found(project) == [("leak.py", LEAK_ROW + 2, "fit-before-split")]


def test_modules_that_import_each_other_two_hundred_deep_end(project: Project) -> None:
    for n in range(200):
        project.write(f"step{n}.py", f"from step{n + 1} import scaled\n")
    project.write("step200.py", SCALING)
    project.write("main.py", main_with("from step0 import scaled"))
    assert found(project) == [("step200.py", 5, "fit-before-split")]


def test_a_function_called_from_five_thousand_places_ends(project: Project) -> None:
    project.write("counting.py", "def add(total, frame):\n    return total + len(frame)\n")
    calls = "total = add(total, df)\n" * 5_000
    head, tail = LEAK.split("X = ", 1)
    project.write("leak.py", f"from counting import add\n{head}total = 0\n{calls}X = {tail}")
    assert found(project) == [("leak.py", LEAK_ROW + 5_002, "fit-before-split")]


def test_a_dictionary_of_twenty_thousand_entries_ends(project: Project) -> None:
    entries = "".join(f"    'customer{n}': [{n}, {n * n}, 'x{n}'],\n" for n in range(20_000))
    project.write("table.py", f"import pandas as pd\nTABLE = {{\n{entries}}}\n")
    project.write("leak.py", f"from table import TABLE\nprint(TABLE['customer7'])\n{LEAK}")
    assert found(project) == [("leak.py", LEAK_ROW + 2, "fit-before-split")]


def test_a_generated_module_of_ten_thousand_lines_ends(project: Project) -> None:
    functions = "".join(
        f"def column{n}(frame):\n    values = frame['c{n}']\n    return values + column{max(n - 1, 0)}(frame)\n\n\n"
        for n in range(2_000)
    )
    project.write("columns.py", f"{SCALING}\n\n{functions}")
    project.write("main.py", main_with("from columns import column1999, scaled") + "print(column1999(df))\n")
    assert found(project) == [("columns.py", 5, "fit-before-split")]


def test_a_choice_among_dozens_of_written_out_scores_is_one_finding(project: Project) -> None:
    head = [
        "import pandas as pd",
        "from sklearn.model_selection import train_test_split",
        "from sklearn.svm import SVC",
        "a = pd.read_csv('a.csv')",
        "X, X_test, y, y_test = train_test_split(a.drop(columns='y'), a['y'])",
        "scores = []",
    ]
    scores = [f"scores.append(SVC(C={number}).fit(X, y).score(X_test, y_test))" for number in range(1, 60)]
    written(project, {"main.py": "\n".join([*head, *scores, "print(max(scores))\n"])})
    assert [name for _, _, name in found(project)] == ["test-set-in-tuning"]
