"""What is said when leakguard itself fails on a file."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from leakguard.diagnostic import Place
from leakguard.remarks import INTERNAL_ERROR

if TYPE_CHECKING:
    from leakguard.diagnostic import Diagnostic

_TRACEBACK = "LEAKGUARD_TRACEBACK"


def internal_error(filename: str, what: str, error: Exception) -> Diagnostic:
    """Return the remark that `what` failed, with all that a report of the defect needs."""
    return INTERNAL_ERROR.at(Place(filename, None, 1, 1, 1, 1), defect(what, error))


def defect(what: str, error: Exception) -> str:
    """Say that `what` failed and where; with a whole traceback before it if the environment asks for one."""
    if os.environ.get(_TRACEBACK):
        traceback.print_exception(error, file=sys.stderr)
    kind = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return f"{what} failed with {kind} ({_raised_at(error)}); this is a defect of leakguard: please report it"


def _raised_at(error: Exception) -> str:
    match traceback.extract_tb(error.__traceback__, limit=-1):
        case [frame]:
            return f"{Path(frame.filename).name}:{frame.lineno}"
        case _:
            return "place unknown"
