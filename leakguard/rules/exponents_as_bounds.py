"""A draw on a log scale is given exponents where it takes values, or values where it takes exponents.

## What it does
Finds log-uniform draws between negative numbers (`suggest_float("lr", -5, -1, log=True)`, `loguniform(-5, -1)`), and
values where a library takes logarithms: Hyperopt's `hp.loguniform("lr", 1e-5, 1e-1)`, W&B's `log_uniform`,
`np.logspace(1e-4, 1e-1)`, `10 ** np.random.uniform(1e-4, 1e-1)`.

Positive bounds count as values if they are `log-scale-span` (100) apart, if the largest value would have more than 30
digits, or if a learning rate, penalty or the like is drawn between two numbers below 1.

## Why is this bad
With negative bounds the draw fails or gives no number at all. The other way round nothing fails:
`hp.loguniform("lr", 1e-5, 1e-1)` gives learning rates from 1.00001 to 1.105, and the search tries one value all along.

## Example
```python
space = {"lr": hp.loguniform("lr", 1e-5, 1e-1)}
```

## Use instead
```python
space = {"lr": hp.loguniform("lr", np.log(1e-5), np.log(1e-1))}
```

## Fix safety
The fix gives 1e-5 for the exponent -5, or the logarithm (of the base that the call has) for a value. It is unsafe,
because the search then looks elsewhere, and an exponent is taken to be one of 10.

## References
- Hyperopt's manual, "Defining a Search Space": `hp.loguniform(label, low, high)` returns a value drawn according to
  exp(uniform(low, high)).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from leakguard.diagnostic import Severity
from leakguard.rules.log_scale import are_exponents, lives_on_log_scale
from leakguard.rules.proposals import ExponentsAsBounds, ValuesAsBounds
from leakguard.rules.registry import Finding, rule
from leakguard.rules.search_space import as_written, complaints, drawn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.rules.proposals import Proposal
    from leakguard.semantic.events import Bounds, Sample
    from leakguard.semantic.options import AnalysisOptions
    from leakguard.semantic.trace import Trace

_LONGEST = 30  # digits: no hyperparameter has so many


@rule("LG304", "exponents-as-bounds")
def check(trace: Trace) -> Iterator[Finding]:
    """Yield a finding for each pair of bounds that is taken for what it isn't."""
    return complaints(trace, _wrong, severity=Severity.ERROR, propose=_mended)


def _mended(sample: Sample) -> Proposal:
    return ValuesAsBounds(sample) if are_exponents(sample) else ExponentsAsBounds(sample)


def _wrong(sample: Sample, options: AnalysisOptions) -> str | None:
    bounds = sample.bounds
    if bounds is None or sample.scale != "log":
        return None
    if are_exponents(sample):
        return (
            f'"{sample.label}" is {drawn(sample)} on a log scale from {as_written(bounds.first)} to '
            f"{as_written(bounds.second)}, which are exponents; give the values themselves"
        )
    return _values_as_exponents(sample, bounds) if _are_values(sample, bounds, options) else None


def _are_values(sample: Sample, bounds: Bounds, options: AnalysisOptions) -> bool:
    first, second = bounds.first, bounds.second
    if bounds.meaning != "exponents" or first is None or second is None or not 0 < first < second:
        return False
    if bounds.base > 1 and second * math.log10(bounds.base) > _LONGEST:
        return True
    if second / first >= options.log_scale_span * (1 - 1e-9):
        return True
    natural = math.isclose(bounds.base, math.e)
    return natural and second < 1 and lives_on_log_scale(sample.label, options)


def _values_as_exponents(sample: Sample, bounds: Bounds) -> str:
    base = "e" if math.isclose(bounds.base, math.e) else as_written(bounds.base)
    reach = f"from {sample.low:.6g} to {sample.high:.6g}" if sample.low and sample.high else "beyond all numbers"
    return (
        f"{as_written(bounds.first)} and {as_written(bounds.second)} are taken as exponents of {base}, so the values "
        f'of "{sample.label}" reach {reach}; give the logarithms of its bounds'
    )
