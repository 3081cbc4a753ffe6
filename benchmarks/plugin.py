"""What the idle pytest plugin costs: a suite that has no use for it, with and without it, in turn.

    python benchmarks/plugin.py [--tests 1000] [--rounds 11]

Prints the medians of CPU seconds and how many modules were loaded, and writes `plugin.json`.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from running import Contender, take_turns

_COUNT = "import sys\n\ndef pytest_sessionfinish(session):\n    {file}.write(str(len(sys.modules)))\n"
_WITH, _WITHOUT = "with the plugin", "without it"


def contender(name: str, folder: Path, *arguments: str) -> Contender:
    """Return pytest on the folder's tests; their conftest leaves the number of modules in a file of this name."""
    return Contender(name, [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments, str(folder)])


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tests", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=11)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        counts = folder / "modules"
        (folder / "conftest.py").write_text(_COUNT.format(file=f"open({str(counts)!r}, 'a')"), "utf-8")
        tests = "".join(f"def test_{number}():\n    pass\n\n" for number in range(given.tests))
        (folder / "test_plain.py").write_text(tests, "utf-8")
        both = [contender(_WITH, folder), contender(_WITHOUT, folder, "-p", "no:leakguard")]
        taken = take_turns(both, given.rounds, given.rounds)
        digits = counts.read_text("utf-8")
    modules = digits[: len(digits) // (2 * given.rounds)], digits[-len(digits) // (2 * given.rounds) :]
    found = {
        "tests": given.tests,
        "rounds": given.rounds,
        **{f"cpu {one}": taken[one].cpu for one in (_WITH, _WITHOUT)},
        "ratio": taken[_WITH].cpu / taken[_WITHOUT].cpu,
        "modules": modules,
    }
    print(json.dumps(found, indent=2))
    Path("plugin.json").write_text(json.dumps(found, indent=2), "utf-8")


if __name__ == "__main__":
    main()
