"""Many workers at once: no read and no opening is lost, and no more openings come through than are allowed."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st
from joblib import Parallel, delayed

from leakguard.seal.openings.errors import AlreadyOpened
from leakguard.seal.openings.journal import OPENED, REFUSED, open_once, openings
from leakguard.seal.openings.place import VARIABLE

if TYPE_CHECKING:
    from pathlib import Path

    from suites import Suite


def _opened(number: int) -> bool:
    """Open the test set unless that is refused."""
    try:
        open_once("rows:1", f"set {number}", "final evaluation")
    except AlreadyOpened:
        return False
    return True


def _opened_in(ledger: str, number: int) -> bool:
    with patch.dict("os.environ", {VARIABLE: ledger}):
        return _opened(number)


def test_eight_workers_of_a_test_run(suite: Suite) -> None:
    suite.write(
        "test_load.py",
        """\
        @pytest.mark.parametrize("number", range(24))
        def test_reads(sealed, number):
            try:
                np.asarray(sealed(X, name="X_test"))
            except BaseException:
                pass

        @pytest.mark.parametrize("number", range(24))
        def test_opens(opened_once, number):
            with opened_once(X + 1, reason=f"look {number}", name="X_final") as opening:
                (rows,) = opening
                assert rows.sum() == 16
        """,
    )
    run = suite.run("-n8")
    told = Counter((name.partition("[")[0], outcome) for name, outcome in run.tests.items())
    assert told == {("test_reads", "FAILED"): 24, ("test_opens", "PASSED"): 1, ("test_opens", "FAILED"): 23}
    assert run.text.count("X_final was opened once already") >= 23
    assert run.text.count("Leak: X_test: violated") == 24


def test_processes_of_joblib(tmp_path: Path) -> None:
    ledger = str(tmp_path / "openings.sqlite3")
    came_through = Parallel(n_jobs=8)(delayed(_opened_in)(ledger, number) for number in range(64))
    assert sum(came_through) == 1
    with patch.dict("os.environ", {VARIABLE: ledger}):
        entries = openings("rows:1")
    assert Counter(one.kind for one in entries) == {OPENED: 1, REFUSED: 63}
    assert {one.name for one in entries} == {f"set {number}" for number in range(64)}


@settings(max_examples=15, deadline=None)
@given(budget=st.integers(1, 5), callers=st.integers(1, 12), workers=st.integers(1, 8))
def test_as_many_as_the_budget_allows(budget: int, callers: int, workers: int) -> None:
    allowed = patch("leakguard.seal.openings.place._checked_budget", return_value=budget)
    with TemporaryDirectory() as folder, patch.dict("os.environ", {VARIABLE: f"{folder}/openings.sqlite3"}), allowed:
        with ThreadPoolExecutor(workers) as pool:
            came_through = list(pool.map(_opened, range(callers)))
        assert sum(came_through) == min(budget, callers)
        assert len(openings("rows:1")) == callers
