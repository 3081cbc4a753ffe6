"""A hyperparameter that lives on a log scale is drawn uniformly.

## What it does
Finds learning rates, penalties, kernel widths and the like that are drawn evenly between bounds two decades or more
apart (or from 0): Optuna's `suggest_float` without `log=True`, SciPy's `uniform`, Hyperopt's `hp.uniform`,
scikit-optimize's `Real` and pairs of bounds with the uniform prior, the `pbounds` of bayes_opt, ranges of Ax, W&B,
ConfigSpace, Nevergrad, Ray Tune, FLAML and Keras Tuner that aren't on a log scale, NumPy's `random.uniform` that a
learner or a dict of parameters takes. Exponents (`10 ** x`) are right.

Both the name and the span must say so. `log-scale-names` adds names and `log-scale-span` moves the ratio (100).

## Why is this bad
Nine of ten even draws between 1e-5 and 1e-1 lie above 0.01. The small values, often the right ones, are hardly
tried, and a model-based search believes that they are all alike.

## Example
```python
lr = trial.suggest_float("lr", 1e-5, 1e-1)
```

## Use instead
```python
lr = trial.suggest_float("lr", 1e-5, 1e-1, log=True)
```

## Fix safety
The fix keeps the bounds and changes the scale: `log=True`, `prior="log-uniform"`, `loguniform` and the like, with the
imports that they need. It is safe, as every value that is drawn could be drawn before, and no estimator is handed
anything else. It is unsafe for what is rounded to steps (`quniform`), where small values may become 0, and in
programs that name a `storage`: an Optuna study that is kept there refuses another scale than it was begun with. So it
is unsafe too where a trial draws and not every study is created in the same file with its settings written out. There
is none where another call draws the same name between other bounds.

A range from 0 has no logarithm; its fix is only displayed, with `...` for the lower bound that the author has to
choose. There is no fix where a step is given, where name or bounds are handed to a helper, or where the library has
no such scale.

## References
- Bergstra, Bengio: Random search for hyper-parameter optimization. JMLR 13, 2012.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.rules.log_scale import advice, in_last_decade, lives_on_log_scale, meant_otherwise, spans_decades
from leakguard.rules.proposals import OnLogScale
from leakguard.rules.registry import Finding, rule
from leakguard.rules.search_space import as_written, complaints

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.semantic.events import Sample
    from leakguard.semantic.options import AnalysisOptions
    from leakguard.semantic.trace import Trace


@rule("LG301", "uniform-prior-on-log-scale")
def check(trace: Trace) -> Iterator[Finding]:
    """Yield a finding for each even draw of a parameter whose exponent matters."""
    return complaints(trace, _wrong, meant_otherwise, propose=OnLogScale)


def _wrong(sample: Sample, options: AnalysisOptions) -> str | None:
    if sample.layout or sample.scale != "linear":
        return None
    if not lives_on_log_scale(sample.label, options) or not spans_decades(sample, options):
        return None
    return (
        f'"{sample.label}" is drawn evenly from {as_written(sample.low)} to {as_written(sample.high)}, so '
        f"{in_last_decade(sample)}; {advice(sample)}"
    )
