"""Everything that can be wrong with a search, looked at before the first fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import clone, is_classifier
from sklearn.metrics import check_scoring, get_scorer
from sklearn.model_selection import check_cv
from sklearn.utils import check_random_state, indexable
from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping, process_routing

from leakguard.spelling import nearest
from leakguard.tuners.fold import Data
from leakguard.tuners.journal import journal_seed
from leakguard.tuners.settings import check_settings
from leakguard.tuners.space import Space, SpaceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leakguard.tuners.search import TunerSearchCV


@dataclass(frozen=True, slots=True)
class Plan:
    """A search that can start."""

    space: Space
    estimator: Any
    data: Data
    scorers: Any
    refit_params: Mapping[str, Any]
    seed: int
    guide: str | None
    groups: Any = None


def plan_search(search: TunerSearchCV, X: Any, y: Any, params: Mapping[str, Any]) -> Plan:
    """Check a search and its data.

    Raises:
        SpaceError: the space cannot be searched, or the estimator lacks one of its parameters.
        ValueError: anything else that is wrong with the search's parameters or with the data.
    """
    check_settings(search)
    space = Space.of(search.space)
    check_names(space, search.estimator)
    scorers = find_scorers(search.estimator, search.scoring)
    _check_refit(search.refit, scorers)
    X, y = indexable(X, y)
    return Plan(
        space=space,
        estimator=clone(search.estimator),
        data=Data(X, y, _passed_on(search, scorers, params), _splits(search, X, y, params)),
        scorers=scorers,
        refit_params=_refit_params(search, params),
        seed=_seed(search),
        guide=search.refit if isinstance(search.refit, str) else None,
        groups=params.get("groups"),
    )


def _seed(search: TunerSearchCV) -> int:
    """Return the search's seed; where none is asked for, that of its journal."""
    written = journal_seed(search.journal) if search.journal is not None and search.random_state is None else None
    return int(check_random_state(search.random_state).randint(2**31 - 1)) if written is None else written


def check_names(space: Space, estimator: Any) -> None:
    """Raise unless the estimator has every parameter of the space.

    Raises:
        SpaceError: with the name that is most likely meant.
    """
    choices = {name for name in space.names if space.kinds[space.names.index(name)].name == "categorical"}
    known = estimator.get_params(deep=True)
    for name in space.names:
        # A step that is itself chosen from the space brings parameters that the present one may lack.
        if name not in known and not any(name.startswith(f"{step}__") for step in choices):
            raise SpaceError(
                f"{type(estimator).__name__} has no parameter {name!r}. Did you mean {nearest(name, known)!r}?"
            )


def find_scorers(estimator: Any, scoring: Any) -> Any:
    """Return the one scorer, or a dictionary of them where `scoring` names several."""
    if isinstance(scoring, dict):
        return {name: check_scoring(estimator, one) for name, one in scoring.items()}
    if isinstance(scoring, (list, tuple, set)):
        return {name: get_scorer(name) for name in scoring}
    return check_scoring(estimator, scoring)


def _check_refit(refit: Any, scorers: Any) -> None:
    if isinstance(scorers, dict) and not (refit is False or callable(refit) or refit in scorers):
        raise ValueError(
            f"refit={refit!r} with several scorers: name the one that decides, from {sorted(scorers)}, "
            "or give a function of cv_results_, or False."
        )


def _splits(search: TunerSearchCV, X: Any, y: Any, params: Mapping[str, Any]) -> list[Any]:
    """Split once, so that all trials stand on the same folds, also where the splitter is random."""
    splitter = check_cv(search.cv, y, classifier=is_classifier(search.estimator))
    splits = [
        (np.asarray(train), np.asarray(test)) for train, test in splitter.split(X, y, **_split_params(search, params))
    ]
    if not splits:
        raise ValueError(f"cv={search.cv!r} gives no folds. Give at least two.")
    return splits


def _split_params(search: TunerSearchCV, params: Mapping[str, Any]) -> Mapping[str, Any]:
    if not _routing():
        return {"groups": params["groups"]} if params.get("groups") is not None else {}
    split: Mapping[str, Any] = process_routing(search, "fit", **params).splitter.split
    return split


def _refit_params(search: TunerSearchCV, params: Mapping[str, Any]) -> Mapping[str, Any]:
    if not _routing():
        return {name: value for name, value in params.items() if name != "groups"}
    fit: Mapping[str, Any] = process_routing(search, "fit", **params).estimator.fit
    return fit


def _passed_on(search: TunerSearchCV, scorers: Any, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the estimator's fit and the scorers get, under the caller's names: not what is the splitter's."""
    if not _routing():
        return dict(_refit_params(search, params))
    router = MetadataRouter(owner=type(search).__name__)
    router.add(estimator=search.estimator, method_mapping=MethodMapping().add(caller="fit", callee="fit"))
    for number, scorer in enumerate(scorers.values() if isinstance(scorers, dict) else [scorers]):
        mapping = MethodMapping().add(caller="fit", callee="score")
        router.add(**{f"scorer{number}": scorer}, method_mapping=mapping)
    wanted = router.consumes("fit", params.keys())
    return {name: value for name, value in params.items() if name in wanted}


def _routing() -> bool:
    from sklearn import get_config

    return bool(get_config()["enable_metadata_routing"])
