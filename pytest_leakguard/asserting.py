"""One assertion for a whole tuner: nothing that it finds may depend on rows that are to judge it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leakguard.seal import Ruling, check_folds_sealed, check_sealed, join
from leakguard.seal.rendering import as_text

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Collection, Iterable, Sequence

    from leakguard.seal import Verdict


def assert_sealed(  # noqa: PLR0913 - each is a choice of its own
    tune: Callable[..., object],
    train: Sequence[Any],
    test: Sequence[Any] = (),
    *,
    paths: Iterable[str | os.PathLike[str]] = (),
    folds: bool = False,
    seed: int = 0,
    rows: int | None = None,
    groups: Sequence[object] | None = None,
    leave_out: Collection[str] = (),
    name: str = "the test rows",
) -> Verdict:
    """Assert that a tuner returns the same whatever stands in the test rows, and return the verdict.

        assert_sealed(tune, (X_train, y_train), (X_test, y_test))

    Args:
        tune: called as `tune(*train, *test)`; returns what tuning found, such as the fitted search.
        train, test: rows and labels, of any number of arrays or frames.
        paths: files with test rows, which are replaced by noise in turn.
        folds: assert as well that fits inside a fold do not depend on the fold's validation rows.
        seed, rows, groups, leave_out: as `leakguard.seal.check_sealed`.
        name: what the message calls the rows.

    Raises:
        AssertionError: something differs; or nothing could be proven, because two runs with the same rows differ.
        TunerError: the tuner fails with the rows as they are.
    """
    verdict = check_sealed(
        tune, train, test, seed=seed, paths=paths, rows=rows, groups=groups, leave_out=leave_out, name=name
    )
    if folds:
        verdict = join(name, verdict, check_folds_sealed(tune, train, test, seed=seed, rows=rows, groups=groups))
    if verdict.ruling is not Ruling.HELD:
        raise AssertionError(f"{as_text(verdict)}")
    return verdict
