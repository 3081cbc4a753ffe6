"""Settings of the checks that no run can be made with are said before the tuner is called."""

# ruff: noqa: ANN401 - settings of any kind, as users give them

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from leakguard.seal import Ruling, check_folds_sealed, check_row_independence, check_sealed

if TYPE_CHECKING:
    from collections.abc import Callable

X, Y = np.arange(20.0).reshape(10, 2), np.arange(10) % 2
BOTH: list[dict[str, Any]] = [
    {"rows": -5},
    {"rows": 0},
    {"rows": 1},
    {"rows": 2.5},
    {"rows": "ten"},
    {"rows": True},
    {"seed": -1},
    {"seed": 2**32},
    {"seed": None},
    {"seed": 0.5},
    {"groups": [1, 2, 3]},
    {"groups": "0123456789"},
    {"poisonings": []},
    {"poisonings": ["banana"]},
    {"poisonings": "values"},
    {"train": X},
    {"test": X},
    {"tune": [1.0]},
]


@pytest.mark.parametrize("check", [check_sealed, check_folds_sealed])
@pytest.mark.parametrize("wrong", BOTH, ids=str)
def test_it_is_said_before_any_run(check: Callable[..., object], wrong: dict[str, Any], tmp_path: Any) -> None:
    def tune(*_: object) -> None:
        (tmp_path / "ran").touch()  # in a process of its own, perhaps

    settings = {"tune": tune, "train": (X, Y), "test": (X, Y), **wrong}
    with pytest.raises((TypeError, ValueError), match=next(iter(wrong))) as said:
        check(settings.pop("tune"), settings.pop("train"), settings.pop("test"), **settings)
    assert "give" in str(said.value) or "choose from" in str(said.value)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("folds", ["banana", "", None, 2, ["ends"]])
def test_folds_have_two_names(folds: Any) -> None:
    with pytest.raises(ValueError, match=r"expected 'ends' .* or 'all'"):
        check_folds_sealed(pytest.fail, (X, Y), folds=folds)


class Drifting:
    """Gives each row a value that is off by a millionth of the number of rows beside it."""

    def predict(self, rows: Any) -> Any:
        return rows[:, 0] * (1 + 1e-6 * len(rows))


def test_the_tolerance_decides_and_is_told() -> None:
    assert check_row_independence(Drifting(), X).ruling is Ruling.VIOLATED
    assert check_row_independence(Drifting(), X, tolerance=1e-7).ruling is Ruling.VIOLATED
    wide = check_row_independence(Drifting(), X, tolerance=1e-4)
    assert wide.ruling is Ruling.HELD
    assert "where tolerance=0.0001 was allowed" in wide.evidence[0].limits[0]


class WholeDrifting(Drifting):
    """Gives whole numbers, which no rounding makes differ."""

    def predict(self, rows: Any) -> Any:
        return rows[:, 0].astype(int) + len(rows)


def test_whole_numbers_have_no_tolerance() -> None:
    assert check_row_independence(WholeDrifting(), X, tolerance=0.99).ruling is Ruling.VIOLATED


@pytest.mark.parametrize("tolerance", [-1e-9, 1.0, float("nan"), float("inf"), "wide", True])
def test_a_tolerance_is_a_share(tolerance: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=r"tolerance=.*give"):
        check_row_independence(Drifting(), X, tolerance=tolerance)


@pytest.mark.parametrize("seed", [-1, None, 0.5])
def test_a_seed_is_a_whole_number(seed: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=r"seed=.*give"):
        check_row_independence(Drifting(), X, seed=seed)


def test_folds_need_rows_to_be_made_of() -> None:
    with pytest.raises(ValueError, match="train is empty"):
        check_folds_sealed(print, ())
