"""The profile of training rows."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from leakguard.tuners.profiling.bounds import as_text, bounds_of
from leakguard.tuners.profiling.columns import Column, columns_of
from leakguard.tuners.profiling.geometry import Geometry, geometry_of, scaled
from leakguard.tuners.profiling.reading import Table, read
from leakguard.tuners.profiling.target import Kind, Target, as_numbers, target_of, target_values

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from os import PathLike

    from numpy.typing import NDArray

    from leakguard.tuners.space.dimensions import Dimension

ScalerName = Literal["none", "standard", "robust", "quantile"]

_STRONG = 0.95  # correlations that are told
_MANY_OUTLIERS, _HEAVY, _LEANING = 0.01, 2.0, 0.3
_FEW = 20  # rows, for quantiles
_TOLD = 8


@dataclass(frozen=True, slots=True)
class Profile:
    """What training rows are like, and what that suggests.

    Attributes:
        rows, columns: how many there are.
        numeric: each numeric column.
        other: columns that hold no numbers, by kind.
        target: the target; None without.
        correlated: pairs of columns with an absolute correlation of 0.95 or more, strongest first.
        geometry: how the scaled rows lie; None for fewer than 8 rows.
        scaler: which scaler to begin with, and `why`.
        bounds: a dimension for each hyperparameter that the rows say something about; see `bounds_of`.
        notes: what was not looked at, and what stands in the way.
    """

    rows: int
    columns: int
    numeric: tuple[Column, ...]
    other: Mapping[str, str]
    target: Target | None
    correlated: tuple[tuple[str, str, float], ...]
    geometry: Geometry | None
    scaler: ScalerName
    why: str
    bounds: Mapping[str, Dimension]
    notes: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join(_lines(self)) + "\n"

    def as_data(self) -> dict[str, Any]:
        """Return the profile as values that `json.dumps` takes."""
        data = {name: value for name, value in asdict(self).items() if name != "bounds"}
        data["bounds"] = {
            name: {"low": one.low, "high": one.high, "scale": "log" if "log" in as_text(one) else "linear"}  # type: ignore[attr-defined]
            for name, one in self.bounds.items()
        }
        return json.loads(json.dumps(data, default=str), parse_constant=lambda _: None)  # type: ignore[no-any-return]

    def report(self, file: str | PathLike[str]) -> None:
        """Write the profile as one page with pictures (extra `plots`)."""
        from leakguard.tuners.profiling.page import write

        write(self, file)


def profile(X_train: Any, y_train: Any = None, *, task: Kind | None = None, random_state: int = 0) -> Profile:
    """Look at training rows before anything is tuned.

    Args:
        X_train: array, sparse matrix or frame of shape (n_rows, n_columns); training rows alone.
        y_train: classes or numbers of shape (n_rows,); None to look without.
        task: "classes" or "numbers", where whole numbers could be either; None to tell by the target.
        random_state: seeds the draw where there are more rows than are looked at.

    Raises:
        TypeError: the rows are sealed.
        ProfileError: there is nothing to look at, or nothing to learn.
        ValueError: there is no such task.
    """
    rng = np.random.default_rng(random_state)
    table = read(X_train, rng)
    values = target_values(y_train, table.rows) if y_train is not None else None
    target = target_of(values, task) if values is not None else None
    numeric = columns_of(table)
    rows = scaled(table.values)
    geometry = geometry_of(rows, rng)
    centred = as_numbers(values[table.places], target) if values is not None and target is not None else None
    scaler, why = recommended(numeric, table.rows)
    return Profile(
        rows=table.rows,
        columns=int(np.shape(X_train)[1]),
        numeric=numeric,
        other=table.other,
        target=target,
        correlated=tuple(_correlated(rows, [one.name for one in numeric if not one.constant])),
        geometry=geometry,
        scaler=scaler,
        why=why,
        bounds=bounds_of(rows, centred, geometry),
        notes=tuple(_notes(table, numeric, target)),
    )


def recommended(numeric: tuple[Column, ...], rows: int) -> tuple[ScalerName, str]:
    """Return the scaler to begin with, and why; `benchmarks/looking.py` has what speaks for it."""
    able = [one for one in numeric if not one.constant and not one.binary]
    if not able:
        return "none", "all columns are constant or have two values"
    heavy = [one for one in able if one.tails > _HEAVY and abs(one.lean) > _LEANING]
    if 2 * len(heavy) >= len(able):
        return "quantile", f"{len(heavy)} of {len(able)} columns are skewed with heavy tails, as {heavy[0].name}"
    far = [one for one in able if one.outliers > _MANY_OUTLIERS and one.tails > _HEAVY]
    if 5 * len(far) >= len(able):
        why = f"{len(far)} of {len(able)} columns have outliers, as {far[0].name}"
        return ("robust", f"{why}, and {rows} rows are few for quantiles") if rows < _FEW else ("quantile", why)
    return "standard", "no column is far from a normal one"


def _correlated(rows: NDArray[np.float64], names: list[str]) -> Iterator[tuple[str, str, float]]:
    if len(rows) < 3 or rows.shape[1] < 2:
        return
    table = np.triu(np.corrcoef(rows, rowvar=False), 1)
    found = np.argwhere(np.abs(table) >= _STRONG)
    for one, other in sorted(map(tuple, found), key=lambda pair: -abs(table[pair])):
        yield names[one], names[other], float(table[one, other])


def _notes(table: Table, numeric: tuple[Column, ...], target: Target | None) -> Iterator[str]:
    yield from table.notes
    for kind in dict.fromkeys(table.other.values()):
        names = [name for name, other in table.other.items() if other == kind]
        yield f"{_several(names)}: {kind}, not looked at; encode them within the pipeline"
    if empty := [one.name for one in numeric if one.missing == 1]:
        yield f"{_several(empty)}: no values at all; drop them"
    if constant := [one.name for one in numeric if one.constant and one.missing < 1]:
        yield f"{_several(constant)}: the same value in every row; drop them"
    if len(table.names) >= table.rows:
        yield f"{len(table.names)} columns for {table.rows} rows: penalise, and choose columns inside the folds"
    if target is not None and target.guessed:
        other = "numbers" if target.kind == "classes" else "classes"
        yield f"the target's whole numbers were taken for {target.kind}; if they are {other}, say `task`"
    if target is not None and target.kind == "classes" and target.rarest < 10:
        yield f"the rarest class has {target.rarest} rows: folds may be without it"


def _several(names: list[str]) -> str:
    more = f" and {len(names) - _TOLD} more" if len(names) > _TOLD else ""
    return f"{', '.join(names[:_TOLD])}{more}"


def _lines(one: Profile) -> Iterator[str]:
    yield f"{one.rows:,} rows, {one.columns:,} columns, {len(one.numeric)} of them numbers"
    if one.target is not None:
        yield f"target: {_target(one.target)}"
    if one.geometry is not None and isfinite(one.geometry.dimension):
        yield f"intrinsic dimension: about {one.geometry.dimension:.1f}"
    if missing := [column for column in one.numeric if column.missing]:
        worst = max(missing, key=lambda column: column.missing)
        yield f"missing values in {len(missing)} columns, most in {worst.name}: {worst.missing:.0%}"
    for name, other, strength in one.correlated[:_TOLD]:
        yield f"{name} and {other} say the same: correlation {strength:.3f}"
    yield f"scaler: {one.scaler}, as {one.why}"
    yield "bounds:"
    yield from (f"  {name:16} {as_text(dimension)}" for name, dimension in one.bounds.items())
    yield from (f"note: {note}" for note in one.notes)


def _target(target: Target) -> str:
    if target.kind == "numbers":
        return f"numbers, skew {target.skew:.2f}"
    shares = ", ".join(f"{name} {share:.1%}" for name, share in list(target.classes.items())[:_TOLD])
    uneven = f"; the largest is {target.imbalance:.0f} times the smallest" if target.imbalance >= 2 else ""
    return f"{len(target.classes)} classes ({shares}){uneven}"
