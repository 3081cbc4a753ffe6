"""What makes two searches the same, for a journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leakguard.tuners.journal import digest

if TYPE_CHECKING:
    from leakguard.tuners.planning import Plan
    from leakguard.tuners.search import TunerSearchCV

# What has an entry of its own, and what changes neither a trial nor the order of trials.
_APART = frozenset(
    "cv estimator honest_calls journal min_expected_improvement min_improvement n_jobs n_trials patience progress "
    "random_state refit space target time_budget trial_timeout verbose".split()
)


def identity(search: TunerSearchCV, plan: Plan) -> dict[str, Any]:
    """Return each part of a search under the name that a message uses for it."""
    settings = {name: value for name, value in search.get_params(deep=False).items() if name not in _APART}
    data = plan.data
    return {
        "tuner": f"{type(search).__module__}.{type(search).__qualname__}",
        "seed": plan.seed,
        "space": digest({name: repr(dimension) for name, dimension in plan.space.dimensions.items()}),
        "estimator": digest(plan.estimator),
        "data": digest([data.X, data.y, dict(data.fit_params)]),
        "folds": digest(list(data.splits)),
        "settings": digest([(name, digest(value)) for name, value in sorted(settings.items())]),
        "guide": plan.guide,
    }
