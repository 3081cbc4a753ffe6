"""Random search: independent draws from the prior, or Sobol points that cover it more evenly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leakguard.tuners.search import TunerSearchCV, follow

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from leakguard.tuners.evaluating import Evaluation
    from leakguard.tuners.space import Space
    from leakguard.tuners.suggesting import Trial


@dataclass(eq=False, repr=False)
class RandomSearchCV(TunerSearchCV):
    """Draws `n_trials` points from the space's prior, so log-uniform parameters by order of magnitude."""

    n_trials: int = 60

    def _run_search(self, evaluate: Evaluation) -> None:
        follow(RandomSuggester(evaluate.space), evaluate, self.n_trials, batch=self.n_trials)


@dataclass
class RandomSuggester:
    """Independent draws from the prior."""

    space: Space
    name: str = "random"

    def ask(self, n: int, rng: np.random.Generator, history: Sequence[Trial]) -> list[dict[str, Any]]:  # noqa: ARG002 - draws are independent
        return [self.space.sample(rng) for _ in range(n)]

    def tell(self, trials: Sequence[Trial]) -> None:
        """Nothing to learn from."""
