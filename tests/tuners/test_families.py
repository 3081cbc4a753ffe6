"""Family first, deep tuning second."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.datasets import make_moons
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import OneHotEncoder

from leakguard.seal import seal
from leakguard.tuners import FamilySearchCV, ProfileError
from leakguard.tuners.families.known import FAMILIES

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


def test_what_is_wrong_is_said() -> None:
    with pytest.raises(ValueError, match=r"none for classes is called 'ridg'; did you mean"):
        FamilySearchCV(["ridg"]).fit(MOONS, OF)
    with pytest.raises(ProfileError, match="nothing to learn"):
        FamilySearchCV().fit(MOONS, np.ones(160))
    sealed, _ = seal(MOONS.copy())
    with pytest.raises(TypeError, match="sealed"):
        FamilySearchCV().fit(sealed, OF)
