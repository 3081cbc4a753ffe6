"""What the recorder writes into the run's ledger: sets of rows, fits, folds, judgements."""

from __future__ import annotations

import base64
import hashlib
import zlib
from typing import TYPE_CHECKING, Any

from leakguard.seal.fits.estimators import is_search, is_silent, is_transformer
from leakguard.seal.fits.rowhash import row_count
from leakguard.seal.ledger import Event, record

if TYPE_CHECKING:
    from leakguard.seal.fits.calls import Call
    from leakguard.seal.fits.folds import Cut, Fold
    from leakguard.seal.fits.frames import Frame
    from leakguard.seal.fits.identity import Seen
    from leakguard.seal.reader import Reader


class Entries:
    """Writes events; a set of rows is written once and then goes by its name."""

    def __init__(self) -> None:
        self._written: set[str] = set()

    def fit(
        self, call: Call, frame: Frame, *, beside: str, loops: list[Fold], stopping: int, reader: Reader | None
    ) -> None:
        """Write down a fit that has ended, by its return or by an exception."""
        facts = {
            "id": frame.fit,
            "method": call.name,
            **self._rows(frame.seen, row_count(call.rows)),
            "learned": list(dict.fromkeys((*(frame.seen.learned if frame.seen else ()), *frame.used))),
            "outer": frame.outer,
            "beside": beside,
            "folds": [fold.name for fold in loops],
            "silent": is_silent(call.owner),
            "prepares": is_transformer(call.owner),
            "searches": is_search(call.owner),
            "stopping": self._set(stopping),
        }
        record(Event("fit", call.owner_name, f"{call.name} on {facts['rows']} rows", reader=reader, facts=facts))

    def judged(self, call: Call, fits: tuple[str, ...], seen: Seen, reader: Reader | None) -> None:
        """Write down that something fitted predicted rows or was scored on them."""
        facts = {"fits": list(fits), "learned": list(seen.learned), **self._rows(seen, None)}
        record(Event("judged", call.owner_name, call.name, reader=reader, facts=facts))

    def fold(self, fold: Fold, cut: Cut, splitter: str, reader: Reader | None) -> None:
        """Write down a fold that a splitter is about to give out."""
        facts = {
            "number": fold.number,
            "holdout": cut.holdout,
            "assumed": cut.assumed,
            "inside": cut.inside,
            "learned": list(cut.learned),
            "train": self._set(cut.train),
            "test": self._set(cut.test),
            "size": cut.size,
        }
        record(Event("fold", fold.name, splitter, reader=reader, facts=facts))

    def fold_end(self, fold: Fold) -> None:
        """Write down that a loop went on to its next fold, or came to its end."""
        record(Event("fold-end", fold.name, "was left for the next one"))

    def _rows(self, seen: Seen | None, rows: int | None) -> dict[str, Any]:
        if seen is None:
            return {"rows": rows or 0, "unknown": rows or 0, "ambiguous": 0, "set": self._set(0)}
        return {"rows": seen.rows, "unknown": seen.unknown, "ambiguous": seen.ambiguous, "set": self._set(seen.bits)}

    def _set(self, bits: int) -> str:
        content = bits.to_bytes((bits.bit_length() + 7) // 8, "little")
        name = hashlib.blake2b(content, digest_size=8).hexdigest()
        if name not in self._written:
            self._written.add(name)
            text = base64.b85encode(zlib.compress(content, 1)).decode()
            record(Event("rows", name, f"{bits.bit_count()} rows", facts={"bits": text}))
        return name
