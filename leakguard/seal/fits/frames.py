"""Where each thread is: the fits that have not returned yet, and the loops over folds."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leakguard.seal.fits.calls import Estimator
    from leakguard.seal.fits.folds import Fold
    from leakguard.seal.fits.identity import Seen


@dataclass(slots=True)
class Frame:
    """A recorded fit that has not returned yet.

    `inside` are the fits recorded within it, `used` the fits of what it applied that was fitted elsewhere; `splits`
    once a splitter gave it folds: what it calls then counts as outermost again.
    """

    fit: str
    estimator: Estimator
    seen: Seen | None
    outer: str
    inside: set[str] = field(default_factory=set)
    used: dict[str, None] = field(default_factory=dict)
    splits: bool = False


class Place(threading.local):
    """Where a thread is."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.loops: list[Fold] = []
        self.splitting = False
        self.applying = False

    @property
    def frame(self) -> Frame | None:
        """The innermost recorded fit."""
        return self.frames[-1] if self.frames else None
