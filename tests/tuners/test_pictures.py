"""Pictures of searches, and the page with all of them."""

from __future__ import annotations

import re
import sys
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from browsing import BROWSER, DRIVER, chrome
from sklearn.datasets import make_classification
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.svm import SVC

from leakguard.errors import UserError
from leakguard.tuners import (
    Choice,
    CountedGridSearchCV,
    HyperbandSearchCV,
    LogUniform,
    PopulationSearchCV,
    RandomSearchCV,
    importances,
    plot_best_so_far,
    plot_importance,
    plot_parallel_coordinates,
    plot_rungs,
    plot_schedule,
    plot_validation_curve,
)
from leakguard.tuners.pictures.drawing import drawn

if TYPE_CHECKING:
    from pathlib import Path

X, y = make_classification(120, 5, random_state=0)
SPACE = {
    "kernel": Choice(["linear", "rbf"]),
    "C": LogUniform(1e-3, 1e3),
    "gamma": LogUniform(1e-4, 10, when={"kernel": ["rbf"]}),
}


@pytest.fixture(scope="module")
def search() -> RandomSearchCV:
    return RandomSearchCV(SVC(), SPACE, n_trials=20, random_state=0, cv=3).fit(X, y)


@pytest.fixture(scope="module")
def bandit() -> HyperbandSearchCV:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return HyperbandSearchCV(LogisticRegression(), {"C": LogUniform(1e-3, 1e3)}, random_state=0, cv=3).fit(X, y)


@pytest.fixture(scope="module")
def population() -> PopulationSearchCV:
    model = SGDClassifier(max_iter=16, tol=None, random_state=0)
    space = {"alpha": LogUniform(1e-6, 1), "penalty": Choice(["l1", "l2"])}
    return PopulationSearchCV(model, space, population=4, n_generations=4, random_state=0, cv=3).fit(X, y)


class Named(LogisticRegression):  # type: ignore[misc]  # scikit-learn has no annotations
    def __init__(self, name: str = "") -> None:
        super().__init__()
        self.name = name


def dots(axes: Any) -> int:
    """Return how many points all scatters of some axes show."""
    return sum(len(one.get_offsets()) for one in axes.collections if hasattr(one, "get_offsets"))


def test_best_so_far_never_falls_and_shows_every_trial(search: RandomSearchCV) -> None:
    axes = plot_best_so_far(search)
    steps = next(line for line in axes.lines if line.get_label() == "best so far").get_ydata()
    assert len(steps) == 20
    assert (np.diff(steps) >= 0).all()
    assert steps[-1] == search.best_score_
    assert any(line.get_ydata()[0] == search.honest_score_ for line in axes.lines if line.get_label() == "honest score")


def test_importance_finds_what_the_score_hangs_on() -> None:
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(60, 2))

    class Formula(LogisticRegression):  # type: ignore[misc]
        def score(self, *_: Any) -> float:
            return float(-(np.log10(self.C) ** 2))

    found = RandomSearchCV(
        Formula(), {"C": LogUniform(1e-3, 1e3), "tol": LogUniform(1e-6, 1e-2)}, n_trials=40, random_state=0
    ).fit(rows, rows[:, 0] > 0)
    shares = importances(found)
    assert shares["C"] > 0.8
    assert shares["tol"] < 0.1
    bars = plot_importance(found).patches
    assert [bar.get_width() for bar in bars] == sorted(shares.values())


def test_a_curve_has_the_trials_in_which_its_parameter_was_set(search: RandomSearchCV) -> None:
    with_gamma = sum("gamma" in params for params in search.cv_results_["params"])
    axes = plot_validation_curve(search, "gamma")
    assert axes.get_xscale() == "log"
    assert dots(axes) == with_gamma + 1  # and the best, marked
    assert [label.get_text() for label in plot_validation_curve(search, "kernel").get_xticklabels()] == [
        "linear",
        "rbf",
    ]
    with pytest.raises(ValueError, match=r"no parameter 'gama'\. Did you mean 'gamma'"):
        plot_validation_curve(search, "gama")


def test_labels_are_in_the_order_of_their_numbers_and_show_dollar_signs() -> None:
    grid = CountedGridSearchCV(LogisticRegression(), {"C": [0.5, 1, 2, 10, 100]}, cv=3).fit(X, y)
    shown = [label.get_text() for label in plot_validation_curve(grid, "C").get_xticklabels()]
    assert shown == sorted(shown, key=float)
    texts = RandomSearchCV(Named(), {"name": Choice(["$a", "b$", "a$^$"])}, n_trials=6, random_state=0).fit(X, y)
    assert ">a$^$<" in drawn(plot_validation_curve, texts, "name")


def test_parallel_coordinates_have_a_line_a_trial(search: RandomSearchCV) -> None:
    assert len(plot_parallel_coordinates(search).lines) == 20


def test_rungs_and_schedules(bandit: HyperbandSearchCV, population: PopulationSearchCV, search: RandomSearchCV) -> None:
    lines = plot_rungs(bandit).lines
    assert max(len(line.get_xdata()) for line in lines) > 1
    axes = plot_schedule(population, "alpha")
    values, edges, _ = axes.patches[0].get_data()
    assert (edges[0], edges[-1]) == (0, 16)
    assert list(values) == [stage.params["alpha"] for stage in population.best_schedule_]
    with pytest.raises(ValueError, match="no rungs to draw"):
        plot_rungs(search)
    with pytest.raises(ValueError, match="no schedules to draw"):
        plot_schedule(bandit, "C")


def test_axes_of_the_users_own_are_drawn_on(search: RandomSearchCV) -> None:
    from matplotlib.figure import Figure

    axes = Figure().subplots()
    assert plot_best_so_far(search, axes) is axes


def test_the_page_has_all_pictures_and_needs_nothing_else(
    search: RandomSearchCV, bandit: HyperbandSearchCV, population: PopulationSearchCV, tmp_path: Path
) -> None:
    search.report(tmp_path / "random.html")
    page = (tmp_path / "random.html").read_text("utf-8")
    assert f"honest score is {search.honest_score_:.4g}" in page
    assert page.count("<svg") == 6  # best so far, importance, three parameters, all together
    assert not re.search(r'(src|href)="(?!#|data:)', page)
    for other, heading in ((bandit, "Rungs"), (population, "Schedules")):
        other.report(tmp_path / "other.html")
        assert f"<h2>{heading}</h2>" in (tmp_path / "other.html").read_text("utf-8")


@pytest.mark.skipif(BROWSER is None or DRIVER is None, reason="no Chromium with its driver")
@pytest.mark.parametrize("width", [1200, 400])
def test_the_page_in_a_browser(search: RandomSearchCV, tmp_path: Path, width: int) -> None:
    search.report(tmp_path / "search.html")
    with chrome(width) as browser:
        browser.get((tmp_path / "search.html").as_uri())
        assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0
        assert browser.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
        log: Any = browser.get_log("browser")  # type: ignore[no-untyped-call]
        assert [entry for entry in log if entry["level"] == "SEVERE"] == []


def test_what_cannot_be_drawn_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, search: RandomSearchCV) -> None:
    unfitted = RandomSearchCV(SVC(), SPACE)
    with pytest.raises(NotFittedError):
        unfitted.report(tmp_path / "x.html")
    with pytest.raises(UserError, match="No such file"):
        search.report(tmp_path / "nowhere" / "x.html")
    few = RandomSearchCV(SVC(), SPACE, n_trials=3, random_state=0, cv=2).fit(X, y)
    with pytest.raises(ValueError, match="3 trials with the full budget are too few"):
        plot_importance(few)
    few.report(tmp_path / "few.html")
    assert "What mattered" not in (tmp_path / "few.html").read_text("utf-8")
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match=r"pip install 'leakguard-hpo\[plots\]'"):
        plot_best_so_far(search)
