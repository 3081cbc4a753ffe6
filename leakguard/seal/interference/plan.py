"""What is run, with which rows, and what is replaced in them."""

from __future__ import annotations

import copy
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from leakguard.seal.interference.digest import Digest, digest
from leakguard.seal.interference.noise import Noise, Poisoning
from leakguard.seal.interference.pouring import pour

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    Poison = Callable[[Noise], AbstractContextManager[object]]
    Tuner = Callable[..., object]


class PoisonError(RuntimeError):
    """A function that should have replaced sealed rows failed."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A tuner and its rows; `apart` if each run has a process of its own.

    labels  places in `test` at which labels stand
    files   files with sealed rows; `fresh` are those that must not outlast a run, `came` those of them that a run made
    """

    tune: Tuner
    train: tuple[Any, ...]
    test: tuple[Any, ...]
    seed: int
    apart: bool
    leave_out: Collection[str] = ()
    poison: Sequence[Poison] = ()
    files: Sequence[Path] = ()
    fresh: Sequence[Path] = ()
    came: set[Path] = field(default_factory=set)
    labels: frozenset[int] = field(default_factory=lambda: frozenset({1}))

    def noise(self, kind: Poisoning) -> Noise:
        """Return the noise of one kind, the same in each check with this seed."""
        import numpy as np

        return Noise(kind, np.random.default_rng([self.seed, list(Poisoning).index(kind)]))

    def noisy_test(self, noise: Noise) -> tuple[Any, ...]:
        """Return noise in the place of the test rows."""
        return tuple(noise(one, labels=at in self.labels) for at, one in enumerate(self.test))


def returned(plan: Plan, noise: Noise | None) -> Digest:
    """Run the tuner once, with the rows as they are or with noise in the sealed ones, and digest what it returns."""
    with ExitStack() as stack:
        handed = stack.enter_context(_handed(plan, noise))
        if noise is not None:
            _enter(plan.poison, noise, stack)
        passed_on = {digest(one).root.mark for one in handed if _is_large(one)}
        train = plan.train if plan.apart else copy.deepcopy(plan.train)
        return digest(plan.tune(*train, *handed), plan.leave_out, passed_on)


def _enter(poisons: Sequence[Poison], noise: Noise, stack: ExitStack) -> None:
    try:
        for poison in poisons:
            stack.enter_context(poison(noise))
    except Exception as error:
        raise PoisonError(f"a function handed over as poison= failed: {error}") from error


@contextmanager
def _handed(plan: Plan, noise: Noise | None) -> Iterator[tuple[Any, ...]]:
    """Give the test rows to hand over; noise stands in the same objects, where that can be, until the end."""
    if noise is None and plan.apart:
        yield plan.test
        return
    kept = copy.deepcopy(plan.test)
    noisy = kept if noise is None else plan.noisy_test(noise)
    try:
        yield tuple(one if pour(one, other) else other for one, other in zip(plan.test, noisy, strict=True))
    finally:
        if not plan.apart:
            pour(plan.test, kept)


def _is_large(rows: object) -> bool:
    """Whether something can be told by its contents; few numbers may be the same by chance."""
    try:
        return len(rows) > 1  # type: ignore[arg-type]
    except TypeError:
        return False
