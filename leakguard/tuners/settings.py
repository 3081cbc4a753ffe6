"""A search's own parameters, checked before anything is fitted."""

from __future__ import annotations

import numbers
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from leakguard.tuners.search import TunerSearchCV

# Lower bounds; None is always allowed except where the default is a number.
_AT_LEAST: dict[str, int] = {
    "n_trials": 1,
    "n_coarse": 1,
    "batch_size": 1,
    "patience": 1,
    "inner_threads": 1,
    "max_fits": 1,
    "rounds": 1,
}
_ABOVE_ZERO = ("time_budget", "trial_timeout")
_NOT_NEGATIVE = ("min_improvement", "min_expected_improvement")
_NEVER_NONE = ("n_trials", "n_coarse", "batch_size", "min_improvement", "rounds")


def check_settings(search: TunerSearchCV) -> None:
    """Raise unless every parameter of a search can be used.

    Raises:
        ValueError: the parameter, its value and what would be right.
    """
    for name, value in search.get_params(deep=False).items():
        if value is None and name not in _NEVER_NONE:
            continue
        if name in _AT_LEAST and not (_is(value, numbers.Integral) and value >= _AT_LEAST[name]):
            raise ValueError(f"{name}={value!r}: give an integer of at least {_AT_LEAST[name]}.")
        if name in _ABOVE_ZERO and not (_is(value, numbers.Real) and value > 0):
            raise ValueError(f"{name}={value!r}: give seconds above zero, or None for no limit.")
        if name in _NOT_NEGATIVE and not (_is(value, numbers.Real) and value >= 0):
            raise ValueError(f"{name}={value!r}: give a number of at least zero.")
    if search.n_jobs == 0:
        raise ValueError("n_jobs=0: give the number of workers, or -1 for all processors.")
    if search.error_score != "raise" and not _is(search.error_score, numbers.Real):
        raise ValueError(f"error_score={search.error_score!r}: give a number, or 'raise'.")


def _is(value: Any, kind: type) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)
