"""What a rule proposes to change, in the terms of the trace; `leakguard.fixes` knows how to write it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from leakguard.semantic.events import Sample

if TYPE_CHECKING:
    from leakguard.semantic.events import Fit, Search
    from leakguard.semantic.site import Site
    from leakguard.semantic.trace import Trace


@dataclass(frozen=True, slots=True)
class OnLogScale:
    """Draw or lay out the same range on a log scale."""

    sample: Sample


@dataclass(frozen=True, slots=True)
class ValuesAsBounds:
    """Give the values themselves where exponents of 10 stand."""

    sample: Sample


@dataclass(frozen=True, slots=True)
class ExponentsAsBounds:
    """Give the logarithms of the values that stand where exponents are taken."""

    sample: Sample


@dataclass(frozen=True, slots=True)
class LowerBound:
    """Give a log scale a lower bound above zero, which the author has to choose."""

    sample: Sample


@dataclass(frozen=True, slots=True)
class WidthOfRange:
    """Give the distance between two numbers where the second one is taken as a width."""

    sample: Sample


@dataclass(frozen=True, slots=True)
class TransformOnly:
    """Transform by what an earlier fit of the same object learned, instead of fitting it again."""

    fit: Fit
    earlier: tuple[Fit, ...]  # fits on training rows


@dataclass(frozen=True, slots=True)
class BehindSplit:
    """Fit on the training part, behind the split, and transform both parts there."""

    fit: Fit
    split: Site


@dataclass(frozen=True, slots=True)
class IntoPipeline:
    """Fit inside each fold, as a step in front of the estimator that is cross-validated."""

    fit: Fit
    validated: Site


@dataclass(frozen=True, slots=True)
class Seed:
    """Give a search a seed."""

    search: Search


@dataclass(frozen=True, slots=True)
class InParallel:
    """Let a search fit in as many processes as there are processors."""

    search: Search


Proposal: TypeAlias = (
    OnLogScale
    | ValuesAsBounds
    | ExponentsAsBounds
    | LowerBound
    | WidthOfRange
    | TransformOnly
    | BehindSplit
    | IntoPipeline
    | Seed
    | InParallel
)


def means_one_thing(sample: Sample, trace: Trace) -> bool:
    """Whether the place always draws this hyperparameter between these bounds: a helper may draw several."""
    same = (one for one in trace.of(Sample) if one.site.node is sample.site.node)
    return all((one.label, one.low, one.high) == (sample.label, sample.low, sample.high) for one in same)
