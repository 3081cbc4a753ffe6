"""Test rows decide when training stops or which checkpoint is kept.

## What it does
Finds test rows in `eval_set`, `validation_data` or `evals` of a training call that stops early, keeps the best
iteration, saves the best checkpoint or lowers the learning rate by the score on them. Where a training loop written
by hand does the same, `test-set-in-tuning` says so.

## Why is this bad
The number of rounds is a hyperparameter. Chosen on the test rows it fits them, and the final score on the same rows
is too good. Only watching the score is harmless and not reported.

## Example
```python
model = XGBClassifier(early_stopping_rounds=10)
model.fit(X_train, y_train, eval_set=[(X_test, y_test)])
```

## Use instead
```python
X_fit, X_val, y_fit, y_val = train_test_split(X_train, y_train)
model.fit(X_fit, y_fit, eval_set=[(X_val, y_val)])
```

## Fix safety
There is no automatic fix: it costs training rows.

## References
- Prechelt: Early stopping - but when? In Neural Networks: Tricks of the Trade, 1998.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.diagnostic import Severity
from leakguard.rules.evidence import split_step, test_part
from leakguard.rules.registry import Finding, rule
from leakguard.semantic.events import Watch
from leakguard.semantic.rows import evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.semantic.syntax import Node
    from leakguard.semantic.trace import Trace


@rule("LG102", "test-set-early-stopping")
def check(trace: Trace) -> Iterator[Finding]:
    """Yield a finding for each training call that is steered by test rows."""
    seen: set[Node] = set()
    for watch in trace.of(Watch):
        part = test_part(watch.rows, trace)
        unused = watch.chooses.endswith("Checkpoint") and not trace.reloads
        if part is None or not watch.chooses or unused or watch.search or watch.site.node in seen:
            continue
        seen.add(watch.site.node)
        yield Finding(
            watch.site,
            f"the score on the test rows decides how long {watch.label} trains ({watch.chooses}); "
            "hold out a validation part of the training rows for that",
            (split_step(part), (watch.site, f"test rows steer the training here: {watch.chooses}")),
            Severity.ERROR,
            evidence(part),
        )
