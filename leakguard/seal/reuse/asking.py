"""Asks sealed rows through a mechanism, and enters each answer into the opening ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from leakguard.seal.openings.journal import note_answer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from leakguard.seal.reuse.mechanisms import Mechanism
    from leakguard.seal.seals import Seal


class Reusable:
    """A sealed test set of which only a mechanism's answers come out."""

    def __init__(self, sealed: Seal, mechanism: Mechanism, *, training: Sequence[Any] = ()) -> None:
        """Open the seal, which is its one opening, and keep the rows in here.

        `training` are the training rows, as many objects as were sealed; Thresholdout needs them. Raises ValueError
        where they are missing or files alone were sealed, and AlreadyOpened and OpeningsError as an opening does.
        """
        if mechanism.needs_training and not training:
            raise ValueError(
                f"{mechanism.name} compares with the training rows: pass them as training=(X_train, y_train)"
            )
        self._mechanism = mechanism
        self._training = tuple(training)
        with sealed.opened(reason=f"asked through {mechanism.name}") as opening:
            self._rows = tuple(opening)
            self._entry = opening.entry
        if not self._rows:
            raise ValueError(f"{sealed.name}: only files are sealed; seal the rows themselves to ask them")

    def ask(self, measure: Callable[..., Sequence[float]], *, reason: str) -> float:
        """Return what the mechanism answers about `measure(*rows)`, the scores of single rows between 0 and 1.

        The answer is in the opening ledger before it is returned. Raises ValueError for other scores, AnswersUsedUp
        where the mechanism answers no more, and OpeningsError where the ledger cannot be written.
        """
        test = _scores(measure(*self._rows))
        training = _scores(measure(*self._training)) if self._training else []
        answer = self._mechanism.answer(training, test)
        note_answer(self._entry, self._mechanism.name, reason, score=answer, test_rows=len(test))
        return answer


class _Listed(Protocol):
    def tolist(self) -> list[Any]: ...


def _scores(values: Sequence[float] | _Listed) -> list[float]:
    """Return scores as plain numbers; raises ValueError unless there are some, each between 0 and 1."""
    listed = values.tolist() if hasattr(values, "tolist") else list(values)
    try:
        scores = [float(value) for value in listed]
    except (TypeError, ValueError):
        scores = []
    if not scores or not all(0 <= score <= 1 for score in scores):
        raise ValueError(
            "the measure has to give one score between 0 and 1 for each row, as `model.predict(X) == y` does"
        )
    return scores
