"""Seals objects and files until they are opened, once."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload
from uuid import uuid4

from leakguard.seal.handles.arrays import ArrayOutline
from leakguard.seal.handles.handle import Sealed, SealedIterator
from leakguard.seal.handles.keys import objects_key
from leakguard.seal.handles.outline import outline
from leakguard.seal.handles.packing import Packed
from leakguard.seal.handles.source import Source
from leakguard.seal.seals import Kept, Seal

if TYPE_CHECKING:
    from leakguard.seal.files import PathSeal
    from leakguard.seal.handles.outline import Outline

_A = TypeVar("_A")
_B = TypeVar("_B")
_C = TypeVar("_C")
_Path = str | os.PathLike[str]
_Paths = _Path | Iterable[_Path]
_OnRead = Literal["refuse", "watch"]


@overload
def seal(*, paths: _Paths, name: str = ...) -> Seal: ...
@overload
def seal(one: _A, /, *, paths: _Paths = ..., name: str = ..., on_read: _OnRead = ...) -> tuple[_A, Seal]: ...
@overload
def seal(
    one: _A, two: _B, /, *, paths: _Paths = ..., name: str = ..., on_read: _OnRead = ...
) -> tuple[_A, _B, Seal]: ...
@overload
def seal(
    one: _A, two: _B, three: _C, /, *, paths: _Paths = ..., name: str = ..., on_read: _OnRead = ...
) -> tuple[_A, _B, _C, Seal]: ...
@overload
def seal(*rows: object, paths: _Paths = ..., name: str = ..., on_read: _OnRead = ...) -> tuple[Any, ...]: ...
def seal(*rows: object, paths: _Paths = (), name: str = "the test set", on_read: _OnRead = "refuse") -> Any:
    """Seal objects, and the files that they come from, until they are opened once.

        X_test, y_test, sealed = seal(X_test, y_test, paths=["test.csv"])

    Each object is copied into memory that nobody may read, and a stand-in with its shape, length, dtype, columns and
    index is returned for it; the `Seal` comes last, and alone if there are only paths. Keep no other reference to the
    objects. Until the seal is opened, any read of a value, and any opening of a path, is recorded with the reader's
    line, then refused with `SealBroken`. Generators and other iterators are drained.

    Args:
        *rows: NumPy arrays, pandas or polars frames and series, SciPy sparse arrays, PyTorch tensors and datasets,
            Hugging Face datasets, lists, tuples, iterators.
        paths: Files that hold the same rows.
        name: What errors and the ledgers call the rows.
        on_read: "watch" gives real NumPy arrays, read-only, over pages that stay readable: reads are not refused, and
            the pages' referenced bits alone tell of them. For native code that needs an array.

    Raises:
        TypeError: an object is of a kind that cannot be sealed, or cannot be pickled.
        ValueError: there is nothing to seal.
    """
    files = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    if not rows and not files:
        raise ValueError("nothing to seal: give the test rows, as in seal(X_test, y_test), or paths=[...]")
    if on_read not in {"refuse", "watch"}:
        raise ValueError(f"on_read={on_read!r}: expected 'refuse' or 'watch'")
    token = uuid4().hex
    drafts = [_draft(value, f"{token}/{number}", name) for number, value in enumerate(rows)]
    key = objects_key((one.value, one.packed) for one in drafts)
    stand_ins = [_watched(one) if on_read == "watch" else _refusing(one) for one in drafts]
    path_seal = _path_seal(files, name) if files else None
    kept = Kept(
        token=token,
        content_key=key or (path_seal.content_key if path_seal else ""),
        sources=tuple(one.source for one in drafts),
        originals=tuple(_references(rows)),
        paths=path_seal,
        watched=on_read == "watch",
        rows=drafts[0].rows if drafts else None,
    )
    return (*stand_ins, Seal(name, kept)) if rows else Seal(name, kept)


def _path_seal(paths: list[_Path], name: str) -> PathSeal:
    from leakguard.seal.files import seal_paths

    return seal_paths(paths, name)


@dataclass(frozen=True, slots=True)
class _Draft:
    """An object on its way into a seal; of an iterator, the list of its items."""

    value: object
    outline: Outline
    packed: Packed
    source: Source

    @property
    def rows(self) -> int | None:
        return self.outline.length or next(iter(self.outline.facts().get("shape", ())), None)


def _draft(value: object, token: str, name: str) -> _Draft:
    drained = isinstance(value, Iterator)
    whole = list(value) if isinstance(value, Iterator) else value
    known = outline(whole)
    try:
        packed = Packed(whole)
    except Exception as error:
        raise TypeError(f"{name}: {known} cannot be sealed, as it cannot be pickled: {error}") from error
    return _Draft(whole, known, packed, Source(token, name, packed, drained))


def _refusing(draft: _Draft) -> Sealed:
    draft.packed.pages.close()
    kind = SealedIterator if draft.source.drained else Sealed
    return kind(draft.source, draft.outline)


def _watched(draft: _Draft) -> object:
    known = draft.outline
    if not isinstance(known, ArrayOutline) or known.facts()["nbytes"] != draft.packed.outside:
        raise TypeError(f"{known} cannot be watched: on_read='watch' takes NumPy arrays of plain values")
    array = draft.packed.restored(writable=False)
    draft.packed.pages.watch()
    return array


def _references(values: Iterable[object]) -> Iterator[weakref.ref[Any]]:
    """Yield weak references to those objects that can have one, and to the arrays that they are views of."""
    for value in values:
        if type(value).__weakrefoffset__ and not isinstance(value, Iterator):
            yield weakref.ref(value)
        whole = value
        while (base := _base(whole)) is not None:
            whole = base
        if whole is not value:
            yield weakref.ref(whole)


def _base(value: object) -> object:
    """Return the array or tensor that one is a view of."""
    kind = type(value)
    name = {"numpy": "base", "torch": "_base"}.get(kind.__module__.partition(".")[0], "")
    base = getattr(value, name, None) if name else None
    return base if base is not None and type(base).__weakrefoffset__ else None
