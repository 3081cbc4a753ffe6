"""A refusal names the rule that fits: by the function that was given the stand-in."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from leakguard.seal import SealBroken, seal
from leakguard.seal.causes import Cause
from leakguard.seal.ledger import events

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS = np.random.default_rng(0).normal(size=(60, 3))
LABELS = np.arange(60) % 2


def _scoring(test: Any) -> Callable[..., float]:  # noqa: ANN401 - a stand-in
    return lambda estimator, _rows, _labels: float(estimator.score(test, LABELS))


def _searched(x: Any) -> object:  # noqa: ANN401 - a stand-in
    search = GridSearchCV(LogisticRegression(), {"C": [1, 2]}, scoring=_scoring(x), error_score="raise")
    return search.fit(ROWS, LABELS)


CAUSES: dict[str, tuple[Cause, Callable[[Any], object]]] = {
    "scaler": (Cause.FITTED_ON_TEST, lambda x: StandardScaler().fit(x)),
    "fit_transform": (Cause.FITTED_ON_TEST, lambda x: PCA().fit_transform(x)),
    "pipeline": (Cause.FITTED_ON_TEST, lambda x: make_pipeline(StandardScaler(), LogisticRegression()).fit(x, LABELS)),
    "partial_fit": (Cause.FITTED_ON_TEST, lambda x: StandardScaler().partial_fit(x)),
    "early stopping": (
        Cause.TEST_ROWS_STOP,
        lambda x: HistGradientBoostingClassifier(early_stopping=True).fit(ROWS, LABELS, X_val=x, y_val=LABELS),
    ),
    "score": (Cause.TEST_ROWS_CHOOSE, lambda x: LogisticRegression().fit(ROWS, LABELS).score(x, LABELS)),
    "scorer of a search": (Cause.TEST_ROWS_CHOOSE, _searched),
    "a look": (Cause.TEST_ROWS_CHOOSE, lambda x: x.mean()),
}


@pytest.mark.parametrize("name", CAUSES)
def test_the_cause_is_told_from_the_stack(name: str) -> None:
    cause, read = CAUSES[name]
    x, _ = seal(ROWS)
    with pytest.raises(SealBroken, match=cause.code):
        read(x)
    assert {event.cause for event in events()} == {cause.name}


@pytest.mark.filterwarnings("ignore:The argument 'eval_set' is deprecated")  # for a name that older ones don't have
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # XGBoost reads in a C callback
@pytest.mark.parametrize(("library", "name"), [("xgboost", "XGBClassifier"), ("lightgbm", "LGBMClassifier")])
def test_rows_for_early_stopping_of_boosting_libraries(library: str, name: str) -> None:
    model = getattr(pytest.importorskip(library), name)(n_estimators=3)
    x, _ = seal(ROWS)
    with suppress(SealBroken, TypeError, ValueError):  # their own errors, where they swallow ours
        model.fit(ROWS, LABELS, eval_set=[(x, LABELS)])
    assert {event.cause for event in events()} == {Cause.TEST_ROWS_STOP.name}


def test_the_error_says_who_read_what_and_what_to_do_instead() -> None:
    x, _ = seal(ROWS, name="the wines kept for the end")
    with pytest.raises(SealBroken) as caught:
        np.mean(x)
    line = caught.traceback[0].lineno + 1
    assert str(caught.value) == (
        f"{__file__}:{line} in test_the_error_says_who_read_what_and_what_to_do_instead read the values of ndarray of "
        "shape (60, 3) and dtype float64 by np.mean, but the wines kept for the end is sealed [LG101 "
        "test-set-in-tuning]; choose by cross-validation or a validation part of the training rows, and open the test "
        "rows once at the end"
    )
