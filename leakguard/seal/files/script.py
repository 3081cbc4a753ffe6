"""Runs a Python program as Python would, with files sealed: so that a read in a child process is refused on its line.

    python -m leakguard.seal.files.script WORD train.py --depth 3

WORD is a file that `watched_arguments` of the parent process has written, which is removed once it is read.
"""

from __future__ import annotations

import os
import pickle
import runpy
import sys
import tempfile
from typing import TYPE_CHECKING

from leakguard.seal.files import audit
from leakguard.seal.ledger import VARIABLE, location

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leakguard.seal.files.sealing import PathSeal

_MODULE = "-m"


def watched_arguments(words: Sequence[str], seals: Sequence[PathSeal]) -> list[str]:
    """Return the arguments with which Python runs a script or a module under the seals; as they are for all else."""
    starts_program = bool(words) and (not words[0].startswith("-") or (words[0] == _MODULE and len(words) > 1))
    if not seals or not starts_program:
        return list(words)
    descriptor, word = tempfile.mkstemp(prefix="leakguard-word-")
    with open(descriptor, "wb") as file:
        pickle.dump((location(), [seal.word() for seal in seals]), file)
    return [_MODULE, __name__, word, *words]


def _main() -> None:
    _, word, *words = sys.argv
    with open(word, "rb") as file:
        ledger, seals = pickle.load(file)  # noqa: S301 - written by the process that started this one
    os.unlink(word)
    os.environ[VARIABLE] = ledger
    for name, token, targets in seals:
        audit.guard(audit.Guard(name, targets, token=token))
    if words[0] == _MODULE:
        sys.argv = words[1:]
        runpy.run_module(words[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = words
        sys.path[0] = os.path.dirname(os.path.realpath(words[0]))
        runpy.run_path(words[0], run_name="__main__")


if __name__ == "__main__":
    _main()
