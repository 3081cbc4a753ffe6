"""Programs that nobody would write: no crash, no hang, and fixes that leave valid programs with all their comments.

A few in every run, the same ones in CI; many with `-m slow`. What once failed stays in `FAILED_ONCE`.
"""

from __future__ import annotations

import io
import json
import keyword
import re
import tokenize
import warnings
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesmith
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from leakguard.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
PROGRAMS = [path.read_text("utf-8") for path in sorted((ROOT / "examples").rglob("*.py"))] + [
    program
    for page in sorted((ROOT / "tests").glob("*/*.md"))
    for program in re.findall(r"^```python\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
]
NOTEBOOKS = [path.read_bytes() for path in sorted((ROOT / "examples").rglob("*.ipynb"))]
FEW = settings(max_examples=40, suppress_health_check=list(HealthCheck))
MANY = settings(max_examples=4000, suppress_health_check=list(HealthCheck))
NAME = re.compile(r"\b[A-Za-z_]\w*\b")

# Each of these made leakguard fail once.
FAILED_ONCE = (
    "import sklearn\nclass A:\n    def __iter__(self):\n        return iter([])\nlist(A())\n",
    "import sklearn\nclass A:\n    def __iter__(self):\n        return iter([])\nmax(A())\n",
    "import sklearn\na = []\na.append(a)\ndef f(b):\n    return b\n" + "f(a)\n" * 60,
)


def run(name: str, content: bytes, folder: Path, *options: str) -> tuple[int, str]:
    """Check one file in this process, and return the exit code and all that was said."""
    file = folder / name
    file.write_bytes(content)
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said), warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # mutated strings have odd escapes
        code = main(["check", "--isolated", "--no-cache", "--jobs", "1", "--preview", *options, str(file)])
    return code, said.getvalue()


def compiles(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<fuzz>", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def comments(text: str) -> Counter[str]:
    """Return the comments of a valid program, with how often each stands there."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, IndentationError):  # Python's own tokenizer lets less pass than its compiler
        return Counter()
    return Counter(token.string for token in tokens if token.type == tokenize.COMMENT)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """Return a program with lines deleted, doubled, swapped or cut off, and names exchanged."""
    rows = draw(st.sampled_from(PROGRAMS)).splitlines(keepends=True)
    for _ in range(draw(st.integers(0, 4))):
        at, other = (draw(st.integers(0, len(rows) - 1)) for _ in range(2))
        match draw(st.sampled_from(["delete", "double", "swap", "cut", "rename"])):
            case "delete" if len(rows) > 1:
                del rows[at]
            case "double":
                rows.insert(at, rows[other])
            case "swap":
                rows[at], rows[other] = rows[other], rows[at]
            case "cut":
                rows[at] = rows[at][: draw(st.integers(0, len(rows[at])))]
            case "rename":
                names = [name for name in NAME.findall("".join(rows)) if not keyword.iskeyword(name)]
                if names:
                    one, two = draw(st.sampled_from(names)), draw(st.sampled_from(names))
                    rows = [re.sub(rf"\b{one}\b", two, row) for row in rows]
    return "".join(rows)


def check_and_fix(text: str, folder: Path) -> None:
    """Fail unless leakguard says something sound of a program, and leaves a sound program behind."""
    code, said = run("fuzz.py", text.encode("utf-8", "surrogatepass"), folder)
    assert code in {0, 1}, said
    assert "internal-error" not in said, said
    if not compiles(text):
        return
    code, said = run("fuzz.py", text.encode(), folder, "--fix", "--unsafe-fixes")
    assert code in {0, 1}, said
    fixed = (folder / "fuzz.py").read_bytes().decode()
    assert compiles(fixed), fixed
    assert not comments(text) - comments(fixed), fixed


@FEW
@given(text=mutated())
def test_mutants(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    check_and_fix(text, tmp_path_factory.mktemp("fuzz"))


@pytest.mark.slow
@MANY
@given(text=mutated())
def test_many_mutants(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    check_and_fix(text, tmp_path_factory.mktemp("fuzz"))


@settings(FEW, max_examples=15)
@given(text=hypothesmith.from_grammar())
def test_programs_of_the_grammar(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    check_and_fix(f"import sklearn, optuna\n{text}", tmp_path_factory.mktemp("fuzz"))


@pytest.mark.slow
@settings(MANY, max_examples=1000)
@given(text=hypothesmith.from_grammar())
def test_many_programs_of_the_grammar(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    check_and_fix(f"import sklearn, optuna\n{text}", tmp_path_factory.mktemp("fuzz"))


@pytest.mark.parametrize("text", FAILED_ONCE)
def test_what_failed_once(text: str, tmp_path: Path) -> None:
    check_and_fix(text, tmp_path)


@st.composite
def broken_notebooks(draw: st.DrawFn) -> bytes:
    """Return a notebook with a value replaced, or with bytes cut out."""
    raw = draw(st.sampled_from(NOTEBOOKS))
    if draw(st.booleans()):
        start = draw(st.integers(0, len(raw)))
        return raw[:start] + raw[start + draw(st.integers(0, 40)) :]
    document = json.loads(raw)
    places: list[tuple[Callable[[object], None], object]] = []
    _walk(document, places)
    put, _ = draw(st.sampled_from(places))
    put(draw(st.sampled_from([None, 3, "", [], {}, "x\nimport sklearn", ["a", 1], {"cells": []}])))
    return json.dumps(document).encode()


def _walk(value: object, places: list[tuple[Callable[[object], None], object]]) -> None:
    """Collect a setter for each value within lists and dicts."""
    items: list[tuple[object, object]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    for key, inner in items:
        places.append((lambda new, holder=value, key=key: holder.__setitem__(key, new), inner))  # type: ignore[misc]
        _walk(inner, places)


@settings(FEW, max_examples=40)
@given(raw=broken_notebooks())
@example(raw=b"")
@example(raw=b"{}")
def test_notebooks(raw: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    code, said = run("fuzz.ipynb", raw, tmp_path_factory.mktemp("fuzz"))
    assert code in {0, 1}, said
    assert "internal-error" not in said


@pytest.mark.slow
@settings(MANY, max_examples=3000)
@given(raw=broken_notebooks())
def test_many_notebooks(raw: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    code, said = run("fuzz.ipynb", raw, tmp_path_factory.mktemp("fuzz"))
    assert code in {0, 1}, said
    assert "internal-error" not in said
