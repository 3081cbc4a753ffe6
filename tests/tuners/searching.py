"""What the tests of tuners share: data, and estimators that misbehave on demand."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin

from leakguard.tuners import Uniform

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from leakguard.tuners import TunerSearchCV

X = np.random.default_rng(0).normal(size=(60, 4))
y = (X[:, 0] + 0.3 * X[:, 1] > 0).astype(int)


class Stub(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no annotations
    """Scores by a formula of its parameters, so a test knows what to expect."""

    def __init__(self, a: float = 0.5, b: Any = 0, deed: str = "fit") -> None:
        self.a = a
        self.b = b
        self.deed = deed

    def fit(self, X: Any, y: Any) -> Self:
        self.classes_ = np.unique(y)
        self.rows_ = len(X)
        match self.deed:
            case "raise":
                raise RuntimeError("it broke")
            case "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            case "sleep":
                time.sleep(60)
            case "hang":  # as compiled code that never looks at signals
                signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
                time.sleep(60)
        return self

    def predict(self, X: Any) -> Any:
        return np.repeat(self.classes_[0], len(X))

    def score(self, X: Any, y: Any) -> float:  # noqa: ARG002 - scikit-learn's signature
        return float("nan") if self.deed == "nan" else -((self.a - 0.3) ** 2)


class Slow(Stub):
    """Takes long enough to be ended in the middle of a search."""

    def fit(self, X: Any, y: Any) -> Self:
        time.sleep(0.05)
        return super().fit(X, y)


SPACE_SLOW = {"a": Uniform(0, 1)}


def scores(search: TunerSearchCV) -> Mapping[str, Any]:
    """Return `cv_results_` without the times, which no seed decides."""
    return {name: value for name, value in search.cv_results_.items() if "time" not in name}


def assert_same(first: TunerSearchCV, second: TunerSearchCV, *, times: bool = False) -> None:
    """Two searches have the same results, to the bit."""
    one, two = (search.cv_results_ if times else scores(search) for search in (first, second))
    assert list(one) == list(two)
    for name in one:
        np.testing.assert_array_equal(one[name], two[name], err_msg=name)
