"""What a tuner is run with: an estimator, its space, and the rows that may be learned from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from leakguard.tuners.space import Space


class SubjectError(ValueError):
    """A subject that no tuner can be run with: the text says what is wrong and what to do."""


@dataclass(frozen=True, eq=False, slots=True)
class Subject:
    """An estimator with its space and its rows.

    Args:
        estimator: any scikit-learn estimator or pipeline.
        space: parameter names to `Uniform`, `LogUniform`, `IntUniform`, `Choice`, lists or SciPy distributions.
        X, y: training rows alone, of n_samples rows; `y` may be None.
        groups: a label for each row. Rows of one group have to stay on one side of each fold.
        splitter: folds as scikit-learn's `cv`; by default three, by groups where there are any.
        scoring: as scikit-learn's.
        test_paths: files with the test rows, which nothing may read while a tuner runs.
        resource: what bandits and populations give more or less of: "rows", or a parameter such as `max_iter`.

    Raises:
        SubjectError: something is missing, of the wrong length, or sealed.
    """

    estimator: Any
    space: Space | Mapping[str, Any]
    X: Any
    y: Any = None
    groups: Any = None
    splitter: Any = None
    scoring: Any = None
    test_paths: Sequence[str | os.PathLike[str]] = ()
    resource: str = "rows"

    def __post_init__(self) -> None:
        _check(self)


def _check(subject: Subject) -> None:
    from leakguard.seal.handles.handle import Sealed
    from leakguard.seal.interference.rows import count
    from leakguard.tuners.space import Space, SpaceError

    if not hasattr(subject.estimator, "fit") or isinstance(subject.estimator, type):
        raise SubjectError(f"estimator={subject.estimator!r} has no fit: give an instance of an estimator.")
    for name in ("X", "y", "groups"):
        if isinstance(getattr(subject, name), Sealed):
            raise SubjectError(f"{name} is sealed: a subject holds training rows, which tuners may learn from.")
    try:
        Space.of(subject.space)
    except SpaceError as error:
        raise SubjectError(f"space: {error}") from error
    try:
        rows = count(subject.X)
    except TypeError:
        raise SubjectError(f"X is of type {type(subject.X).__name__}, which has no rows to count.") from None
    for name in ("y", "groups"):
        value = getattr(subject, name)
        if value is not None and count(value) != rows:
            raise SubjectError(f"X has {rows} rows and {name} has {count(value)}: give one for each row.")
    if isinstance(subject.test_paths, str):
        raise SubjectError("test_paths is one text: give a list of paths.")
