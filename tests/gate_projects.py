"""Small projects for the gate on test paths; `# read here` stands behind each line that has to be told."""

from __future__ import annotations

from textwrap import dedent

SETTINGS = """\
[tool.leakguard]
test-paths = ["data/test.csv", "data/holdout/", "*.secret.npy"]
final-evaluation = ["evaluate.py::main", "src/report.py"]
"""
EVALUATE = "def main():\n    return open('data/test.csv').read()\n"
REPORT = "rows = open('data/test.csv').read()\n"

CASES: dict[str, dict[str, str]] = {}


def project(name: str, *, evaluate: str = EVALUATE, **files: str) -> None:
    """Add a case; `__` in a file's keyword stands for a slash, a last `_` for the dot of its ending."""
    texts = {_path(key): dedent(text).lstrip("\n") for key, text in files.items()}
    CASES[name] = {"evaluate.py": evaluate, "src/report.py": REPORT, **texts}


def _path(key: str) -> str:
    stem, _, ending = key.replace("__", "/").rpartition("_")
    return f"{stem}.{ending}"


def script(name: str, text: str, **files: str) -> None:
    """Add a case of one script."""
    project(name, train_py=text, **files)


def readers(name: str, imports: str, leak: str, clean: str = "", **files: str) -> None:
    """Add one line that reads a test path, and the same for another path."""
    setup = f"{imports}\n" if imports else ""
    script(f"{name}-leak", f"{setup}{leak}  # read here\n", **files)
    script(f"{name}-clean", f"{setup}{clean or leak.replace('test', 'train').replace('holdout', 'fold')}\n", **files)
