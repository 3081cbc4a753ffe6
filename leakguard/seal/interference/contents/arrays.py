"""What NumPy's and SciPy's values hold, to the last bit that means something."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from leakguard.seal.interference.contents import KEPT, Branch, Leaf
from leakguard.seal.interference.contents.plain import read_elements

if TYPE_CHECKING:
    from leakguard.seal.interference.contents import Contents


def read(value: object) -> Contents:
    """Return what an array, a NumPy scalar, a random generator or a sparse matrix holds; None for anything else."""
    match value:
        case np.ma.MaskedArray():
            return _masked(value)
        case np.ndarray():
            return _array(np.asarray(value))
        case np.generic():
            return _array(np.asarray(value))
        case np.random.RandomState():
            return Branch([(".state", value.get_state(legacy=False))])
        case np.random.Generator():
            return Branch([(".state", value.bit_generator.state)])
        case np.random.BitGenerator():
            return Branch([(".state", value.state)])
        case np.dtype():
            return Leaf(str(value).encode(), (str(value),))
        case np.ufunc():
            return Leaf(value.__name__.encode(), (value.__name__,))
    return _sparse(value)


def _array(array: np.ndarray[Any, Any]) -> Contents:
    if array.dtype.names:  # field by field, as what lies between the fields may hold anything
        fields = [(f"[{name!r}]", array[name]) for name in array.dtype.names]
        return Branch([(".shape", array.shape), *fields])
    if array.dtype.hasobject:
        elements = read_elements(array.ravel().tolist())
        return Branch([(".shape", array.shape), (".elements", array.ravel().tolist())]) if array.ndim != 1 else elements
    if array.dtype.kind in "fc" and array.dtype.itemsize > _itemsize_of_doubles(array):
        return Branch([(".rounded", rounded := _doubles(array)), (".rest", _doubles(array - rounded))])
    data = f"{array.dtype.str} {array.shape} ".encode() + array.tobytes()
    return Leaf(data, array.ravel().tolist() if array.size <= KEPT else (), array.shape)


def _itemsize_of_doubles(array: np.ndarray[Any, Any]) -> int:
    return 8 if array.dtype.kind == "f" else 16


def _doubles(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return long doubles as doubles: theirs are padded by bytes that may hold anything."""
    return array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)


def _masked(array: np.ma.MaskedArray[Any, Any]) -> Contents:
    """Return the mask, and the data where it is not masked."""
    mask = np.ma.getmaskarray(array)
    return Branch([(".mask", mask), (".shown", np.asarray(array.data)[~mask])])


def _sparse(value: object) -> Contents:
    sparse = sys.modules.get("scipy.sparse")
    if sparse is None or not sparse.issparse(value):
        return None
    held: Any = value
    triples = held.tocoo()
    coordinates = [(f".coordinates[{at}]", one) for at, one in enumerate(triples.coords)]
    return Branch([(".shape", held.shape), *coordinates, (".data", triples.data)])
