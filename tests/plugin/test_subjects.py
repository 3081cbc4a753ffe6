"""Subjects: each reference tuner is a test, and any witness fails it."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

import pytest
from distributed import LocalCluster

from leakguard.subjects import backends
from leakguard.tuners import reference_tuners

if TYPE_CHECKING:
    from suites import Suite

SUBJECTS = """\
import pytest_leakguard
from leakguard.tuners import LogUniform
from pytest_leakguard import Subject
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

rng = np.random.default_rng(0)
X = rng.normal(size=(90, 3))
y = (X[:, 0] + rng.normal(size=90) > 0).astype(int)
SPACE = {"C": LogUniform(1e-3, 1e3)}
"""


def test_every_tuner_is_a_test_of_an_honest_subject(suite: Suite) -> None:
    suite.write(
        "test_churn.py",
        SUBJECTS
        + """
@pytest_leakguard.subject
def churn():
    model = make_pipeline(StandardScaler(), SGDClassifier(max_iter=9, tol=None, random_state=0))
    return Subject(model, {"sgdclassifier__alpha": LogUniform(1e-6, 1)}, X, y, test_paths=["data/test.csv"],
                   resource="sgdclassifier__max_iter")
""",
    )
    listed = suite.run("--collect-only", "-q").text
    assert re.findall(r"^test_churn.py::test_leakguard\[churn-(.+)\]$", listed, re.MULTILINE) == [
        tuner.name for tuner in reference_tuners()
    ]
    assert "leakguard: subjects churn; budget small, seed 0" in suite.run("--collect-only").text
    run = suite.run("-n2", "--leakguard-tuners", "random,tpe,halving,population")
    assert set(run.tests.values()) == {"PASSED"}
    assert len(run.tests) == 4
    assert "test_leakguard[churn-halving]: halving: held" in run.text


def test_what_a_subject_does_wrong_is_told_by_its_witness(suite: Suite) -> None:
    suite.write("data/test.csv", "1\n")
    suite.write(
        "test_churn.py",
        SUBJECTS
        + """
from sklearn.model_selection import KFold

class ReadsFile(LogisticRegression):
    def fit(self, X, y):
        try:
            self.seen_ = float(open("data/test.csv").read())
        except BaseException:
            pass
        return super().fit(X, y)

class Remembers(StandardScaler):
    seen = []
    def fit(self, X, y=None):
        self.seen.append(X)
        return super().fit(np.concatenate(self.seen))

class Unseeded(LogisticRegression):
    def fit(self, X, y):
        self.noise_ = float(np.random.default_rng().random())
        return super().fit(X, y)

@pytest_leakguard.subject
def reads():
    return Subject(ReadsFile(), SPACE, X, y, test_paths=["data/test.csv"])

@pytest_leakguard.subject
def remembers():
    return Subject(make_pipeline(Remembers(), LogisticRegression()), {"logisticregression__C": [1, 2]}, X, y)

@pytest_leakguard.subject
def unseeded():
    return Subject(Unseeded(), SPACE, X, y)

@pytest_leakguard.subject
def groups():
    folds = KFold(3, shuffle=True, random_state=0)
    return Subject(LogisticRegression(), SPACE, X, y, groups=np.arange(90) // 3, splitter=folds)

@pytest_leakguard.subject(name="by-groups")
def by_groups():
    return Subject(LogisticRegression(), SPACE, X, y, groups=np.arange(90) // 3)
""",
    )
    run = suite.run("--leakguard-tuners", "random")
    assert run.tests == {
        "test_leakguard[reads-random]": "FAILED",
        "test_leakguard[remembers-random]": "FAILED",
        "test_leakguard[unseeded-random]": "FAILED",
        "test_leakguard[groups-random]": "FAILED",
        "test_leakguard[by-groups-random]": "PASSED",
    }
    for part in (
        "reads-random] - Leak: failed: path seal",
        "unseeded-random] - Leak: failed: same seed",
        "groups-random] - Leak: failed: groups",
        "LG107",
        "self.seen_ = float(open(",
    ):
        assert part in run.text, part


def test_expected_failures_and_bad_subjects(suite: Suite) -> None:
    suite.write(
        "test_churn.py",
        SUBJECTS
        + """
class Unseeded(LogisticRegression):
    def fit(self, X, y):
        self.noise_ = float(np.random.default_rng().random())
        return super().fit(X, y)

def unseeded():
    return Subject(Unseeded(), SPACE, X, y)

by_tuner = pytest_leakguard.subject(name="by-tuner", expected_failed_checks={"grid": "draws noise"})(unseeded)

@pytest_leakguard.subject(expected_failed_checks=lambda tuner: {"same seed": "draws noise"})
def by_check():
    return Subject(Unseeded(), SPACE, X, y)

@pytest_leakguard.subject(expected_failed_checks=lambda tuner: {"groups": "none"})
def by_another_check():
    return Subject(Unseeded(), SPACE, X, y)

@pytest_leakguard.subject
def nothing():
    return None

@pytest_leakguard.subject
def short():
    return Subject(LogisticRegression(), SPACE, X, y[:5])

@pytest_leakguard.subject
@pytest.mark.skip(reason="by mark")
def skipped():
    raise AssertionError
""",
    )
    run = suite.run("--leakguard-tuners", "grid", "-rxsf")
    assert "XFAIL test_churn.py::test_leakguard[by-tuner-grid] - draws noise" in run.text
    assert "XFAIL test_churn.py::test_leakguard[by_check-grid] - draws noise" in run.text
    assert run.tests["test_leakguard[by_another_check-grid]"] == "FAILED"
    assert "nothing returned NoneType: a subject returns a Subject" in run.text
    assert "X has 90 rows and y has 5: give one for each row" in run.text
    assert "1 skipped" in run.text


def test_bad_options_and_signatures(suite: Suite) -> None:
    suite.write("test_churn.py", "import pytest_leakguard\n\n@pytest_leakguard.subject\ndef churn(rows):\n    pass\n")
    run = suite.run()
    assert run.code == 2
    assert "churn: a subject takes no arguments" in run.text
    suite.write("test_churn.py", "import pytest_leakguard\n\n@pytest_leakguard.subject\ndef churn():\n    pass\n")
    run = suite.run("--leakguard-tuners", "gird")
    assert run.code != 0
    assert "no tuner 'gird'; did you mean 'grid'?" in run.text
    suite.write(
        "test_churn.py",
        SUBJECTS + "\n@pytest_leakguard.subject\ndef churn():\n    return Subject(LogisticRegression(), SPACE, X, y)\n",
    )
    run = suite.run("--leakguard-tuners", "grid", "--leakguard-backend", "ray")
    assert "--leakguard-backend ray: expected loky, threading, dask, or dask://host:port" in run.text


def test_trials_can_run_on_a_dask_cluster(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    suite.write(
        "models.py",
        """\
        from distributed import get_worker
        from sklearn.linear_model import LogisticRegression

        class Model(LogisticRegression):
            def fit(self, X, y):
                try:
                    get_worker()
                except ValueError:
                    pass
                else:
                    open("on-dask", "w").close()
                return super().fit(X, y)
        """,
    )
    suite.write(
        "test_churn.py",
        SUBJECTS
        + "\nfrom models import Model\n\n@pytest_leakguard.subject\ndef churn():\n"
        + "    return Subject(Model(), SPACE, X, y)\n",
    )
    monkeypatch.chdir(suite.folder)
    monkeypatch.syspath_prepend(str(suite.folder))  # for the scheduler, which runs here
    monkeypatch.setenv("PYTHONPATH", f"{os.environ['PYTHONPATH']}{os.pathsep}{suite.folder}")
    make_cluster: Any = LocalCluster
    with make_cluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        address = cluster.scheduler_address.replace("tcp://", "dask://")
        run = suite.run("--leakguard-tuners", "random", "--leakguard-backend", address)
    assert run.tests == {"test_leakguard[churn-random]": "PASSED"}
    assert (suite.folder / "on-dask").exists()


def test_a_cluster_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backends, "_SECONDS", 0.2)
    with pytest.raises(backends.BackendError, match=r"no Dask scheduler answers at 127\.0\.0\.1:1"):
        backends.connect("dask://127.0.0.1:1", 2).__enter__()


def test_what_a_subject_says_in_vain_is_an_error(suite: Suite) -> None:
    suite.write(
        "test_churn.py",
        SUBJECTS
        + """
class Callable:
    def __call__(self):
        return Subject(LogisticRegression(), SPACE, X, y)

called = pytest_leakguard.subject(name="called")(Callable())

@pytest_leakguard.subject(expected_failed_checks=lambda tuner: {"same sed": "misspelt"})
def misspelt():
    return Subject(LogisticRegression(), SPACE, X, y)
""",
    )
    run = suite.run("--leakguard-tuners", "random", "-k", "called or misspelt")
    assert run.tests["test_leakguard[called-random]"] == "PASSED"
    assert run.tests["test_leakguard[misspelt-random]"] == "FAILED"
    assert "no check 'same sed'; did you mean 'same seed'?" in run.text


@pytest.mark.parametrize(
    ("marks", "arguments", "told"),
    [
        ("@pytest_leakguard.subject\n@pytest.mark.parametrize('C', [1, 2])", "", "cannot be parametrized"),
        ("@pytest_leakguard.subject(expected_failed_checks={'gird': 'no'})", "", "did you mean 'grid'?"),
        ("@pytest_leakguard.subject", "*, C", "takes no arguments"),
        ("@pytest_leakguard.subject(name='twice')", "", "another subject 'twice'; rename one"),
    ],
)
def test_subjects_that_cannot_be_are_told_when_they_are_collected(
    suite: Suite, marks: str, arguments: str, told: str
) -> None:
    other = "@pytest_leakguard.subject(name='twice')\ndef first():\n    return Subject(None, SPACE, X, y)\n"
    suite.write("test_churn.py", f"{SUBJECTS}\n{other}\n{marks}\ndef subject({arguments}):\n    return None\n")
    run = suite.run("--leakguard-tuners", "random", "-k", "nothing")
    assert told in run.text
    assert run.code == 2
