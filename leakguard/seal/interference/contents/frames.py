"""What the values of pandas and polars hold."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from leakguard.seal.interference.contents import Branch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.seal.interference.contents import Contents


def read(value: object) -> Contents:
    """Return what a frame, a series, an index or an extension array holds; None for anything else."""
    package = type(value).__module__.partition(".")[0]
    pandas, polars = sys.modules.get("pandas"), sys.modules.get("polars")
    found = _pandas(value, pandas) if pandas is not None else None
    if found is None and polars is not None and package == "polars":
        return _polars(value, polars)
    return found


def _pandas(value: Any, pandas: Any) -> Contents:  # noqa: ANN401 - a library's values and the library, loaded or not
    match value:
        case pandas.DataFrame():
            return Branch(_columns(value))
        case pandas.Series():
            return Branch([(".name", value.name), (".index", value.index), (".array", value.array)])
        case pandas.MultiIndex():
            levels = [(f".level[{at}]", value.get_level_values(at).array) for at in range(value.nlevels)]
            return Branch([(".names", list(value.names)), *levels])
        case pandas.Index():
            return Branch([(".name", value.name), (".array", value.array)])
        case pandas.Categorical():
            return Branch([(".ordered", value.ordered), (".categories", value.categories), (".codes", value.codes)])
        case pandas.api.extensions.ExtensionArray():
            return Branch([(".dtype", str(value.dtype)), (".values", _elements(value))])
        case pandas.api.extensions.ExtensionDtype():
            return Branch([(".name", str(value))])
    return None


def _columns(frame: Any) -> Iterator[tuple[str, object]]:  # noqa: ANN401 - a pandas frame
    yield ".columns", frame.columns
    yield ".index", frame.index
    yield ".attrs", frame.attrs
    for at, name in enumerate(frame.columns):
        yield f"[{name!r}]", frame.iloc[:, at].array


def _elements(array: Any) -> object:  # noqa: ANN401 - an extension array of pandas
    """Return the elements as NumPy holds them: what missing ones hide may be anything."""
    if hasattr(array, "asi8"):
        return array.asi8
    if type(array).__name__ == "NumpyExtensionArray":
        return array.to_numpy()
    missing = array.isna()
    return {"missing": missing, "others": array[~missing].astype(object)}


def _polars(value: Any, polars: Any) -> Contents:  # noqa: ANN401 - as `_pandas`
    match value:
        case polars.DataFrame():
            return Branch((f"[{one.name!r}]", one) for one in value.get_columns())
        case polars.Series():
            return Branch([(".name", value.name), (".dtype", str(value.dtype)), (".values", value.to_list())])
        case polars.LazyFrame():
            return Branch([(".collect()", value.collect())])
    return None
