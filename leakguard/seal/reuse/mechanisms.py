"""What an answer about the test rows may give away: Thresholdout and the Ladder.

All of them take scores of single rows between 0 and 1, larger ones being better, such as whether a prediction is right.
"""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING, Protocol

from leakguard.seal.openings.errors import OpeningsError

if TYPE_CHECKING:
    from collections.abc import Sequence


class AnswersUsedUp(OpeningsError):  # noqa: N818 - nothing went wrong: it states what is the case
    """Thresholdout has corrected as many scores as its budget allows."""


class Mechanism(Protocol):
    """Answers questions, and remembers what it has given away."""

    name: str
    needs_training: bool

    def answer(self, training: Sequence[float], test: Sequence[float]) -> float:
        """Return a score from those of the training rows and of the test rows."""
        ...


class Thresholdout:
    """Answers with the score on the training rows unless that on the test rows differs by more than a threshold.

    Only answers that differ use the budget, and they bear noise. By figure 1 of the supplement to Dwork et al. (2015).
    """

    name = "thresholdout"
    needs_training = True

    def __init__(self, *, budget: int, threshold: float = 0.04, noise: float = 0.01, seed: int | None = None) -> None:
        """Take how many answers may come from the test rows, and threshold and noise rate on the scale of the scores.

        Raises ValueError for a budget below 1, or a threshold or noise rate that is not above 0.
        """
        if budget < 1 or not (threshold > 0 and noise > 0):
            raise ValueError(
                f"{budget=}, {threshold=}, {noise=}: expected a budget of 1 or more, and the others above 0"
            )
        self.left = budget
        self._threshold = threshold
        self._noise = noise
        self._random = random.Random(seed)  # noqa: S311 - repeatable on purpose
        self._limit = threshold + self._laplace(2 * noise)

    def answer(self, training: Sequence[float], test: Sequence[float]) -> float:
        """Return a score; raises AnswersUsedUp once the budget is spent."""
        if self.left < 1:
            raise AnswersUsedUp("the budget of Thresholdout is used up: take new test rows, or end the search here")
        on_training, on_test = _mean(training), _mean(test)
        if abs(on_test - on_training) <= self._limit + self._laplace(4 * self._noise):
            return on_training
        self.left -= 1
        self._limit = self._threshold + self._laplace(2 * self._noise)
        return on_test + self._laplace(self._noise)

    def _laplace(self, scale: float) -> float:
        """Draw from the Laplace distribution, as the difference of two exponential draws."""
        return self._random.expovariate(1 / scale) - self._random.expovariate(1 / scale)


class Ladder:
    """Answers with the best score so far, in steps: only one that is better by a step is told.

    By figure 1 of Blum and Hardt (2015), for scores in place of losses.
    """

    name = "ladder"
    needs_training = False

    def __init__(self, *, step: float = 0.01) -> None:
        """Take the step on the scale of the scores; raises ValueError unless it is above 0."""
        if not step > 0:
            raise ValueError(f"{step=}: expected a number above 0")
        self._step = step
        self._best = -math.inf

    def answer(self, training: Sequence[float], test: Sequence[float]) -> float:  # noqa: ARG002 - as all mechanisms
        """Return the best score so far."""
        score = _mean(test)
        if score > self._best + self._step:
            self._best = round(score / self._step) * self._step
        return self._best


class ParameterFreeLadder:
    """A Ladder whose step is what the scores of the rows themselves leave undecided between it and the best so far.

    By figure 2 of Blum and Hardt (2015): the step is the standard error of the difference in each row.
    """

    name = "parameter-free ladder"
    needs_training = False

    def __init__(self) -> None:
        self._best = -math.inf
        self._rows: Sequence[float] = ()

    def answer(self, training: Sequence[float], test: Sequence[float]) -> float:  # noqa: ARG002 - as all mechanisms
        """Return the best score so far; raises ValueError if there are not as many test rows as before."""
        score, count = _mean(test), len(test)
        if self._rows and len(self._rows) != count:
            raise ValueError(f"{count} scores of test rows, and {len(self._rows)} before: give one for each row")
        differences = [new - old for new, old in zip(test, self._rows or [0.0] * count, strict=True)]
        if score > self._best + _deviation(differences) / math.sqrt(count):
            self._best = round(score * count) / count
            self._rows = tuple(test)
        return self._best


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _deviation(values: Sequence[float]) -> float:
    """Return the standard deviation of a sample, 0 for a single value."""
    mean = _mean(values)
    return math.sqrt(math.fsum((one - mean) ** 2 for one in values) / max(1, len(values) - 1))
