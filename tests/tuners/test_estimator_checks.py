"""scikit-learn's own checks of estimators, on every reference tuner."""

from __future__ import annotations

import contextlib
import warnings
from importlib.metadata import version
from typing import TYPE_CHECKING, Any
from unittest import SkipTest

import pytest
from sklearn.linear_model import LogisticRegression, Ridge, SGDClassifier
from sklearn.utils.estimator_checks import check_estimator, parametrize_with_checks

from leakguard.tuners import LogUniform, RandomSearchCV, reference_tuners

if TYPE_CHECKING:
    from collections.abc import Callable

    from leakguard.tuners import ReferenceTuner

_OLD = tuple(int(part) for part in version("scikit-learn").split(".")[:2]) < (1, 6)

# Why a check fails, the same for every tuner; scikit-learn lists it for its own GridSearchCV too.
EXPECTED = {
    "check_supervised_y_2d": "Ridge predicts several targets and so gives no DataConversionWarning, but scikit-learn's "
    "searches do not hand on their estimator's multi_output tag",
}

EXPECTED_OLD = {
    "check_parameters_default_constructible": "scikit-learn before 1.6 can make only the searches that it knows by "
    "name, and gives others an estimator and nothing else",
    **EXPECTED,
}


def expected(search: Any) -> dict[str, str]:
    return EXPECTED if isinstance(search.estimator, Ridge) else {}


def tuners() -> list[Any]:
    """Return each tuner on a classifier, and one on a regressor too, as small as they can be.

    Errors are raised, as in scikit-learn's checks of its own searches, because the checks look at their types.
    """
    made = [tuner.cls(*subject(tuner), cv=2, random_state=0, error_score="raise") for tuner in reference_tuners()]
    made.append(RandomSearchCV(Ridge(), {"alpha": LogUniform(0.1, 10)}, cv=2, random_state=0, error_score="raise"))
    return [search.set_params(**small(search)) for search in made]


def subject(tuner: ReferenceTuner) -> tuple[Any, dict[str, Any]]:
    """Return a model that the tuner can tune, and a space; a population needs one that can go on."""
    if tuner.kind == "population":
        # Its thousand iterations, one after another, are more than the checks need.
        return SGDClassifier(max_iter=60, random_state=0), {"alpha": LogUniform(0.1, 10)}
    return LogisticRegression(), {"C": LogUniform(0.1, 10)}


def small(search: Any) -> dict[str, Any]:
    """Return what makes a search small, of the parameters that it has."""
    settings = {"n_trials": 4, "n_coarse": 2, "points": 3, "announce": False, "population": 3, "n_generations": 2}
    return {name: value for name, value in settings.items() if name in search.get_params()}


# The checks put infinite values into y, and scikit-learn casts them before it looks.
@pytest.mark.filterwarnings("ignore:invalid value encountered in cast:RuntimeWarning")
class TestScikitLearnsChecks:
    """One test a check; one a tuner with scikit-learn before 1.6, which takes no list of expected failures."""

    if _OLD:

        @pytest.mark.parametrize("search", tuners())
        def test_all(self, search: Any) -> None:
            for estimator, check in check_estimator(search, generate_only=True):
                if check.func.__name__ not in EXPECTED_OLD:
                    with warnings.catch_warnings(), contextlib.suppress(SkipTest):
                        warnings.simplefilter("ignore")
                        check(estimator)

    else:

        @parametrize_with_checks(tuners(), expected_failed_checks=expected)  # type: ignore[untyped-decorator]  # scikit-learn has no annotations
        def test_one(self, estimator: Any, check: Callable[[Any], None]) -> None:
            check(estimator)
