"""One parameter of a space: its values as quantiles of its prior, so that every dimension is the interval [0, 1]."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from leakguard.tuners.space.errors import SpaceError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Condition: TypeAlias = "Mapping[str, Sequence[Any]]"

# The ends of an unbounded distribution are infinite, so quantiles stay this far from 0 and 1.
_EDGE = 2.0**-40


@dataclass(frozen=True, slots=True)
class Kind:
    """What a dimension's values are; `size` counts them, and is None where there is no end of them."""

    name: Literal["continuous", "integer", "categorical"]
    size: int | None = None


class Dimension(Protocol):
    """One parameter's values. `when` maps other parameters to the values with which this one is in use."""

    @property
    def when(self) -> Condition | None: ...

    @property
    def kind(self) -> Kind: ...

    def quantile(self, unit: float) -> Any:
        """Return the value at the prior's quantile `unit`, in [0, 1]."""

    def unit(self, value: Any) -> float:
        """Return the quantile of `value`, in [0, 1]: the middle of its share where the values are countable."""

    def contains(self, value: Any) -> bool:
        """Tell whether `value` is one that it can have."""

    def grid(self, points: int) -> list[Any]:
        """Return at most `points` values, evenly over the prior with both ends; every option of a choice."""


@dataclass(frozen=True, slots=True)
class Uniform:
    """Real numbers from `low` to `high`, each as likely as any other."""

    low: float
    high: float
    when: Condition | None = None

    def __post_init__(self) -> None:
        _check_bounds(self, self.low, self.high)

    @property
    def kind(self) -> Kind:
        return Kind("continuous")

    def quantile(self, unit: float) -> float:
        return min(self.low + unit * (self.high - self.low), float(self.high))

    def unit(self, value: float) -> float:
        return _clip((value - self.low) / (self.high - self.low))

    def contains(self, value: Any) -> bool:
        return _is_number(value) and self.low <= value <= self.high

    def grid(self, points: int) -> list[float]:
        return [self.quantile(unit) for unit in _evenly(points)]


@dataclass(frozen=True, slots=True)
class LogUniform:
    """Real numbers from `low` to `high`, both above zero, every order of magnitude as likely as any other."""

    low: float
    high: float
    when: Condition | None = None

    def __post_init__(self) -> None:
        _check_bounds(self, self.low, self.high)
        _check_log(self, self.low)

    @property
    def kind(self) -> Kind:
        return Kind("continuous")

    def quantile(self, unit: float) -> float:
        value = math.exp(math.log(self.low) + unit * (math.log(self.high) - math.log(self.low)))
        return min(max(value, float(self.low)), float(self.high))

    def unit(self, value: float) -> float:
        if value <= 0:
            return 0.0
        return _clip((math.log(value) - math.log(self.low)) / (math.log(self.high) - math.log(self.low)))

    def contains(self, value: Any) -> bool:
        return _is_number(value) and self.low <= value <= self.high

    def grid(self, points: int) -> list[float]:
        return [self.quantile(unit) for unit in _evenly(points)]


@dataclass(frozen=True, slots=True)
class IntUniform:
    """Integers from `low` to `high`, both included; with `log`, every order of magnitude as likely as any other."""

    low: int
    high: int
    log: bool = False
    when: Condition | None = None

    def __post_init__(self) -> None:
        for bound in (self.low, self.high):
            if isinstance(bound, bool) or not hasattr(bound, "__index__"):
                raise SpaceError(f"{self!r}: {bound!r} is no integer. Give integers, or use Uniform.")
        _check_bounds(self, self.low, self.high)
        if self.log:
            _check_log(self, self.low)

    @property
    def kind(self) -> Kind:
        return Kind("integer", self.high - self.low + 1)

    def quantile(self, unit: float) -> int:
        # Every integer owns the half step on either side, so the ends are as likely as the scale says.
        return min(max(round(self._real.quantile(unit)), self.low), self.high)

    def unit(self, value: float) -> float:
        return self._real.unit(value)

    def contains(self, value: Any) -> bool:
        return _is_number(value) and value == int(value) and self.low <= value <= self.high

    def grid(self, points: int) -> list[int]:
        ends = LogUniform(self.low, self.high) if self.log else Uniform(self.low, self.high)
        return list(
            dict.fromkeys(round(ends.quantile(unit)) for unit in _evenly(min(points, self.high - self.low + 1)))
        )

    @property
    def _real(self) -> Uniform | LogUniform:
        return (LogUniform if self.log else Uniform)(self.low - 0.5, self.high + 0.5)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of `options`, which may be anything, each as likely as any other and in no order."""

    options: Sequence[Any]
    when: Condition | None = None

    def __post_init__(self) -> None:
        if isinstance(self.options, str) or not hasattr(self.options, "__len__"):
            raise SpaceError(f"{self!r}: the options must be a list, as in Choice([1, 2]).")
        object.__setattr__(self, "options", tuple(self.options))
        if not self.options:
            raise SpaceError("Choice([]): there is nothing to choose from. Give at least one option.")

    @property
    def kind(self) -> Kind:
        return Kind("categorical", len(self.options))

    def quantile(self, unit: float) -> Any:
        return self.options[min(int(unit * len(self.options)), len(self.options) - 1)]

    def unit(self, value: Any) -> float:
        return (self.index(value) + 0.5) / len(self.options)

    def contains(self, value: Any) -> bool:
        return any(same(option, value) for option in self.options)

    def grid(self, points: int) -> list[Any]:  # noqa: ARG002 - a choice has no fewer points than options
        return list(self.options)

    def index(self, value: Any) -> int:
        """Return the place of `value` among the options.

        Raises:
            SpaceError: it is none of them.
        """
        for index, option in enumerate(self.options):
            if same(option, value):
                return index
        raise SpaceError(f"{value!r} is no option of {self!r}.")


@dataclass(frozen=True, slots=True)
class Distribution:
    """A frozen SciPy distribution, such as `scipy.stats.norm(0, 1)`."""

    frozen: Any
    when: Condition | None = None

    @property
    def kind(self) -> Kind:
        if not hasattr(self.frozen, "pmf"):
            return Kind("continuous")
        low, high = self.frozen.support()
        return Kind("integer", int(high - low) + 1 if math.isfinite(high - low) else None)

    def quantile(self, unit: float) -> float:
        value = self.frozen.ppf(min(max(unit, _EDGE), 1 - _EDGE))
        return int(value) if hasattr(self.frozen, "pmf") else float(value)

    def unit(self, value: float) -> float:
        below = float(self.frozen.cdf(value))
        return below - float(self.frozen.pmf(value)) / 2 if hasattr(self.frozen, "pmf") else below

    def contains(self, value: Any) -> bool:
        low, high = self.frozen.support()
        return _is_number(value) and bool(low <= value <= high)

    def grid(self, points: int) -> list[float]:
        size = self.kind.size
        if size is not None and points >= size:
            return [int(self.frozen.support()[0]) + step for step in range(size)]
        # Its ends may be infinite: the middles of equal shares stand for it.
        return list(dict.fromkeys(self.quantile((index + 0.5) / points) for index in range(points)))


def same(first: Any, second: Any) -> bool:
    """Tell whether two values are one option: 1 is not True, and an array equals only itself."""
    if first is second:
        return True
    if isinstance(first, bool) is not isinstance(second, bool):
        return False
    equal = first == second
    return equal if isinstance(equal, bool) else bool(equal) if getattr(equal, "shape", None) == () else False


def _is_number(value: Any) -> bool:
    return hasattr(value, "__float__") and not isinstance(value, bool) and math.isfinite(value)


def _check_bounds(dimension: Any, low: float, high: float) -> None:
    try:
        finite = math.isfinite(low) and math.isfinite(high)
    except TypeError:
        raise SpaceError(f"{dimension!r}: both bounds must be numbers.") from None
    if not finite:
        raise SpaceError(f"{dimension!r}: both bounds must be finite.")
    if low == high:
        raise SpaceError(f"{dimension!r}: the bounds are equal. Set the value on the estimator, and leave it out here.")
    if low > high:
        raise SpaceError(f"{dimension!r}: the bounds are swapped. The lower one comes first.")


def _check_log(dimension: Any, low: float) -> None:
    if low <= 0:
        raise SpaceError(f"{dimension!r}: a logarithmic scale starts above zero. Raise the lower bound.")


def _clip(unit: float) -> float:
    return min(max(float(unit), 0.0), 1.0)


def _evenly(points: int) -> list[float]:
    if points < 1:
        raise SpaceError(f"A grid needs at least one point a parameter, not {points}.")
    return [0.5] if points == 1 else [index / (points - 1) for index in range(points)]
