"""What may be known of a sealed object, and which module knows its kind."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


class Outline(Protocol):
    """A sealed object without its values. Can be pickled; shared by all copies of a handle."""

    @property
    def original(self) -> type:
        """The type of the sealed object; reading another of its attributes than the facts is reading values."""

    @property
    def length(self) -> int | None:
        """What `len` gives, or None where the object has none."""

    @property
    def indexers(self) -> frozenset[str]:
        """The attributes that are indexed like the object itself, such as `iloc`."""

    def facts(self) -> Mapping[str, Any]:
        """The attributes that can be read, such as `shape`."""

    @property
    def attributes(self) -> frozenset[str]:
        """The object's attributes that its type does not have, such as columns."""

    def selected(self, how: str, key: Any) -> Outline | None:
        """Return the outline of `object[key]`, or of `object.how[key]`; None if that is a read of values."""

    def __str__(self) -> str:
        """Such as "ndarray of shape (20, 5) and dtype float64"."""


_HOMES = {
    "builtins.list": "sequences",
    "builtins.tuple": "sequences",
    "datasets.Dataset": "hugging_face",
    "numpy.ndarray": "arrays",
    "pandas.DataFrame": "frames",
    "pandas.Index": "frames",
    "pandas.Series": "frames",
    "polars.DataFrame": "polars_frames",
    "polars.Series": "polars_frames",
    "scipy._spbase": "sparse",
    "torch.Dataset": "torch_datasets",
    "torch.Tensor": "tensors",
}
_CAN_BE_SEALED = (
    "NumPy arrays, pandas frames, series and indexes, polars frames and series, SciPy sparse arrays and matrices, "
    "PyTorch tensors and datasets with a length, Hugging Face datasets, lists, tuples, and generators"
)


def outline(value: object) -> Outline:
    """Return what may be known of an object.

    Raises TypeError if objects of its type cannot be sealed.
    """
    for kind in type(value).__mro__:
        home = _HOMES.get(f"{kind.__module__.partition('.')[0]}.{kind.__qualname__}")
        if home is not None:
            module = import_module(f"leakguard.seal.handles.{home}")
            return module.outline(value)  # type: ignore[no-any-return]  # each of these modules has one
    kind = type(value)
    raise TypeError(
        f"{kind.__module__}.{kind.__qualname__} cannot be sealed; what can be: {_CAN_BE_SEALED}. "
        "Seal the objects that hold its values, and build it from them once they are opened"
    )
