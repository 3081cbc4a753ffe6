"""Seals: while something is tuned, refuse and record every use of the rows that are kept for the end.

Importing this module loads nothing but the standard library; NumPy and the other libraries are imported once
something of theirs is sealed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leakguard.seal.broken import SealBroken
    from leakguard.seal.files.sealing import PathSeal, seal_paths
    from leakguard.seal.fits.watching import watch_fits
    from leakguard.seal.interference.apart import TunerError
    from leakguard.seal.interference.check import check_sealed
    from leakguard.seal.interference.folds.check import check_folds_sealed
    from leakguard.seal.interference.independence import check_row_independence
    from leakguard.seal.interference.noise import Noise, Poisoning
    from leakguard.seal.joining import join
    from leakguard.seal.openings.errors import AlreadyOpened, OpeningsError
    from leakguard.seal.sealing import seal
    from leakguard.seal.seals import Seal
    from leakguard.seal.verdict import Breach, Evidence, Ruling, Verdict

_HOMES = {
    "AlreadyOpened": "openings.errors",
    "Breach": "verdict",
    "Evidence": "verdict",
    "Noise": "interference.noise",
    "OpeningsError": "openings.errors",
    "PathSeal": "files.sealing",
    "Poisoning": "interference.noise",
    "Ruling": "verdict",
    "Seal": "seals",
    "SealBroken": "broken",
    "TunerError": "interference.apart",
    "Verdict": "verdict",
    "check_folds_sealed": "interference.folds.check",
    "check_row_independence": "interference.independence",
    "check_sealed": "interference.check",
    "join": "joining",
    "seal": "sealing",
    "seal_paths": "files.sealing",
    "watch_fits": "fits.watching",
}

__all__ = [
    "AlreadyOpened",
    "Breach",
    "Evidence",
    "Noise",
    "OpeningsError",
    "PathSeal",
    "Poisoning",
    "Ruling",
    "Seal",
    "SealBroken",
    "TunerError",
    "Verdict",
    "check_folds_sealed",
    "check_row_independence",
    "check_sealed",
    "join",
    "seal",
    "seal_paths",
    "watch_fits",
]


def __getattr__(name: str) -> object:
    """Import a public name's module once it is asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
