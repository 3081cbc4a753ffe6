"""A search's space: its parameters, the conditions between them, and every point as a vector in the unit cube."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from leakguard.tuners.space.conditions import condition_order
from leakguard.tuners.space.dimensions import Choice, Dimension, Distribution, Kind, same
from leakguard.tuners.space.errors import SpaceError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Conditions make points coincide, so a conditional space is counted by listing it, up to this many.
_COUNTED = 100_000


class Space:
    """The parameters that a search may set, in the order in which they were given.

    Args:
        parameters: name to dimension (`Uniform`, `LogUniform`, `IntUniform`, `Choice`), list of options, or frozen
            SciPy distribution. Names are the estimator's, with `step__name` inside pipelines.

    Raises:
        SpaceError: it is empty, a dimension is none of these, or a condition names a parameter or an option that
            there is not, or goes in a circle.
    """

    def __init__(self, parameters: Mapping[str, Any]) -> None:
        if not isinstance(parameters, Mapping):
            raise SpaceError(f"A space maps names to values, as in {{'C': LogUniform(0.1, 10)}}; got {parameters!r}.")
        if not parameters:
            raise SpaceError("The space is empty. Name at least one parameter to tune.")
        self.dimensions: dict[str, Dimension] = {name: _read(name, value) for name, value in parameters.items()}
        self.names = tuple(self.dimensions)
        self.order: tuple[str, ...] = condition_order(self.dimensions)

    @classmethod
    def of(cls, space: Space | Mapping[str, Any]) -> Space:
        """Return `space` as a Space."""
        return space if isinstance(space, Space) else cls(space)

    def __repr__(self) -> str:
        return f"Space({self.dimensions!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Space) and self.dimensions == other.dimensions

    __hash__ = None  # type: ignore[assignment]  # as a dict, which it wraps

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What each parameter's values are, in the order of `names`."""
        return tuple(dimension.kind for dimension in self.dimensions.values())

    @property
    def size(self) -> int | None:
        """The number of distinct points; None where it is infinite, or conditional and beyond counting."""
        sizes = [kind.size for kind in self.kinds]
        if None in sizes:
            return None
        whole = math.prod(size for size in sizes if size is not None)
        if not self.conditional:
            return whole
        counted = sum(1 for _ in islice(self.grid(whole), _COUNTED + 1))
        return counted if counted <= _COUNTED else None

    @property
    def conditional(self) -> bool:
        """Whether any parameter depends on another."""
        return any(dimension.when for dimension in self.dimensions.values())

    def sample(self, rng: np.random.Generator) -> dict[str, Any]:
        """Draw one point from the prior; as many random numbers as there are names, whatever the conditions."""
        return self.from_unit(rng.random(len(self.names)))

    def from_unit(self, unit: NDArray[np.float64] | Sequence[float]) -> dict[str, Any]:
        """Return the parameters at the quantiles `unit`, of shape (len(names),), without those that are inactive."""
        quantiles = dict(zip(self.names, unit, strict=True))
        params: dict[str, Any] = {}
        for name in self.order:
            if self._active(name, params):
                params[name] = self.dimensions[name].quantile(float(quantiles[name]))
        return {name: params[name] for name in self.names if name in params}

    def to_unit(self, params: Mapping[str, Any]) -> NDArray[np.float64]:
        """Return the quantiles of `params`, of shape (len(names),), with NaN for those that are left out."""
        import numpy as np

        return np.array(
            [self.dimensions[name].unit(params[name]) if name in params else np.nan for name in self.names],
            dtype=np.float64,
        )

    def grid(self, points: int | Mapping[str, int]) -> Iterator[dict[str, Any]]:
        """Yield every distinct combination of each dimension's grid, with `points` values a parameter or as named."""
        values = {name: dimension.grid(self._points(points, name)) for name, dimension in self.dimensions.items()}
        for params in self._combinations(values, {}, 0):
            yield {name: params[name] for name in self.names if name in params}

    def grid_size(self, points: int | Mapping[str, int]) -> int:
        """Count the combinations of `grid`; for a large conditional grid, at most this many."""
        whole = math.prod(len(dim.grid(self._points(points, name))) for name, dim in self.dimensions.items())
        if not self.conditional:
            return whole
        counted = sum(1 for _ in islice(self.grid(points), _COUNTED + 1))
        return counted if counted <= _COUNTED else whole

    def active(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return the parameters without those whose conditions the others do not meet."""
        kept: dict[str, Any] = {}
        for name in self.order:
            if name in params and _met(self.dimensions[name].when or {}, kept):
                kept[name] = params[name]
        return {name: value for name, value in params.items() if name in kept}

    def contains(self, params: Mapping[str, Any]) -> bool:
        """Tell whether every parameter of the space that is in use has a value of its dimension."""
        return all(
            name in params and dimension.contains(params[name])
            for name, dimension in self.dimensions.items()
            if _met(dimension.when or {}, params)
        )

    def key(self, params: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return what tells two points apart: hashable, whatever the options are."""
        return tuple((name, _key(dim, params[name])) for name, dim in self.dimensions.items() if name in params)

    def only(self, names: Sequence[str], given: Mapping[str, Any]) -> Space | None:
        """Return the space of `names` where other parameters are as `given`; None where none of them is in use.

        Conditions on the others are decided by `given`, where a parameter that is missing is not in use.
        """
        kept: dict[str, Dimension] = {}
        for name in self.order:
            within = {parent: when for parent, when in (self.dimensions[name].when or {}).items() if parent in names}
            outside = {
                parent: when for parent, when in (self.dimensions[name].when or {}).items() if parent not in names
            }
            if name in names and set(within) <= set(kept) and _met(outside, given):
                kept[name] = _with(self.dimensions[name], within)
        return Space({name: kept[name] for name in self.names if name in kept}) if kept else None

    def _points(self, points: int | Mapping[str, int], name: str) -> int:
        return points.get(name, 1) if isinstance(points, Mapping) else points

    def _combinations(
        self, values: Mapping[str, Sequence[Any]], params: dict[str, Any], depth: int
    ) -> Iterator[dict[str, Any]]:
        if depth == len(self.order):
            yield params
            return
        name = self.order[depth]
        if not self._active(name, params):
            yield from self._combinations(values, params, depth + 1)
            return
        for value in values[name]:
            yield from self._combinations(values, {**params, name: value}, depth + 1)

    def _active(self, name: str, params: Mapping[str, Any]) -> bool:
        return _met(self.dimensions[name].when or {}, params)


def _read(name: str, value: Any) -> Dimension:
    if not isinstance(name, str):
        raise SpaceError(f"{name!r}: a parameter's name is a text.")
    if hasattr(value, "quantile") and hasattr(value, "kind"):
        return value  # type: ignore[no-any-return]  # a Dimension, by what it can do
    if hasattr(value, "ppf"):
        return Distribution(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _choice(name, value)
    if getattr(value, "ndim", None) == 1:
        return _choice(name, value.tolist())
    raise SpaceError(
        f"{name}: {value!r} is no dimension. Give a list of options, Uniform, LogUniform, IntUniform, Choice, "
        "or a frozen SciPy distribution."
    )


def _choice(name: str, options: Sequence[Any]) -> Choice:
    if not options:
        raise SpaceError(f"{name}: the list of options is empty. Give at least one.")
    return Choice(options)


def _met(when: Mapping[str, Sequence[Any]], params: Mapping[str, Any]) -> bool:
    return all(
        parent in params and any(same(value, params[parent]) for value in values) for parent, values in when.items()
    )


def _key(dimension: Dimension, value: Any) -> Any:
    """Return a hashable stand-in for a value, also for one of the estimator's own that the space lacks."""
    if isinstance(dimension, Choice):
        return next((index for index, option in enumerate(dimension.options) if same(option, value)), repr(value))
    return value if value.__hash__ is not None else repr(value)


def _with(dimension: Dimension, when: Mapping[str, Sequence[Any]]) -> Dimension:
    from dataclasses import replace

    return replace(dimension, when=dict(when) or None)  # type: ignore[type-var]  # every dimension is a dataclass
