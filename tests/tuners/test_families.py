"""Family first, deep tuning second."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.datasets import make_moons
from sklearn.exceptions import ConvergenceWarning, FitFailedWarning, NotFittedError
from sklearn.preprocessing import OneHotEncoder

from leakguard.seal import seal
from leakguard.tuners import FamilySearchCV, ProfileError
from leakguard.tuners.families.known import FAMILIES

if TYPE_CHECKING:
    from pathlib import Path

RNG = np.random.default_rng(0)
MOONS, OF = make_moons(160, noise=0.15, random_state=0)
ROWS = RNG.normal(size=(120, 5))
NUMBERS = ROWS[:, 0] * 2 - ROWS[:, 1] + 0.3 * RNG.normal(size=120)


def test_what_is_not_linear_goes_to_a_family_that_bends() -> None:
    search = FamilySearchCV(
        ["logistic", "svm", "neighbours", "tree"], n_trials_each=5, n_trials_deep=6, cv=3, random_state=0
    ).fit(MOONS, OF)
    assert search.best_family_ in {"svm", "neighbours"}
    scores = {row["family"]: row["score"] for row in search.families_}
    assert scores["logistic"] < search.best_score_ - 0.05
    assert list(scores.values()) == sorted(scores.values(), reverse=True)
    deep = [by for by in search.search_.cv_results_["suggested_by"] if by == "deep"]
    assert len(deep) == 6
    assert search.search_.honest_method_ == "BBC-CV"
    assert search.honest_score_ <= search.best_score_ + 0.02
    assert search.score(MOONS, OF) > 0.9
    assert search.predict_proba is not None or search.best_family_ == "svm"


def test_what_is_linear_stays_linear_and_missing_values_are_filled() -> None:
    rows = ROWS.copy()
    rows[::9, 3] = np.nan
    search = FamilySearchCV(["ridge", "lasso", "tree"], n_trials_each=4, n_trials_deep=2, cv=3, random_state=0)
    search.fit(rows, NUMBERS)
    assert search.best_family_ in {"ridge", "lasso"}
    assert "simpleimputer" in search.best_estimator_.named_steps
    assert search.predict(rows).shape == (120,)


def test_all_families_run() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        for y, kind in ((OF, "classifier"), (NUMBERS, "regressor")):
            rows = MOONS if kind == "classifier" else ROWS
            search = FamilySearchCV(n_trials_each=1, n_trials_deep=0, cv=2, random_state=0).fit(rows, y)
            expected = {family.name for family in FAMILIES if getattr(family, kind)}
            assert {row["family"] for row in search.families_} == expected


def test_columns_of_text_need_a_preprocessor_inside_the_folds() -> None:
    frame = pd.DataFrame({"town": np.where(OF, "a", "b"), "x": MOONS[:, 0]})
    encoder = make_column_transformer((OneHotEncoder(sparse_output=False), ["town"]), remainder="passthrough")
    search = FamilySearchCV(["logistic"], preprocess=encoder, n_trials_each=2, n_trials_deep=1, cv=2, random_state=0)
    assert search.fit(frame, OF).best_score_ == 1.0


def test_the_same_seed_gives_the_same() -> None:
    one, two = (
        FamilySearchCV(["tree", "svm"], n_trials_each=3, n_trials_deep=3, cv=2, random_state=1).fit(MOONS, OF)
        for _ in range(2)
    )
    assert one.best_params_ == two.best_params_
    assert one.honest_score_ == two.honest_score_


def test_regressors_do_not_depend_on_the_targets_units() -> None:
    scores = []
    for unit in (1e-4, 1.0, 1e4):
        search = FamilySearchCV(["lasso", "svm", "network"], n_trials_each=2, n_trials_deep=0, cv=3, random_state=0)
        scores.append([row["score"] for row in search.fit(ROWS, NUMBERS * unit).families_])
    assert scores[0] == pytest.approx(scores[1], abs=1e-3)
    assert scores[2] == pytest.approx(scores[1], abs=1e-3)


def test_what_the_target_holds_may_be_said() -> None:
    counts = RNG.poisson(np.exp(ROWS[:, 0] / 2 + 1))
    search = FamilySearchCV(["ridge"], n_trials_each=2, n_trials_deep=0, task="numbers", random_state=0)
    assert search.fit(ROWS, counts).best_family_ == "ridge"


def test_a_family_that_fails_stays_in_the_table() -> None:
    search = FamilySearchCV(
        ["svm", "tree"], n_trials_each=2, n_trials_deep=0, scoring="neg_log_loss", cv=3, random_state=0
    )
    with pytest.warns(FitFailedWarning):
        search.fit(MOONS, OF)
    assert [(row["family"], row["trials"]) for row in search.families_] == [("tree", 2), ("svm", 0)]
    assert np.isnan(search.families_[1]["score"])


def test_what_the_best_model_can_the_search_can(tmp_path: Path) -> None:
    search = FamilySearchCV(["svm"], n_trials_each=6, n_trials_deep=0, cv=3, random_state=0)
    with pytest.raises(NotFittedError):
        search.predict_proba(MOONS)
    search.fit(MOONS, OF)
    assert list(search.classes_) == [0, 1]
    assert search.decision_function(MOONS).shape == (160,)
    assert not hasattr(search, "predict_proba")
    search.report(tmp_path / "families.html")
    text = (tmp_path / "families.html").read_text("utf-8")
    assert "<svg" in text
    assert "<title>CascadeSearchCV of svm</title>" in text


def test_what_is_wrong_is_said() -> None:
    with pytest.raises(ValueError, match=r"none for classes is called 'ridg'; did you mean"):
        FamilySearchCV(["ridg"]).fit(MOONS, OF)
    with pytest.raises(ProfileError, match="nothing to learn"):
        FamilySearchCV().fit(MOONS, np.ones(160))
    for settings, message in (
        ({"families": "tree"}, "families='tree': give a list of names"),
        ({"families": []}, "give a list of names, or None for all"),
        ({"n_trials_each": 0}, "n_trials_each=0: give an integer of at least 1"),
        ({"n_trials_deep": -5}, "n_trials_deep=-5: give an integer of at least 0"),
        ({"n_trials_deep": 1.5}, "n_trials_deep=1.5"),
        ({"scoring": ["accuracy", "roc_auc"]}, "families are compared by one scorer"),
    ):
        with pytest.raises(ValueError, match=message):
            FamilySearchCV(**settings).fit(MOONS, OF)
    with pytest.raises(ValueError, match=r"Column 's' holds text or categories: give a transformer .* as `preprocess`"):
        FamilySearchCV().fit(pd.DataFrame(MOONS, columns=["a", "b"]).assign(s="x"), OF)
    sealed, _ = seal(MOONS.copy())
    with pytest.raises(TypeError, match="sealed"):
        FamilySearchCV().fit(sealed, OF)
