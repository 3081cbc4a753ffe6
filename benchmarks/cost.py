"""Where the time of an analysis goes: parsing against everything after it, over all relevant files of a tree.

usage: python benchmarks/cost.py FOLDER

Prints CPU seconds, taken side by side in one run: libcst's parsing, the lowering, the interpreter, the rules.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path

import libcst as cst

from leakguard.prefilter import is_relevant
from leakguard.rules.registry import all_rules
from leakguard.semantic.interpreter import run
from leakguard.semantic.lower import lower
from leakguard.semantic.options import AnalysisOptions
from leakguard.semantic.program import SyntaxProblem, parse

_STEPS = ("parsing", "lowering", "interpreter", "rules")


def measure(path: Path, spent: Counter[str]) -> int:
    """Add what each step took for one file; returns its number of lines, 0 if it cannot be parsed."""
    text = path.read_text("utf-8", errors="replace")
    if not is_relevant(text):
        return 0
    marks = [time.process_time()]
    try:
        module = cst.parse_module(text)
        marks.append(time.process_time())
        lower(module)
        marks.append(time.process_time())
        program = parse(text, str(path))  # parses again; not counted
    except (cst.ParserSyntaxError, SyntaxProblem, RecursionError):
        return 0
    again = time.process_time()
    trace = run(program, AnalysisOptions())
    done = time.process_time()
    for rule in all_rules().values():
        list(rule.check(trace))
    end = time.process_time()
    taken = (marks[1] - marks[0], marks[2] - marks[1], done - again, end - done)
    spent.update(dict(zip(_STEPS, taken, strict=True)))
    return text.count("\n")


def main() -> None:
    """Measure the tree that the command line names."""
    sys.setrecursionlimit(20_000)
    spent: Counter[str] = Counter()
    lines = [count for path in sorted(Path(sys.argv[1]).rglob("*.py")) if (count := measure(path, spent))]
    after = sum(spent.values()) - spent["parsing"]
    print(f"{len(lines)} relevant files, {sum(lines)} lines")
    for step in _STEPS:
        print(f"{step:12} {spent[step]:8.2f} s  {spent[step] / spent['parsing']:5.2f} of parsing")
    print(f"after parsing {after / spent['parsing']:.2f} of parsing, {1000 * after / max(sum(lines), 1):.3f} ms a line")


if __name__ == "__main__":
    main()
