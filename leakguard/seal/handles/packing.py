"""Moves an object's values into pages and back, bit by bit.

Pickle protocol 5 (PEP 574) hands out the buffers of arrays, frames and tables beside the stream: both go into pages.
Restored arrays are views of the pages.
"""

from __future__ import annotations

import hashlib
import io
import pickle
from typing import TYPE_CHECKING, Any

from leakguard.seal.pages import Pages

if TYPE_CHECKING:
    from collections.abc import Callable


class Packed:
    """An object as buffers in pages; `outside` counts the bytes of those that are not in the pickle's own stream."""

    def __init__(self, value: object) -> None:
        """Raises whatever the object's own pickling raises."""
        self.pages = Pages()
        stream = io.BytesIO()
        room = _Room(self.pages)
        _Packer(stream, room).dump(value)
        self.outside = room.used
        self.pages.add(stream.getbuffer())

    def restored(self, *, writable: bool) -> Any:
        """Return the object again; where it is made of arrays, these are views of the pages."""
        *buffers, stream = self.pages.views(writable=writable)
        return pickle.loads(stream, buffers=buffers)  # noqa: S301 - our own bytes

    def digest(self) -> str:
        """Return what the object has in common with its copies, as far as their pickles are the same."""
        digest = hashlib.blake2b(digest_size=16)
        for view in self.pages.views(writable=False):
            digest.update(view)
        return digest.hexdigest()


class _Room:
    """The pages, as the packer's callback fills them; apart from the packer, which nothing may keep alive."""

    def __init__(self, pages: Pages) -> None:
        self.used = 0
        self._pages = pages
        self._placed: object = None

    def place(self, array: Any) -> Any:
        """Copy an array that doesn't lie in one piece straight into the pages, and return its reduction there."""
        import numpy as np

        placed = np.frombuffer(self._pages.reserve(array.nbytes), array.dtype).reshape(array.shape)
        np.copyto(placed, array)
        reduced = placed.__reduce_ex__(5)
        self._placed = reduced[1][0]
        return reduced

    def keep(self, buffer: pickle.PickleBuffer) -> None:
        with buffer.raw() as data:
            self.used += data.nbytes
            if buffer is not self._placed:
                self._pages.add(data)
        buffer.release()  # else what it is a buffer of lives as long as the packer


class _Packer(pickle.Pickler):
    """Hands out buffers also for what pickles them into its stream."""

    def __init__(self, stream: io.BytesIO, room: _Room) -> None:
        super().__init__(stream, 5, buffer_callback=room.keep)
        self._room = room

    def reducer_override(self, value: object) -> Any:
        kind = type(value)
        name = f"{kind.__module__}.{kind.__qualname__}"
        if name == "numpy.ndarray":
            return self._reduced_array(value)
        return _REDUCERS[name](value) if name in _REDUCERS else NotImplemented

    def _reduced_array(self, array: Any) -> Any:
        import numpy as np

        if array.dtype.kind in "mM":  # which the buffer protocol doesn't know
            return _viewed, (array.view(np.int64), array.dtype)
        in_one_piece = array.flags.c_contiguous or array.flags.f_contiguous
        return NotImplemented if array.dtype.hasobject or in_one_piece else self._room.place(array)


def _viewed(array: Any, dtype: Any) -> Any:
    return array.view(dtype)


def _reduced_tensor(tensor: Any) -> Any:
    import torch

    if tensor.layout is not torch.strided or tensor.device.type != "cpu" or tensor.is_quantized:
        return NotImplemented
    plain = tensor.detach().resolve_conj().resolve_neg().contiguous()
    raw = plain.reshape(-1).view(torch.uint8).numpy()
    return _tensor, (raw, tensor.dtype, tuple(tensor.shape), tensor.requires_grad)


def _tensor(raw: Any, dtype: Any, shape: tuple[int, ...], requires_grad: bool) -> Any:  # noqa: FBT001 - as above
    import torch

    return torch.from_numpy(raw).view(dtype).reshape(shape).requires_grad_(requires_grad)


def _reduced_mapped_table(table: Any) -> Any:
    """Take the values of a table that is mapped from a file, where it would pickle the file's name only."""
    from datasets.table import InMemoryTable

    return InMemoryTable, (table.table,)


_REDUCERS: dict[str, Callable[[Any], Any]] = {
    "torch.Tensor": _reduced_tensor,
    "datasets.table.MemoryMappedTable": _reduced_mapped_table,
    "datasets.table.ConcatenationTable": _reduced_mapped_table,
}
