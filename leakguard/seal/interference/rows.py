"""Taking rows by their places, and fewer of them that still look like all."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    Places = np.ndarray[Any, np.dtype[np.intp]]

_MOST_CLASSES = 50


def count(rows: Any) -> int:  # noqa: ANN401 - rows of any library
    """Return the number of rows, of a sparse matrix too."""
    shape = getattr(rows, "shape", None)
    return int(shape[0]) if shape else len(rows)


def take(rows: Any, places: Places) -> Any:  # noqa: ANN401
    """Return the rows at some places, in the type that they have."""
    if hasattr(rows, "iloc"):
        return rows.iloc[places]
    if isinstance(rows, list):
        return [rows[at] for at in places]
    if hasattr(rows, "tocsr"):
        return rows.tocsr()[places]
    return rows[places]


def spliced(rows: Any, places: Places, others: Any) -> Any:  # noqa: ANN401
    """Return the same rows with others in some places, in the same type and under the same names."""
    import numpy as np

    order = np.arange(count(rows))
    order[places] = count(rows) + np.arange(len(places))
    joined = take(_joined(rows, others), order)
    if hasattr(rows, "iloc"):
        joined.index = rows.index
    return joined


def _joined(rows: Any, others: Any) -> Any:  # noqa: ANN401
    match type(rows).__module__.partition(".")[0]:
        case "builtins":
            return [*rows, *others]
        case "pandas":
            return import_module("pandas").concat([rows, others])
        case "polars":
            return import_module("polars").concat([rows, others])
        case "torch":
            return import_module("torch").cat([rows, others])
        case "scipy":
            return import_module("scipy.sparse").vstack([rows, others], format="csr")
        case _:
            return import_module("numpy").concatenate([rows, others])


def reduced(
    train: tuple[Any, ...], rows: int | None, groups: Sequence[object] | None, seed: int
) -> tuple[tuple[Any, ...], tuple[str, ...]]:
    """Return at most so many training rows, in their order, and what to tell of that.

    Classes keep their shares, with two rows each at least; of groups, some are taken whole.
    """
    if rows is None or not train or count(train[0]) <= rows:
        return train, ()
    import numpy as np

    rng, total = np.random.default_rng(seed), count(train[0])
    places = _by_classes(train, rows, rng) if groups is None else _whole_groups(np.asarray(groups), rows, rng)
    smaller = tuple(take(one, places) for one in train)
    return smaller, (f"only {len(places)} of {total} training rows took part",)


def _whole_groups(groups: np.ndarray[Any, Any], rows: int, rng: np.random.Generator) -> Places:
    import numpy as np

    taken: list[Places] = []
    for group in rng.permutation(np.unique(groups)):
        places = np.flatnonzero(groups == group)
        if not taken or sum(map(len, taken)) + len(places) <= rows:
            taken.append(places)
    return np.sort(np.concatenate(taken))


def _by_classes(train: tuple[Any, ...], rows: int, rng: np.random.Generator) -> Places:
    import numpy as np

    total = count(train[0])
    labels = np.asarray(train[1]) if len(train) > 1 else np.zeros(total)
    classes, which = np.unique(labels, return_inverse=True) if labels.ndim == 1 else (np.zeros(1), np.zeros(total))
    if len(classes) > _MOST_CLASSES:
        return np.sort(rng.permutation(total)[:rows])
    parts = [rng.permutation(np.flatnonzero(which == one)) for one in range(len(classes))]
    shares = [max(2, round(rows * len(part) / total)) for part in parts]
    return np.sort(np.concatenate([part[:share] for part, share in zip(parts, shares, strict=True)]))
