"""An estimator whose `fit` goes on from a smaller budget, in the shape that scikit-learn can cross-validate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sklearn.base import BaseEstimator

from leakguard.tuners.growing import Growth, grow, with_params

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Self


class Continued(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no annotations
    """Fits by going on, and is in all else the estimator that it holds.

    Args:
        estimator: as the last stage left it, or, where `begun` is False, one that was not fitted.
        growth: how it goes on.
        path: the iterations at the end of each stage, up to the one to be reached.
        stages: the parameters of each stage.
        begun: whether the estimator has been through all stages but the last.
    """

    def __init__(
        self, estimator: Any, growth: Growth, path: Sequence[int], stages: Sequence[Mapping[str, Any]], *, begun: bool
    ) -> None:
        self.estimator = estimator
        self.growth = growth
        self.path = path
        self.stages = stages
        self.begun = begun

    def __sklearn_clone__(self) -> Self:
        return self

    def __sklearn_tags__(self) -> Any:
        return self.estimator.__sklearn_tags__()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or "estimator" not in self.__dict__:
            raise AttributeError(name)
        return getattr(self.estimator, name)

    def get_metadata_routing(self) -> Any:
        return self.estimator.get_metadata_routing()

    def fit(self, X: Any, y: Any = None, **params: Any) -> Self:
        """Bring the estimator to the end of the path, from the end of the stage before or from its beginning."""
        first = len(self.path) - 1 if self.begun else 0
        for stage in range(first, len(self.path)):
            if stage and self.stages[stage] != self.stages[stage - 1]:
                self.estimator = with_params(self.estimator, self.stages[stage])
            elif not stage:
                self.estimator.set_params(**self.stages[0])
            self.estimator = grow(self.growth, self.estimator, self.path[: stage + 1], (X, y), params)
        return self
