"""Small tuning programs, each with the witnesses that must see what is wrong with it; and how they are watched."""

from __future__ import annotations

import functools
import pickle
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from programs import rows, skipped_without

from leakguard.seal import (
    Evidence,
    Verdict,
    check_folds_sealed,
    check_row_independence,
    check_sealed,
    seal,
    watch_fits,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Tuner = Callable[["World"], object]
    Array = np.ndarray[Any, Any]

HANDLES, PATHS, FITS = "handles", "path seal", "fit ledger"
TEST_NOISE, FOLD_NOISE = "non-interference", "non-interference of folds"
ROWS, TWINS = "row independence", "rows in both parts"
WITNESSES = (HANDLES, PATHS, FITS, TEST_NOISE, FOLD_NOISE, ROWS, TWINS)


@dataclass(frozen=True)
class World:
    """What a program is given: training rows, test rows, and a folder with the test rows in files.

    X (80, 4) and X_test (40, 4) are floats, y and y_test classes 0 and 1. Under seal, the test rows are stand-ins.
    """

    X: Array
    y: Array
    X_test: Any
    y_test: Any
    folder: Path

    @property
    def file(self) -> str:
        """The test rows as comma-separated text, the class last."""
        return str(self.folder / "test.csv")

    @property
    def files(self) -> list[Path]:
        """All files with the test rows."""
        return [self.folder / name for name in ("test.csv", "test.npy", "test.pickle")]


@dataclass(frozen=True)
class Adversary:
    """A program, the witnesses that must see it, and the rule they must name; none of either for an honest one."""

    name: str
    tune: Tuner
    seen_by: tuple[str, ...]
    rule: str
    needs: tuple[str, ...]


PROGRAMS: dict[str, Adversary] = {}
held: list[Any] = []  # what programs reach as a global: the test rows of the world that they run in


def seen_by(*witnesses: str, rule: str = "", needs: tuple[str, ...] = ()) -> Callable[[Tuner], Tuner]:
    """Enter a leaky program."""
    return functools.partial(_enter, witnesses, rule, needs)


def honest(*needs: str) -> Callable[[Tuner], Tuner]:
    """Enter an honest program, with the libraries that it needs."""
    return functools.partial(_enter, (), "", needs)


def _enter(witnesses: tuple[str, ...], rule: str, needs: tuple[str, ...], tune: Tuner) -> Tuner:
    assert tune.__name__ not in PROGRAMS
    assert set(witnesses) <= set(WITNESSES)
    PROGRAMS[tune.__name__] = Adversary(tune.__name__, tune, witnesses, rule, needs)
    return tune


def world(folder: Path) -> World:
    """Return a world with plain rows, and write its files."""
    X, y = rows(80, 1)
    X_test, y_test = rows(40, 2)
    folder.mkdir(exist_ok=True)
    table = np.column_stack([X_test, y_test])
    np.savetxt(folder / "test.csv", table, delimiter=",")
    np.save(folder / "test.npy", table)
    (folder / "test.pickle").write_bytes(pickle.dumps((X_test, y_test)))
    np.savetxt(folder / "train.csv", np.column_stack([X, y]), delimiter=",")
    return World(X, y, X_test, y_test, folder)


def shown(adversary: Adversary, witness: str, folder: Path) -> Evidence:
    """Return what one witness shows of a program."""
    run = _SHOWS[witness]
    return next(one for one in run(adversary, folder).evidence if one.witness.startswith(witness))


def _under_seal(adversary: Adversary, folder: Path) -> Verdict:
    """Rows and files sealed, as long as the program runs; whatever it raises, the ledger has the verdict."""
    plain = world(folder)
    X_test, y_test, sealed = seal(plain.X_test, plain.y_test, paths=plain.files, name="test rows")
    held[:] = [X_test, y_test]
    with sealed:
        with suppress(BaseException):
            adversary.tune(World(plain.X, plain.y, X_test, y_test, folder))
        verdict: Verdict = sealed.verdict()
    return verdict


def _files_watched(adversary: Adversary, folder: Path) -> Verdict:
    """Files sealed alone, so that the program gets as far as reading them."""
    plain = world(folder)
    held[:] = [plain.X_test, plain.y_test]
    with seal(paths=plain.files, name="test rows") as sealed:
        with suppress(BaseException):
            adversary.tune(plain)
        return sealed.verdict()


def _fits_watched(adversary: Adversary, folder: Path) -> Verdict:
    plain = world(folder)
    held[:] = [plain.X_test, plain.y_test]
    with watch_fits(plain.X, plain.y, sealed=plain.X_test) as watch:
        adversary.tune(plain)
    return Verdict("fits", (watch.evidence(),))


def _poisoned(adversary: Adversary, folder: Path) -> Verdict:
    return _against_noise(adversary, world(folder))


def _against_noise(adversary: Adversary, plain: World) -> Verdict:
    held[:] = [plain.X_test, plain.y_test]

    def tune(X: Array, y: Array, X_test: Array, y_test: Array) -> object:
        return adversary.tune(World(X, y, X_test, y_test, plain.folder))

    return check_sealed(tune, (plain.X, plain.y), (plain.X_test, plain.y_test), paths=plain.files)


def _folds_poisoned(adversary: Adversary, folder: Path) -> Verdict:
    plain = world(folder)

    def tune(X: Array, y: Array) -> object:
        return adversary.tune(World(X, y, plain.X_test, plain.y_test, folder))

    return check_folds_sealed(tune, (plain.X, plain.y))


def _taken_apart(adversary: Adversary, folder: Path) -> Verdict:
    plain = world(folder)
    return check_row_independence(adversary.tune(plain), plain.X_test)


def _with_twins(adversary: Adversary, folder: Path) -> Verdict:
    """The training rows begin with some of the test rows, as when duplicates were not dropped before the split."""
    plain = world(folder)
    plain.X[:12], plain.y[:12] = plain.X_test[:12], plain.y_test[:12]
    return _against_noise(adversary, plain)


_SHOWS: dict[str, Callable[[Adversary, Path], Verdict]] = {
    HANDLES: _under_seal,
    PATHS: _files_watched,
    FITS: _fits_watched,
    TEST_NOISE: _poisoned,
    TWINS: _with_twins,
    FOLD_NOISE: _folds_poisoned,
    ROWS: _taken_apart,
}


def cases(*, leaky: bool) -> list[Any]:
    """Return the programs of one kind as parameters of a test; those whose libraries are absent are skipped."""
    return [
        pytest.param(one, id=one.name, marks=skipped_without(*one.needs))
        for one in PROGRAMS.values()
        if bool(one.seen_by) is leaky
    ]
