"""Who suggests a bandit's candidates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.tuners.random_search import RandomSuggester

if TYPE_CHECKING:
    from leakguard.tuners.evaluating import Evaluation
    from leakguard.tuners.suggesting import Suggester


def open_suggester(name: str, evaluate: Evaluation) -> Suggester:
    """Return a suggester by its name.

    Raises:
        ValueError: there is none of this name.
    """
    match name:
        case "random":
            return RandomSuggester(evaluate.space)
        case _:
            raise ValueError(f"sampler={name!r}: choose 'random', 'gp' or 'tpe'.")
