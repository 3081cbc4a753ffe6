"""Where the trials of an examination run: threads, loky's processes, or a Dask cluster."""

from __future__ import annotations

from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_DASK = "dask"
_SCHEME = "dask://"
_HERE = ("loky", "threading")
_SECONDS = 10.0


class BackendError(ValueError):
    """No such backend, or none that answers."""


def connect(backend: str, workers: int) -> AbstractContextManager[AbstractContextManager[Any]]:
    """Return joblib's configuration for a backend, as a context manager that keeps the connection open.

    Args:
        backend: `loky`, `threading`, `dask` for a cluster of this machine's own, or `dask://host:port`.
        workers: how many a cluster of our own has.

    Raises:
        BackendError: there is no such backend, Dask is not installed, or no scheduler is at that address.
    """
    from joblib import parallel_config

    if backend in _HERE:
        return nullcontext(parallel_config(backend=backend))
    if backend != _DASK and not backend.startswith(_SCHEME):
        raise BackendError(f"expected {', '.join(_HERE)}, {_DASK}, or {_SCHEME}host:port")
    return _dask(backend.removeprefix(_DASK).removeprefix("://"), workers)


@contextmanager
def _dask(address: str, workers: int) -> Iterator[AbstractContextManager[Any]]:
    from joblib import parallel_config

    try:
        distributed: Any = import_module("distributed")
    except ImportError as error:
        raise BackendError("Dask is not installed: pip install 'dask[distributed]'") from error
    try:
        client = (
            distributed.Client(f"tcp://{address}", timeout=_SECONDS)
            if address
            else distributed.Client(n_workers=workers, threads_per_worker=1, dashboard_address=None)
        )
    except OSError as error:
        raise BackendError(f"no Dask scheduler answers at {address}: {error}") from error
    with client:
        yield parallel_config(backend=_DASK)
