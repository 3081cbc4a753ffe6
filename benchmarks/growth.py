"""How the cost grows: with the size of a file, with the number of files, and with what has changed since the last run.

Each returns plain data for the JSON that `lint.py` writes.
"""

from __future__ import annotations

import itertools
import re
import shutil
import time
from collections import Counter
from math import log
from pathlib import Path
from statistics import linear_regression
from typing import TYPE_CHECKING, Any

from running import Contender, as_plain, take_turns

from leakguard.config import settings_from
from leakguard.prefilter import imports, is_relevant
from leakguard.source import SkippedError, UnreadableError, read_source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trees import Tree

_SIZES = (500, 1_000, 2_000, 5_000, 10_000)  # lines
_SHARES = (8, 4, 2, 1)  # one file in so many
_PROJECT = 500  # relevant files
_CLOCK = 2.5  # seconds after which the time of a file's last change tells that it has not changed since
_WORD = re.compile(r"\w+")
_BLOCK = '''\
def evaluate_{n}(frame, target, seed={n}):
    """Choose a penalty by cross-validation, and judge the winner on rows that were kept apart."""
    X_train, X_test, y_train, y_test = train_test_split(frame, target, test_size=0.25, random_state=seed)
    scaler = StandardScaler().fit(X_train)
    X_train = scaler.transform(X_train)
    X_test = scaler.transform(X_test)
    best, winner = 0.0, None
    for penalty in (0.01, 0.1, 1.0, 10.0):
        model = LogisticRegression(C=penalty, max_iter=500)
        score = cross_val_score(model, X_train, y_train, cv=5).mean()
        if score > best:
            best, winner = score, penalty
    if winner is None:
        raise ValueError("no penalty was any good")
    final = LogisticRegression(C=winner, max_iter=500).fit(X_train, y_train)
    print("penalty", winner, "cross-validated", best)
    return final, final.score(X_test, y_test)


'''
_IMPORTS = """\
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score, train_test_split
from sklearn.preprocessing import StandardScaler


"""


def relevant_files(tree: Tree) -> list[str]:
    """Return the files of a tree that are worth parsing."""
    options = settings_from({}).analysis
    found = []
    for file in tree.files:
        try:
            text = read_source(file, Path(file)).text
        except (UnreadableError, SkippedError):
            continue
        if is_relevant(text, options, tuple(imports(text))):
            found.append(file)
    return found


def program(lines: int) -> str:
    """Return a program of about so many lines, each function of which splits, searches, fits and judges."""
    blocks = (lines - _IMPORTS.count("\n")) // _BLOCK.count("\n")
    return _IMPORTS + "".join(_BLOCK.format(n=number) for number in range(blocks))


def by_file_size(check: Sequence[str], folder: Path, rounds: int) -> dict[str, Any]:
    """Measure one file of each size; a small one shows the start-up, which the exponent leaves out."""
    contenders = []
    for lines in (50, *_SIZES):
        file = folder / f"program_{lines}.py"
        file.write_text(program(lines), "utf-8")
        contenders.append(Contender(str(lines), [*check, "--no-cache", str(file)]))
    taken = take_turns(contenders, rounds, 0)
    smallest = taken.pop("50").cpu
    points = [(int(lines), one.cpu - smallest) for lines, one in taken.items()]
    return {"lines": as_plain(taken), "start_up_cpu": smallest, "exponent": _exponent(points)}


def by_number(check: Sequence[str], tree: Tree, rounds: int) -> dict[str, Any]:
    """Measure every eighth, fourth, second file of a tree, and all."""
    contenders = [
        Contender(str(len(tree.files[::share])), [*check, "--no-cache", *tree.files[::share]]) for share in _SHARES
    ]
    taken = take_turns(contenders, rounds, 0)
    points = [(int(count), one.cpu) for count, one in taken.items()]
    return {"project": tree.project, "files": as_plain(taken), "exponent": _exponent(points)}


def one_changed(check: Sequence[str], tree: Tree, folder: Path, rounds: int) -> dict[str, Any]:
    """Measure a run after one file of a known project has changed, against a run over that file alone."""
    project, cache = folder / "project", folder / "project-cache"
    files = [_copied(file, tree, project) for file in itertools.islice(relevant_files(tree), _PROJECT)]
    file = _typical(files)
    warm = [*check, "--cache-dir", str(cache), str(project)]
    time.sleep(_CLOCK)
    take_turns([Contender("first", warm)], 1, 0)
    number = itertools.count()

    def change() -> None:
        with open(file, "a", encoding="utf-8") as stream:
            stream.write(f"\nCHANGED = {next(number)}\n")

    contenders = [
        Contender("one changed", warm, before=change),
        Contender("that file alone", [*check, "--no-cache", str(file)]),
        Contender("none changed", warm),
    ]
    taken = take_turns(contenders, rounds, 0)
    return {"files": len(files), "changed": str(file.relative_to(project)), "taken": as_plain(taken)}


def _copied(file: str, tree: Tree, project: Path) -> Path:
    copy = project / Path(file).relative_to(tree.path)
    copy.parent.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copyfile(file, copy))


def _typical(files: Sequence[Path]) -> Path:
    """Return the file of median size among those whose name no other one spells: it is imported by none."""
    spelled = Counter(word for file in files for word in set(_WORD.findall(file.read_text("utf-8", "replace"))))
    alone = [file for file in files if not spelled[file.stem]]
    return sorted(alone, key=lambda file: file.stat().st_size)[len(alone) // 2]


def _exponent(points: Sequence[tuple[int, float]]) -> float:
    """Return by which power of the size the cost grows: 1 is linear."""
    sizes, costs = zip(*points, strict=True)
    return round(linear_regression([log(size) for size in sizes], [log(max(cost, 1e-3)) for cost in costs]).slope, 3)
