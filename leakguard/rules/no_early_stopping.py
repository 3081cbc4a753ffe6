"""The length of training is searched, or every trial trains to the end.

## What it does
Finds searches with the number of boosting rounds or epochs among their parameters (`n_estimators` of XGBoost,
LightGBM and CatBoost, `epochs` of Keras), and objectives of a tuner in which every trial trains a model for many
rounds (500 of a booster, 50 epochs) with neither a pruner nor early stopping. A training loop written by hand
(`loss.backward()` in a loop over epochs) counts too, unless a `break`, `return` or `raise` may end it, and so does
Keras Tuner's `search(epochs=...)` without callbacks.

## Why is this bad
Early stopping finds the number of rounds within a single fit; a search fits anew for each number that it tries. Rounds
and learning rate depend on each other, so the search also has to find them together. Without a pruner most of the time
goes into trials that were seen to be bad after a fraction of it.

## Example
```python
grid = {"n_estimators": [100, 300, 1000, 3000], "learning_rate": [0.01, 0.1]}
GridSearchCV(XGBClassifier(), grid)
```

## Use instead
```python
model = XGBClassifier(n_estimators=5000, early_stopping_rounds=50)
model.fit(X_train, y_train, eval_set=[(X_val, y_val)])
```
or `lightgbm.early_stopping`, Keras' `EarlyStopping`, or a pruner: `trial.report(...)` with `trial.should_prune()`.

## Fix safety
There is no automatic fix.

## References
- Prechelt: Early stopping, but when? In: Neural networks: tricks of the trade, 1998.
- Li et al.: Hyperband. JMLR 18, 2018.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.diagnostic import Severity
from leakguard.rules.registry import Finding, rule
from leakguard.rules.searches import searches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.semantic.events import Dimension, Search, Tuned
    from leakguard.semantic.trace import Trace

_MANY_ROUNDS = 500
_MANY_EPOCHS = 50


@rule("LG403", "no-early-stopping", preview=True)
def check(trace: Trace) -> Iterator[Finding]:
    """Yield a finding for each search that finds out, or ignores, how long to train."""
    for search in searches(trace):
        if search.prunes or any(tuned.stops for tuned in search.tuned):
            continue
        searched = _searched(search)
        long = next((tuned for tuned in search.tuned if _trains_long(tuned)), None)
        if searched is not None:
            yield Finding(
                searched.site or search.site,
                f'"{searched.name}" is searched; let early stopping find it within each fit',
                (),
                Severity.WARNING,
            )
        elif long is not None and _runs_trials(search):
            yield Finding(
                search.run,
                f"every trial trains {long.label} for {long.trained:,} {_unit(long)}; stop it early, or prune the "
                "trials that fall behind",
                (),
                Severity.WARNING,
            )


def _runs_trials(search: Search) -> bool:
    """Whether each candidate is trained by a function, or once as one builds it, rather than in every fold."""
    return search.label.endswith("()") or (search.folds == 1 and not search.loops and search.kind != "halving")


def _searched(search: Search) -> Dimension | None:
    varied = (one for one in search.dimensions if one.varies)
    return next((one for one in varied if any(_is_rounds(one.name, tuned) for tuned in search.tuned)), None)


def _is_rounds(name: str, tuned: Tuned) -> bool:
    """Whether a parameter is this learner's number of rounds, with the names of the steps that lead to it before."""
    *prefix, parameter = name.split("__")
    return parameter in tuned.rounds and all(step in prefix for step in tuned.path)


def _trains_long(tuned: Tuned) -> bool:
    many = _MANY_EPOCHS if _unit(tuned) == "epochs" else _MANY_ROUNDS
    return tuned.trained is not None and tuned.trained >= many


def _unit(tuned: Tuned) -> str:
    return "epochs" if "epochs" in tuned.rounds else "rounds"
