"""What fitted estimators answer for the rows of their fold, kept while a scorer asks them."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

METHODS = ("predict", "predict_proba", "decision_function")
_MOST = 2_000_000  # values of one answer that are kept


@dataclass(frozen=True, slots=True)
class Responses:
    """The answers by method, of shape (n_rows,) or (n_rows, n_classes), and the classes in their order."""

    by_method: Mapping[str, NDArray[Any]]
    classes: NDArray[Any] | None = None

    def known_classes(self) -> NDArray[Any]:
        """Return the classes; raises KeyError where there are none."""
        if self.classes is None:
            raise KeyError("classes")
        return self.classes


@dataclass(slots=True)
class Recorder:
    """A scorer that asks others, and keeps what the estimator answered for the first rows: those of the fold."""

    scorer: Callable[..., Any]
    kept: Responses | None = field(default=None, init=False)
    _asked: bool = field(default=False, init=False)

    def __call__(self, estimator: Any, X: Any, y: Any = None, **params: Any) -> Any:
        if self._asked:  # the train rows
            return self.scorer(estimator, X, y, **params)
        self._asked = True
        with answers_of(estimator) as found:
            score = self.scorer(estimator, X, y, **params)
        rows = len(y) if y is not None else -1
        kept = {name: answer for name, answer in found.items() if len(answer) == rows and answer.size <= _MOST}
        if kept:
            classes = getattr(estimator, "classes_", None)
            self.kept = Responses(kept, classes if isinstance(classes, np.ndarray) else None)
        return score


@contextmanager
def answers_of(estimator: Any) -> Iterator[dict[str, NDArray[Any]]]:
    """Collect what an estimator's methods return in the block; the estimator is left as it was."""
    found: dict[str, NDArray[Any]] = {}
    asked = [estimator, *_last_step(estimator)]
    for one in asked:
        for name in METHODS:
            method = getattr(one, name, None)
            if callable(method):
                with suppress(AttributeError):
                    setattr(one, name, _keeping(found, name, method))
    try:
        yield found
    finally:
        for one in asked:
            for name in METHODS:
                getattr(one, "__dict__", {}).pop(name, None)


def _last_step(estimator: Any) -> list[Any]:
    """Return the last step of a pipeline, which its own `score` asks."""
    steps = getattr(estimator, "steps", None)
    return [steps[-1][1]] if isinstance(steps, list) and steps and isinstance(steps[-1], tuple) else []


def _keeping(found: dict[str, NDArray[Any]], name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)  # scikit-learn looks at the name
    def answer(*args: Any, **params: Any) -> Any:
        given = method(*args, **params)
        if isinstance(given, np.ndarray) and given.dtype.kind in "biufUS":
            found.setdefault(name, given)
        return given

    return answer
