"""By which content the opening ledger recognises sealed objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leakguard.seal.openings.content import rows_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leakguard.seal.handles.packing import Packed


def objects_key(objects: Iterable[tuple[object, Packed]]) -> str:
    """Return the key of objects that are sealed together."""
    return "+".join(_key(value, packed) for value, packed in objects)


def _key(value: Any, packed: Packed) -> str:
    home = type(value).__module__.partition(".")[0]
    if home == "datasets":
        return rows_key(value.to_pandas())
    if hasattr(value, "shape") or isinstance(value, list | tuple):
        try:
            return rows_key(value)
        except (TypeError, ValueError):  # ragged lists, and what NumPy has no type for
            pass
    return f"pickle:{packed.digest()}"
