"""What makes two searches the same, for a journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leakguard.tuners.content import UntellableError, digest
from leakguard.tuners.journal import JournalError

if TYPE_CHECKING:
    from leakguard.tuners.planning import Plan
    from leakguard.tuners.search import TunerSearchCV

# What has an entry of its own, and what changes neither a trial nor the order of trials.
_APART = frozenset(
    "cv estimator honest_calls journal min_expected_improvement min_improvement n_jobs n_trials patience progress "
    "random_state refit space target time_budget trial_timeout verbose".split()
)


def identity(search: TunerSearchCV, plan: Plan) -> dict[str, Any]:
    """Return each part of a search under the name that a message uses for it.

    Raises:
        JournalError: a part cannot be told from others of its kind, so that a journal could be taken for another's.
    """
    settings = {name: value for name, value in search.get_params(deep=False).items() if name not in _APART}
    data = plan.data
    return {
        "tuner": f"{type(search).__module__}.{type(search).__qualname__}",
        "seed": plan.seed,
        "space": _told("space", dict(plan.space.dimensions)),
        "estimator": _told("estimator", plan.estimator),
        "data": _told("data", [data.X, data.y, dict(data.fit_params)]),
        "folds": _told("folds", list(data.splits)),
        "settings": _told("settings", [(name, _told(name, value)) for name, value in sorted(settings.items())]),
        "guide": plan.guide,
    }


def _told(name: str, value: Any) -> str:
    try:
        return digest(value)
    except UntellableError as error:
        raise JournalError(f"{name}: {error}. Without a journal the search can be made all the same.") from error
