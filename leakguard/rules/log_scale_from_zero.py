"""A log scale begins at zero or below, where there is no logarithm.

## What it does
Finds draws and layouts on a log scale whose lower bound is 0 or negative: `suggest_float("alpha", 0, 1, log=True)`,
`loguniform(0, 1)`, `Real(0, 10, prior="log-uniform")`, `np.geomspace(0, 1)`, and the same in the other libraries.

Bounds that are exponents by mistake belong to `exponents-as-bounds`.

## Why is this bad
The libraries refuse it when the search begins, or give values that are no numbers.

## Example
```python
alpha = trial.suggest_float("alpha", 0.0, 1.0, log=True)
```

## Use instead
```python
alpha = trial.suggest_float("alpha", 1e-6, 1.0, log=True)
```
and, if no penalty at all is to be tried too, a choice between the two.

## Fix safety
The fix is only displayed, with `...` for the lower bound: how small the smallest value may be is a decision.

## References
- Optuna's manual, `Trial.suggest_float`: with `log=True`, `low` must be larger than 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.diagnostic import Severity
from leakguard.rules.log_scale import are_exponents
from leakguard.rules.proposals import LowerBound
from leakguard.rules.registry import Finding, rule
from leakguard.rules.search_space import as_written, complaints, drawn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.semantic.events import Sample
    from leakguard.semantic.options import AnalysisOptions
    from leakguard.semantic.trace import Trace


@rule("LG305", "log-scale-from-zero")
def check(trace: Trace) -> Iterator[Finding]:
    """Yield a finding for each log scale that has no lower end."""
    return complaints(trace, _wrong, severity=Severity.ERROR, propose=LowerBound)


def _wrong(sample: Sample, _: AnalysisOptions) -> str | None:
    bounds = sample.bounds
    if bounds is None or sample.scale != "log" or bounds.meaning != "range" or are_exponents(sample):
        return None
    if bounds.first is None or bounds.first > 0:
        return None
    return (
        f'"{sample.label}" is {drawn(sample)} on a log scale from {as_written(bounds.first)}, which has no logarithm; '
        "give it a small positive lower bound"
    )
