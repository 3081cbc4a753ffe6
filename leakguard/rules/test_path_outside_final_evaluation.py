"""Code other than the final evaluation reads a test path.

## What it does
Where `test-paths` and `final-evaluation` are both configured, finds every call outside the final evaluation that is
handed the path of a test file: readers such as `open` and `pd.read_csv`, and whatever is not known to be harmless.
The path may come through helpers, constants of other modules, f-strings, `Path` arithmetic, defaults of arguments,
options and environment variables, or a YAML, TOML, JSON or INI file of the project.
A helper that the final evaluation calls too is reported for the other way only, with the calls that lead to it.

## Why is this bad
A score on test rows is honest as long as nothing that was decided before has seen them. The safest way to know that
is that one function reads them, and nothing else does: then every other change can be reviewed without thinking of it.

## Example
```toml
[tool.leakguard]
test-paths = ["data/test.csv"]
final-evaluation = ["src/evaluate.py::main"]
```
```python
# src/train.py
holdout = pd.read_csv(DATA / "test.csv")
print(model.score(holdout[FEATURES], holdout["label"]))
```

## Use instead
Read the file in `main` of `src/evaluate.py`, and a validation part of the training rows everywhere else.

## Fix safety
There is no automatic fix.

## References
- Kaufman, Rosset, Perlich, Stitelman: Leakage in data mining. ACM TKDD 6(4), 2012 (the learn-predict separation).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.diagnostic import Confidence, Severity
from leakguard.rules.registry import Finding, rule
from leakguard.semantic.events import Handed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.rules.evidence import Step
    from leakguard.semantic.syntax import Node
    from leakguard.semantic.trace import Trace


@rule("LG109", "test-path-outside-final-evaluation")
def check(trace: Trace) -> Iterator[Finding]:
    """Yield a finding for each call outside the final evaluation that may read a test path."""
    seen: set[Node] = set()
    for handed in sorted(trace.of(Handed), key=lambda one: not one.reads):
        if handed.context.final or handed.site.node in seen:
            continue
        seen.add(handed.site.node)
        yield Finding(handed.site, _message(handed), _way(handed), Severity.ERROR, _confidence(handed))


def _message(handed: Handed) -> str:
    path = handed.path.replace("{}", "...")
    found = f'"{path}"' + (f" (from {handed.told})" if handed.told else "")
    covers = "takes in a test path" if handed.wide else "is a test path"
    done = f"is read by {handed.to}" if handed.reads or handed.wide else f"is handed to {handed.to}, which may read it,"
    return f"{found} {covers} and {done} outside the final evaluation; read it there only"


def _way(handed: Handed) -> tuple[Step, ...]:
    called = tuple((site, "called here, outside the final evaluation") for site in handed.context.calls)
    return (*called, (handed.site, "the test path is read here")) if called else ()


def _confidence(handed: Handed) -> Confidence:
    return Confidence.HIGH if handed.reads else Confidence.MEDIUM
