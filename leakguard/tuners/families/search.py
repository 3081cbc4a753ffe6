"""The cascade: every family a little, on the same folds; then the best one deeply."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator, MetaEstimatorMixin
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.utils import check_random_state
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from leakguard.spelling import nearest
from leakguard.tuners.families.known import FAMILIES, Family
from leakguard.tuners.families.model import AnyOf
from leakguard.tuners.profiling.profile import Profile, profile
from leakguard.tuners.random_search import RandomSuggester
from leakguard.tuners.search import TunerSearchCV
from leakguard.tuners.space import Choice, Space
from leakguard.tuners.suggesting import Proposal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from os import PathLike
    from typing import Self

    from leakguard.tuners.evaluating import Evaluation
    from leakguard.tuners.profiling.target import Kind

_FAMILY = "family"


@dataclass(eq=False, repr=False)
class CascadeSearchCV(TunerSearchCV):
    """Tries `n_trials_each` points of each family, and then `n_trials_deep` of the best one by a Gaussian process."""

    n_trials_each: int = 8
    n_trials_deep: int = 20

    def _run_search(self, evaluate: Evaluation) -> None:
        families = evaluate.space.dimensions[_FAMILY].options
        for family in families:
            _explore(evaluate, {_FAMILY: family}, self.n_trials_each)
        best = evaluate.best
        if best is not None and self.n_trials_deep:
            _deepen(evaluate, {_FAMILY: best.params[_FAMILY]}, self.n_trials_deep)


def _explore(evaluate: Evaluation, given: Mapping[str, Any], count: int) -> None:
    space = _space_of(evaluate, given)
    if space is None:
        evaluate([Proposal(dict(given), str(given[_FAMILY]))])
        return
    points = RandomSuggester(space, sobol=True).ask(count, evaluate.rng, [])
    evaluate([Proposal({**given, **point}, str(given[_FAMILY])) for point in points])


def _deepen(evaluate: Evaluation, given: Mapping[str, Any], count: int) -> None:
    from leakguard.tuners.bayes.suggester import GaussianProcessSuggester

    space = _space_of(evaluate, given)
    if space is None:
        return
    history = [trial for trial in evaluate.trials if trial.params[_FAMILY] == given[_FAMILY]]
    suggester = GaussianProcessSuggester(space, initial=1)
    for _ in range(count):
        inner = [_without_family(trial) for trial in history]
        asked = suggester.ask(1, evaluate.rng, inner)
        if not asked:
            return
        done = evaluate([Proposal({**given, **asked[0]}, "deep")])
        history += done
        suggester.tell([_without_family(trial) for trial in done])


def _without_family(trial: Any) -> Any:
    from dataclasses import replace

    return replace(trial, params={name: value for name, value in trial.params.items() if name != _FAMILY})


def _space_of(evaluate: Evaluation, given: Mapping[str, Any]) -> Space | None:
    """Return the space of one family alone."""
    prefix = f"{given[_FAMILY]}__"
    names = [name for name in evaluate.space.names if name.startswith(prefix)]
    return evaluate.space.only(names, given) if names else None


def _best_has(name: str) -> Callable[[FamilySearchCV], bool]:
    """Return what tells whether the best model has a method; before the fit, the method says what is missing."""
    return lambda search: not hasattr(search, "best_estimator_") or hasattr(search.best_estimator_, name)


@dataclass(eq=False, repr=False)
class FamilySearchCV(MetaEstimatorMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no annotations
    """Family first, deep tuning second: linear models, trees, forests, an SVM, neighbours, boosting, a small network.

    The rows are looked at (`profile`), which gives each family's bounds and the scaler; each family is tuned a little
    on the same folds, and the best one deeply. `honest_score_` is corrected for the choice among all of them.

    Args:
        families: names of those to try; None for all of the target's kind.
        preprocess: a transformer that makes numbers of the columns, fitted inside the folds; None for rows of numbers.
        n_trials_each, n_trials_deep: how many points of each family, and then of the best one.
        task: "classes" or "numbers", where whole numbers as targets could be either; None to tell by the target.
        scoring: one scorer, as scikit-learn's; None for accuracy or R2.
        cv, n_jobs, random_state: as the other tuners'.

    Attributes:
        search_: the search that was made, with `cv_results_` and all that the tuners have.
        families_: a row for each family, best first: its best score, that score's standard error over the folds, and
            the mean seconds of a fit; NaN where all its fits failed.
        profile_: what the rows are like.
        best_family_, best_estimator_, best_params_, best_score_, honest_score_, honest_interval_.

    Raises:
        TypeError: the rows are sealed.
        ProfileError: there is nothing to look at, or nothing to learn.
        ValueError: a family that there is not, several scorers, or text without `preprocess`.
    """

    families: Sequence[str] | None = None
    preprocess: Any = None
    n_trials_each: int = 8
    n_trials_deep: int = 20
    task: Kind | None = None
    scoring: Any = None
    cv: Any = None
    n_jobs: int | None = None
    random_state: Any = None

    def fit(self, X: Any, y: Any, *, groups: Any = None) -> Self:
        """Search on training rows X, of shape (n_rows, n_columns), with targets y and groups for `cv`."""
        self._check()
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        seen = X if self.preprocess is None else _prepared(self.preprocess, X, y)
        self.profile_ = profile(seen, y, task=self.task, random_state=seed)
        _refuse_text(self.profile_)
        classifies = self.profile_.target is not None and self.profile_.target.kind == "classes"
        chosen = _chosen(self.families, classifies=classifies)
        model, space = _any_of(chosen, self.profile_, self.preprocess, classifies=classifies, seed=seed)
        self.search_ = CascadeSearchCV(
            model,
            space,
            n_trials_each=self.n_trials_each,
            n_trials_deep=self.n_trials_deep,
            scoring=self.scoring,
            cv=self.cv,
            n_jobs=self.n_jobs,
            random_state=seed,
        ).fit(X, y, **({} if groups is None else {"groups": groups}))
        self.families_ = _table(self.search_, [family.name for family in chosen])
        for name in ("best_params_", "best_score_", "honest_score_", "honest_interval_"):
            if hasattr(self.search_, name):
                setattr(self, name, getattr(self.search_, name))
        self.best_family_ = self.best_params_[_FAMILY]
        self.best_estimator_ = self.search_.best_estimator_.chosen_
        return self

    def _check(self) -> None:
        if isinstance(self.families, str) or (self.families is not None and len(self.families) == 0):
            raise ValueError(f"families={self.families!r}: give a list of names, or None for all.")
        for name, least in (("n_trials_each", 1), ("n_trials_deep", 0)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
                raise ValueError(f"{name}={value!r}: give an integer of at least {least}.")
        if self.scoring is not None and not (isinstance(self.scoring, str) or callable(self.scoring)):
            raise ValueError(f"scoring={self.scoring!r}: families are compared by one scorer; give its name.")

    @property
    def classes_(self) -> Any:
        """The classes that the best model has learned."""
        check_is_fitted(self, "best_estimator_")
        return self.best_estimator_.classes_

    def report(self, file: str | PathLike[str]) -> None:
        """Write the page of the search, as the other tuners' (extra `plots`)."""
        check_is_fitted(self, "search_")
        self.search_.report(file)

    def predict(self, X: Any) -> Any:
        """Return the best model's predictions."""
        check_is_fitted(self, "best_estimator_")
        return self.best_estimator_.predict(X)

    @available_if(_best_has("predict_proba"))  # type: ignore[untyped-decorator]
    def predict_proba(self, X: Any) -> Any:
        """Return the best model's probabilities."""
        check_is_fitted(self, "best_estimator_")
        return self.best_estimator_.predict_proba(X)

    @available_if(_best_has("decision_function"))  # type: ignore[untyped-decorator]
    def decision_function(self, X: Any) -> Any:
        """Return the best model's scores of the classes."""
        check_is_fitted(self, "best_estimator_")
        return self.best_estimator_.decision_function(X)

    def score(self, X: Any, y: Any) -> float:
        """Return the score of the best model by the search's scorer."""
        check_is_fitted(self, "search_")
        return float(self.search_.score(X, y))


def _refuse_text(found: Profile) -> None:
    if found.other:
        name, kind = next(iter(found.other.items()))
        raise ValueError(f"Column {name!r} holds {kind}: give a transformer that makes numbers of it as `preprocess`.")


def _prepared(transformer: Any, X: Any, y: Any) -> Any:
    """Return the training rows as numbers, only to look at them: inside the folds it is fitted anew."""
    from sklearn.base import clone

    return clone(transformer).fit_transform(X, y)


def _chosen(names: Sequence[str] | None, *, classifies: bool) -> list[Family]:
    able = {one.name: one for one in FAMILIES if (one.classifier if classifies else one.regressor)}
    for name in names or ():
        if name not in able:
            kind = "classes" if classifies else "numbers"
            raise ValueError(f"families: none for {kind} is called {name!r}; did you mean {nearest(name, able)!r}?")
    return [able[name] for name in names] if names else list(able.values())


def _any_of(
    families: Sequence[Family], found: Profile, preprocess: Any, *, classifies: bool, seed: int
) -> tuple[AnyOf, Space]:
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.preprocessing import StandardScaler

    members, dimensions = [], {}
    dimensions[_FAMILY] = Choice([family.name for family in families])
    for family in families:
        model = family.model(classifies=classifies, seed=seed)
        step = type(model).__name__.lower()
        within = step
        if family.target_scaled and not classifies:
            model = TransformedTargetRegressor(model, transformer=StandardScaler())
            within = f"{step}__regressor"
        members.append((family.name, _pipeline((step, model), family, found, preprocess)))
        for name, dimension in family.dimensions(found).items():
            dimensions[f"{family.name}__{within}__{name}"] = _only_for(dimension, family.name)
    return AnyOf(members, families[0].name), Space(dimensions)


def _pipeline(last: tuple[str, Any], family: Family, found: Profile, preprocess: Any) -> Any:
    from sklearn.impute import SimpleImputer
    from sklearn.preprocessing import QuantileTransformer, RobustScaler, StandardScaler

    scalers: dict[str, Any] = {
        "standard": StandardScaler(),
        "robust": RobustScaler(),
        "quantile": QuantileTransformer(n_quantiles=min(100, found.rows // 2), output_distribution="normal"),
    }
    missing = any(column.missing for column in found.numeric)
    steps = [
        *([] if preprocess is None else [preprocess]),
        *([SimpleImputer(keep_empty_features=True)] if missing else []),
        *([scalers[found.scaler]] if family.scaled and found.scaler in scalers else []),
    ]
    return Pipeline([*make_pipeline(*steps).steps, last]) if steps else Pipeline([last])


def _only_for(dimension: Any, family: str) -> Any:
    from dataclasses import replace

    return replace(dimension, when={_FAMILY: [family]})


def _table(search: CascadeSearchCV, names: Sequence[str]) -> list[dict[str, Any]]:
    metric = "score"
    results = search.cv_results_
    of = np.array([params[_FAMILY] for params in results["params"]])
    rows = []
    for name in names:
        places = np.flatnonzero((of == name) & np.isfinite(results[f"mean_test_{metric}"]))
        if not len(places):
            rows.append({"family": name, **dict.fromkeys(("score", "standard_error", "seconds"), np.nan), "trials": 0})
            continue
        best = places[int(np.argmax(results[f"mean_test_{metric}"][places]))]
        rows.append(
            {
                "family": name,
                "score": float(results[f"mean_test_{metric}"][best]),
                "standard_error": float(results[f"std_test_{metric}"][best] / np.sqrt(search.n_splits_)),
                "seconds": float(results["mean_fit_time"][places].mean()),
                "trials": len(places),
            }
        )
    return sorted(rows, key=lambda row: -row["score"] if row["trials"] else np.inf)
