"""One estimator that is any of several: which, is a parameter like the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sklearn.base import clone
from sklearn.utils import get_tags
from sklearn.utils.metaestimators import _BaseComposition, available_if

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self


def _has(name: str) -> Any:
    def check(model: AnyOf) -> bool:
        return hasattr(model.chosen_ if hasattr(model, "chosen_") else model.member(), name)

    return check


class AnyOf(_BaseComposition):  # type: ignore[misc]  # scikit-learn has no annotations
    """Fits the member that `family` names.

    Args:
        members: pairs of a name and an estimator, whose parameters are `name__parameter`.
        family: which of them.

    Attributes:
        chosen_: the fitted member.
    """

    def __init__(self, members: Sequence[tuple[str, Any]], family: str) -> None:
        self.members = members
        self.family = family

    def get_params(self, deep: bool = True) -> Any:  # noqa: FBT001, FBT002 - scikit-learn's signature
        """Return the parameters, with those of all members."""
        return self._get_params("members", deep=deep)

    def set_params(self, **params: Any) -> Self:
        """Set parameters of this or of members."""
        self._set_params("members", **params)
        return self

    def member(self) -> Any:
        """Return the member that is to be fitted.

        Raises:
            ValueError: there is none of that name.
        """
        found = dict(self.members)
        if self.family not in found:
            raise ValueError(f"family={self.family!r}: expected one of {', '.join(found)}.")
        return found[self.family]

    def fit(self, X: Any, y: Any = None, **params: Any) -> Self:
        """Fit the member on X, of shape (n_rows, n_columns)."""
        self.chosen_ = clone(self.member()).fit(X, y, **params)
        return self

    @property
    def classes_(self) -> Any:
        """The classes that the member has learned."""
        return self.chosen_.classes_

    @available_if(_has("predict"))  # type: ignore[untyped-decorator]
    def predict(self, X: Any) -> Any:
        return self.chosen_.predict(X)

    @available_if(_has("predict_proba"))  # type: ignore[untyped-decorator]
    def predict_proba(self, X: Any) -> Any:
        return self.chosen_.predict_proba(X)

    @available_if(_has("decision_function"))  # type: ignore[untyped-decorator]
    def decision_function(self, X: Any) -> Any:
        return self.chosen_.decision_function(X)

    def score(self, X: Any, y: Any) -> Any:
        """Return the member's own score."""
        from sklearn.metrics import accuracy_score, r2_score

        predicted = self.predict(X)  # not the member's, so that who listens hears the answers
        classifies = get_tags(self.chosen_).estimator_type == "classifier"
        return accuracy_score(y, predicted) if classifies else r2_score(y, predicted)

    def __sklearn_tags__(self) -> Any:
        return get_tags(self.member())
