"""Who suggests a bandit's candidates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leakguard.tuners.random_search import RandomSuggester

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from leakguard.tuners.space import Space
    from leakguard.tuners.suggesting import Suggester, Trial


def open_suggester(name: str, space: Space) -> Suggester:
    """Return a suggester by its name.

    Raises:
        ValueError: there is none of this name.
    """
    match name:
        case "random":
            return RandomSuggester(space)
        case "gp":
            from leakguard.tuners.bayes.suggester import GaussianProcessSuggester

            return GaussianProcessSuggester(space, name="gp")
        case "tpe":
            return _RungTPE(space)
    raise ValueError(f"sampler={name!r}: choose 'random', 'gp' or 'tpe'.")


@dataclass
class _RungTPE:
    """Optuna's TPE, told of one rung's trials at each question: which rung that is changes as a search goes on."""

    space: Space
    name: str = "tpe"

    def ask(self, n: int, rng: np.random.Generator, history: Sequence[Trial]) -> list[dict[str, Any]]:
        from leakguard.tuners.bayes.optuna_samplers import OptunaSuggester, tpe_sampler

        suggester = OptunaSuggester(self.space, tpe_sampler, self.name)
        suggester.begin_with(history, rng)
        return suggester.ask(n, rng, history)

    def tell(self, trials: Sequence[Trial]) -> None:
        """Nothing to keep: each study is made of the history."""
