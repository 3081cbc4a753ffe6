"""Keys that recognise a test set by its content, whatever it is called and in whatever it is kept.

The key of rows does not depend on their order, on the library or the number type that holds them, or on the names of
columns; the key of files does not depend on their names. Keys are no secrets, and no protection against anybody who
wants two sets to have the same one.
"""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

_CHUNK = 1 << 20  # bytes
_CELLS = 1 << 20  # cells that are hashed at once
_ODD = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)  # of Steele et al., SplitMix64 (OOPSLA 2014)


def file_digest(file: str | os.PathLike[str]) -> str:
    """Return what a file's content has in common with its copies only; raises OSError."""
    with open(file, "rb", buffering=0) as stream:
        digest = hashlib.blake2b(digest_size=16)
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def files_key(digests: Iterable[str]) -> str:
    """Return the key of a test set that consists of files, from their digests in any order."""
    return "files:" + hashlib.blake2b("".join(sorted(digests)).encode(), digest_size=16).hexdigest()


def rows_key(rows: object) -> str:
    """Return the key of rows in an array, frame, tensor, sparse matrix or nested sequence, one row each.

    One-dimensional data are rows of one value. Values are compared as 64-bit floats, dates as such; what is neither,
    by its text.
    """
    table = _sliceable(rows)
    count, columns = int(table.shape[0]), math.prod(table.shape[1:])
    step = max(1, _CELLS // max(1, columns))
    total = sum(_hashed(_dense(table[start : start + step])) for start in range(0, count, step)) % 2**64
    return f"rows:{count}x{columns}:{total:016x}"


def _sliceable(rows: Any) -> Any:  # noqa: ANN401 - of any library
    import numpy as np

    if hasattr(rows, "tocsr"):
        return rows.tocsr()
    if hasattr(rows, "detach"):
        rows = rows.detach().cpu()
    elif hasattr(rows, "to_numpy"):
        rows = rows.to_numpy()
    table = np.atleast_1d(np.asarray(rows))
    return np.array(rows, dtype=object) if isinstance(rows, list | tuple) and table.dtype.kind in "US" else table


def _dense(rows: Any) -> NDArray[Any]:  # noqa: ANN401 - an array or a sparse matrix
    import numpy as np

    table = np.asarray(rows.toarray() if hasattr(rows, "toarray") else rows)
    return table.reshape(len(table), -1)


def _hashed(table: NDArray[Any]) -> int:
    """Return the sum of the hashes of some rows."""
    import numpy as np

    with np.errstate(over="ignore"):
        column = _mixed(np.arange(1, table.shape[1] + 1, dtype=np.uint64))
        cells = _mixed(_bits(table) ^ column)
        return int(_mixed(cells.sum(axis=1, dtype=np.uint64)).sum(dtype=np.uint64))


def _bits(table: NDArray[Any]) -> NDArray[np.uint64]:
    import numpy as np

    if table.dtype.kind in "Mm":
        table = table.astype(f"{table.dtype.kind}8[ns]").astype(np.int64)
    elif table.dtype.kind not in "fiub":
        return _of_objects(table)
    numbers = np.array(table, dtype=np.float64)
    numbers += 0.0  # -0.0 is 0.0
    numbers[np.isnan(numbers)] = np.nan  # there are many
    return numbers.view(np.uint64)


def _of_objects(table: NDArray[Any]) -> NDArray[np.uint64]:
    import numpy as np

    known: dict[object, int] = {}
    flat = [known.get(cell) or known.setdefault(cell, _of_cell(cell)) for cell in map(_plain, table.ravel().tolist())]
    return np.array(flat, dtype=np.uint64).reshape(table.shape)


def _plain(cell: object) -> str | float:
    """Return a number as such, what is missing as NaN, and all else as text."""
    if cell is None or type(cell).__name__ in {"NAType", "NaTType"}:
        return float("nan")
    return float(cell) if isinstance(cell, int | float) else str(cell)


def _of_cell(cell: str | float) -> int:
    import numpy as np

    if isinstance(cell, float):
        return int(_bits(np.array([cell]))[0])
    return int.from_bytes(hashlib.blake2b(cell.encode(errors="surrogatepass"), digest_size=8).digest(), "little")


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Scatter 64-bit values, each bit of them over all: the finaliser of SplitMix64."""
    import numpy as np

    mixed = values + np.uint64(_ODD[0])
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(_ODD[1])
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(_ODD[2])
    return mixed ^ (mixed >> np.uint64(31))
