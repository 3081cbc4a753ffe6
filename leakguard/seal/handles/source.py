"""One sealed object: where its values lie, and of which seal it is a part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from weakref import WeakValueDictionary

if TYPE_CHECKING:
    from leakguard.seal.handles.packing import Packed

CLOSED: Final = object()


@dataclass(slots=True, eq=False, weakref_slot=True)
class Source:
    """`token` recognises the object in all processes; `value` is `CLOSED` except while its seal is opened.

    Where there is no `packed`, the values were handed over, or are in another process.
    """

    token: str
    subject: str
    packed: Packed | None = None
    drained: bool = False
    value: object = CLOSED
    ledger_file: str | None = None

    def __post_init__(self) -> None:
        _sources[self.token] = self

    @property
    def seal(self) -> str:
        """The token of the seal."""
        return self.token.partition("/")[0]

    def hand_over(self) -> object:
        """Restore the object, of whose values the pages now belong to whoever keeps it."""
        packed, self.packed = self.packed, None
        if packed is None:
            raise RuntimeError(f"{self.subject}: the values were handed over already")
        packed.pages.open()
        restored = packed.restored(writable=True)
        self.value = iter(restored) if self.drained else restored
        return self.value


_sources: WeakValueDictionary[str, Source] = WeakValueDictionary()


def arrived(token: str, subject: str, ledger_file: str) -> Source:
    """Return the source that a pickled handle speaks of: the object itself where it is known, else a mere name of it.

    A worker may be older than the seal, so the handle brings the ledger's file along.
    """
    known = _sources.get(token)
    if known is None:
        known = Source(token, subject, ledger_file=ledger_file)
    return known
