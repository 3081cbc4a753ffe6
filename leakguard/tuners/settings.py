"""A search's own parameters, checked before anything is fitted."""

from __future__ import annotations

import math
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
    "honest_calls": 0,
    "window": 1,
    "n_candidates": 1,
    "n_rounds": 1,
    "n_initial": 1,
    "n_trials_each": 1,
    "n_trials_deep": 0,
    "population": 1,
    "n_generations": 1,
}
_WHOLE = ("min_budget", "max_budget", "n_jobs")
_FINITE = ("eta", "noise", "target", "share_replaced", "jump")
_TEXTS = ("resource", "sampler", "acquisition", "batch")
_CALLED = ("progress", "constraints", "suggester")
_ABOVE_ZERO = ("time_budget", "trial_timeout")
_NOT_NEGATIVE = ("min_improvement", "min_expected_improvement", "noise")
_NEVER_NONE = (
    "n_trials n_coarse batch_size min_improvement rounds honest_calls window n_rounds eta resource sampler acquisition "
    "batch population n_generations share_replaced jump n_trials_each n_trials_deep"
).split()


def check_settings(search: TunerSearchCV) -> None:
    """Raise unless every parameter of a search can be used.

    Raises:
        ValueError: the parameter, its value and what would be right.
    """
    for name, value in search.get_params(deep=False).items():
        if (value is not None or name in _NEVER_NONE) and (wanted := _wanted(name, value)):
            raise ValueError(f"{name}={value!r}: give {wanted}.")
    if search.n_jobs == 0:
        raise ValueError("n_jobs=0: give the number of workers, or -1 for all processors.")
    if search.error_score != "raise" and not _is(search.error_score, numbers.Real):
        raise ValueError(f"error_score={search.error_score!r}: give a number, or 'raise'.")


def _wanted(name: str, value: Any) -> str:
    """Return what a parameter wants to have; "" for what it can be."""
    whole, real = _is(value, numbers.Integral), _is(value, numbers.Real)
    finite = real and math.isfinite(value)
    rules = (
        (
            name in _AT_LEAST and not (whole and value >= _AT_LEAST[name]),
            f"an integer of at least {_AT_LEAST.get(name)}",
        ),
        (name in _WHOLE and not whole, "an integer, or None"),
        (name in _FINITE and not finite, "a finite number"),
        (name in _TEXTS and not isinstance(value, str), "a name"),
        (name in _CALLED and not callable(value), "a function, or None"),
        (name in _ABOVE_ZERO and not (real and value > 0), "seconds above zero, or None for no limit"),
        (name in _NOT_NEGATIVE and not (real and value >= 0), "a number of at least zero"),
    )
    return next((wanted for wrong, wanted in rules if wrong), "")


def _is(value: Any, kind: type) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)
