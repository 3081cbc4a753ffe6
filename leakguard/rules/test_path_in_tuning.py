"""Code that runs while tuning opens a file of test rows.

## What it does
Finds calls inside an objective, inside a function that takes a tuner's trial, or inside a loop that keeps the best
score, that read a file whose name says that it holds the test rows, or that matches `test-paths` of the
configuration.

## Why is this bad
While tuning there is no honest use for the test rows. Even where they are not scored today, the next edit will.

## Example
```python
def objective(trial):
    test = pd.read_csv("data/test.csv")
    ...
```

## Use instead
Read the test rows in one place, the final evaluation, after tuning has ended.

## Fix safety
There is no automatic fix.

## References
- Kaufman, Rosset, Perlich, Stitelman: Leakage in data mining. ACM TKDD 6(4), 2012 (the learn-predict separation).
"""

from __future__ import annotations

from fnmatch import fnmatch
from typing import TYPE_CHECKING

from leakguard.diagnostic import Confidence, Severity
from leakguard.rules.registry import Finding, rule
from leakguard.semantic.events import Choose, Open
from leakguard.semantic.names import Role, role_of_path
from leakguard.semantic.test_paths import ON, TestPaths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.rules.evidence import Step
    from leakguard.semantic.syntax import Node
    from leakguard.semantic.trace import Trace


@rule("LG104", "test-path-in-tuning")
def check(trace: Trace) -> Iterator[Finding]:
    """Yield a finding for each opening of a test file while tuning."""
    seen: set[Node] = set()
    test_paths = TestPaths(trace.options.root, trace.options.test_paths)
    choices = {loop: choice for choice in trace.of(Choose) for loop in _tuning_loops(choice)}
    for opening in trace.of(Open):
        tuned_by = _tuned_by(opening, choices)
        confidence = _confidence(opening, test_paths, trace.options.test_paths)
        if tuned_by is None or opening.context.final or confidence is None or opening.site.node in seen:
            continue
        seen.add(opening.site.node)
        known = opening.path.replace("{}", "...")
        yield Finding(
            opening.site,
            f'"{known}" holds test rows and is opened while tuning; read it in the final evaluation only',
            (tuned_by, (opening.site, "the test rows are opened here")),
            Severity.ERROR,
            confidence,
        )


def _tuning_loops(choice: Choose) -> tuple[Node, ...]:
    """The loops whose passes compete: scores of several of them are held against each other."""
    loops = choice.context.loops
    seen = [{judge.context.passes[:depth] for judge in choice.judged} for depth in range(1, len(loops) + 1)]
    carried = tuple(
        loop
        for depth, (loop, passes) in enumerate(zip(loops, seen, strict=True))
        if len(passes) > len(seen[depth - 1] if depth else ((),))
    )
    return carried or loops[-1:]


def _tuned_by(opening: Open, choices: dict[Node, Choose]) -> Step | None:
    if opening.context.tuning is not None:
        return opening.context.tuning, "tuning starts here"
    for loop in opening.context.loops:
        if loop in choices:
            return choices[loop].site, f"the loop around it tunes: {choices[loop].how}"
    return None


def _confidence(opening: Open, test_paths: TestPaths, patterns: tuple[str, ...]) -> Confidence | None:
    path = opening.path
    if opening.role is not None:
        return Confidence.HIGH if opening.role is Role.TEST else None
    if not patterns:
        return Confidence.MEDIUM if role_of_path(path) is Role.TEST else None
    named = any(fnmatch(path, pattern) or fnmatch(path, f"*/{pattern}") for pattern in patterns)
    if named or test_paths.match(path, opening.site.filename) == ON:
        return Confidence.HIGH
    return Confidence.MEDIUM if role_of_path(path) is Role.TEST else None
