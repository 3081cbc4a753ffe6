"""Watching cross-validation: which folds there are, and what is fitted inside each.

A fold is known by its rows. It is open while scikit-learn fits and scores it, while a loop over `split` is at it, or,
where the folds were listed beforehand, from a fit on exactly its training rows on.
"""

from __future__ import annotations

import functools
import inspect
import random
import sys
import threading
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from leakguard.seal.interference.apart import sow
from leakguard.seal.interference.digest import Node, digest
from leakguard.seal.interference.rows import count, take
from leakguard.seal.reader import Reader, current_reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Places = np.ndarray[Any, np.dtype[np.intp]]
    Pairs = list[tuple[Places, Places]]

_FITS = ("fit", "partial_fit", "fit_transform", "fit_predict", "fit_resample")
_RETURNING = frozenset({"fit_transform", "fit_predict", "fit_resample"})
_STOPPING = frozenset({"eval_set", "X_val", "validation_data"})
_SPLITTERS = ("BaseCrossValidator", "BaseShuffleSplit", "_RepeatedSplits")


@dataclass(frozen=True, slots=True)
class Fit:
    """One outermost fit inside a fold.

    key         what has to be the same for two fits to be compared: class, settings, shape, state of the generators
    validation  the fold's validation rows, as places among the training rows
    stops       whether the fit was handed rows to stop by
    """

    name: str
    key: str
    validation: frozenset[int]
    state: Node
    line: Reader | None
    stops: bool


@dataclass(slots=True)
class Watch:
    """What was seen in a run; `replayed` are splits of an earlier one, given out again in their order.

    What is fitted on poisoned rows may draw more or fewer numbers than before. So that this reaches no other fold,
    the shared generators are sown anew after each split and around each fit.
    """

    rows: Any
    replayed: Mapping[str, Pairs] = field(default_factory=dict)
    splits: dict[str, Pairs] = field(default_factory=dict)
    fits: list[Fit] = field(default_factory=list)
    exchange: Callable[[], None] = lambda: None
    _open: dict[tuple[int, object], tuple[Places, Places]] = field(default_factory=dict)
    _matched: tuple[Places, Places] | None = None
    _known: list[tuple[Places, Places]] = field(default_factory=list)
    _local: threading.local = field(default_factory=threading.local)
    _times: dict[str, int] = field(default_factory=dict)

    def split(self, splitter: Any, original: Callable[..., Any], rows: Any, *more: Any) -> Any:  # noqa: ANN401
        """Give a splitter's folds, recorded; those of parts of the training rows are given as they are."""
        if getattr(self._local, "splitting", False) or rows is None or count(rows) != count(self.rows):
            return original(splitter, rows, *more)
        settings = digest({name: one for name, one in vars(splitter).items() if name != "cv"}).text
        name = f"{type(splitter).__qualname__} {settings}"
        at = self._times[name] = self._times.get(name, 0) + 1
        self.exchange()
        pairs = self.replayed.get(f"{name} {at}") or self._split(splitter, original, rows, *more)
        _sow(name)
        self.splits[f"{name} {at}"] = pairs
        if sys._getframe(2).f_code.co_name == "train_test_split":  # noqa: SLF001 - a part for any use is no fold
            return iter(pairs)
        self._known += pairs
        return self._followed(pairs)

    def _split(self, splitter: Any, original: Callable[..., Any], *arguments: Any) -> Pairs:  # noqa: ANN401
        self._local.splitting = True
        try:
            return [(np.asarray(one), np.asarray(other)) for one, other in original(splitter, *arguments)]
        finally:
            self._local.splitting = False

    def _followed(self, pairs: Pairs) -> Iterator[tuple[Places, Places]]:
        here = threading.get_ident(), object()
        try:
            for pair in pairs:
                self._open[here] = pair
                yield pair
        finally:
            self._open.pop(here, None)

    def scored(self, original: Callable[..., Any], *arguments: Any, **named: Any) -> Any:  # noqa: ANN401
        """Do what scikit-learn does for one fold, with the fold open."""
        bound = inspect.signature(original).bind(*arguments, **named).arguments
        if count(bound["X"]) != count(self.rows):
            return original(*arguments, **named)
        self.exchange()
        here = threading.get_ident(), object()
        self._open[here] = (np.asarray(bound["train"]), np.asarray(bound["test"]))
        try:
            return original(*arguments, **named)
        finally:
            self._open.pop(here, None)

    def fit(self, method: str, original: Callable[..., Any], estimator: Any, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401
        """Fit, and record what came of it if this is an outermost fit inside a fold."""
        rows = arguments[0] if arguments else named.get("X")
        folds = [] if getattr(self._local, "fitting", False) else self._folds(rows)
        if not folds:
            return original(estimator, *arguments, **named)
        key = _key(estimator, method, rows)
        self._local.fitting = True
        _sow(key)
        try:
            result = original(estimator, *arguments, **named)
        finally:
            self._local.fitting = False
            _sow(key)
        if _calibrates(folds, rows):
            return result
        state = digest([estimator, result] if method in _RETURNING else estimator).root
        stops, name = bool(_STOPPING & named.keys()), f"{type(estimator).__name__}.{method}"
        for _, validation in folds:
            self.fits.append(Fit(name, key, frozenset(validation.tolist()), state, current_reader(), stops))
        return result

    def _folds(self, rows: Any) -> Pairs:  # noqa: ANN401
        """Return the folds that a fit on these rows is in; what is fitted on all of them may be the final model."""
        if rows is None or (not hasattr(rows, "__len__") and not hasattr(rows, "shape")):
            return self._opened()
        number = count(rows)
        if self._open:
            return [pair for pair in self._opened() if number < count(self.rows)]
        if self._matched is None or number != len(self._matched[0]) or self._match(rows) is not None:
            self._matched = self._match(rows)
        return [] if self._matched is None else [self._matched]

    def _opened(self) -> Pairs:
        """Return the folds that this thread opened; where it opened none, those of all threads."""
        opened = list(self._open.items())  # at once: other threads open and close theirs
        mine = [pair for (thread, _), pair in opened if thread == threading.get_ident()]
        return mine or [pair for _, pair in opened]

    def _match(self, rows: Any) -> tuple[Places, Places] | None:  # noqa: ANN401
        """Return the fold that has exactly these training rows."""
        alike = [pair for pair in self._known if len(pair[0]) == count(rows)]
        mark = digest(rows).text if alike else ""
        return next((pair for pair in alike if digest(take(self.rows, pair[0])).text == mark), None)


def _calibrates(folds: Pairs, rows: Any) -> bool:  # noqa: ANN401
    """Whether scikit-learn fits a calibrator on predictions for validation rows, which are not scored then."""
    caller = sys._getframe(3).f_globals.get("__name__")  # noqa: SLF001 - below `fit` and its wrapper
    return caller == "sklearn.calibration" and all(count(rows) == len(validation) for _, validation in folds)


def _key(estimator: Any, method: str, rows: Any) -> str:  # noqa: ANN401
    """Return what two fits must share to be compared: rows that an estimator holds are no setting of it."""
    held = estimator.get_params() if hasattr(estimator, "get_params") else {}
    settings = {name: one for name, one in held.items() if not hasattr(one, "shape") and not hasattr(one, "get_params")}
    shape = getattr(rows, "shape", None)
    state = np.random.get_state(legacy=False)  # noqa: NPY002 - the one that estimators share
    return digest([type(estimator), method, settings, shape, random.getstate(), state]).text


def _sow(text: str) -> None:
    sow(int.from_bytes(blake2b(text.encode(), digest_size=4).digest(), "little"))


@contextmanager
def watching(watch: Watch) -> Iterator[None]:
    """Have splitters, scikit-learn's own loops and all estimators tell a watch."""
    split, validation, search = (
        import_module(f"sklearn.model_selection.{one}") for one in ("_split", "_validation", "_search")
    )
    base = import_module("sklearn.base").BaseEstimator
    with ExitStack() as stack:
        for name in _SPLITTERS:
            for kind in _with_subclasses(getattr(split, name)):
                _exchange(stack, kind, "split", functools.partial(_splitting, watch))
        for module, name in (
            (validation, "_fit_and_score"),
            (search, "_fit_and_score"),
            (validation, "_fit_and_predict"),
        ):
            _exchange(stack, module, name, lambda original: functools.partial(watch.scored, original))
        done: set[type] = set()

        def exchange() -> None:
            """Exchange the methods of classes that have come up since."""
            for kind in _with_subclasses(base, getattr(sys.modules.get("catboost"), "CatBoost", base)) - done:
                done.add(kind)
                for name in _FITS:
                    _exchange(stack, kind, name, functools.partial(_fitting, watch, name))

        exchange()
        watch.exchange = exchange
        yield


def _splitting(watch: Watch, original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def split(splitter: Any, X: Any = None, y: Any = None, groups: Any = None) -> Any:  # noqa: ANN401, N803
        return watch.split(splitter, original, X, y, groups)

    return split


def _fitting(watch: Watch, name: str, original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def fit(estimator: Any, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401
        return watch.fit(name, original, estimator, *arguments, **named)

    return fit


def _exchange(stack: ExitStack, owner: Any, name: str, make: Callable[[Any], Any]) -> None:  # noqa: ANN401
    """Put something in the place of what an owner itself defines under a name, until the stack ends."""
    original = vars(owner).get(name)
    if inspect.isfunction(original):
        setattr(owner, name, make(original))
        stack.callback(setattr, owner, name, original)


def _with_subclasses(*kinds: type) -> set[type]:
    found: set[type] = set()
    left = list(kinds)
    while left:
        kind = left.pop()
        if kind not in found:
            found.add(kind)
            left += kind.__subclasses__()
    return found
