"""By which rule a read of a sealed object is wrong: told from the functions on the stack."""

from __future__ import annotations

import sys
from functools import cache
from typing import TYPE_CHECKING, Any

from leakguard.seal.causes import Cause

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from leakguard.seal.handles.handle import Sealed

_FITTING = frozenset({"fit", "fit_transform", "partial_fit", "fit_resample", "fit_predict"})
_STOPPING = frozenset({"eval_set", "eval_X", "eval_y", "evals", "valid_sets", "validation_data", "X_val", "y_val"})


def cause_of_read(handle: Sealed) -> Cause:
    """Return what the outermost `fit` that was given the handle makes of the read; else that the rows chose."""
    cause = Cause.TEST_ROWS_CHOOSE
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - as `inspect`, without reading source files
    while frame is not None:
        if frame.f_code.co_name in _FITTING:
            given = {name for name, value in _arguments(frame) if _holds(value, handle)}
            if given:
                cause = Cause.TEST_ROWS_STOP if given <= _STOPPING else Cause.FITTED_ON_TEST
        frame = frame.f_back
    return cause


def _arguments(frame: FrameType) -> Iterator[tuple[str, Any]]:
    code, values = frame.f_code, frame.f_locals
    named = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    yield from ((name, values.get(name)) for name in named)
    rest = code.co_varnames[len(named) : len(named) + 2]  # of `*args` and `**options`, where there are any
    for options in (values.get(name) for name in rest):
        if isinstance(options, dict):
            yield from options.items()


def _holds(value: object, handle: Sealed, depth: int = 2) -> bool:
    if isinstance(value, list | tuple):
        return depth > 0 and any(_holds(one, handle, depth - 1) for one in value)
    return isinstance(value, _handles()) and value._source.seal == handle._source.seal  # noqa: SLF001 - of the same seal


@cache
def _handles() -> type[Sealed]:
    from leakguard.seal.handles.handle import Sealed  # which imports this module

    return Sealed
