"""What is known of estimators: which classes there are, which methods learn, and which learn nothing worth telling."""

from __future__ import annotations

import sys
import weakref
from typing import TYPE_CHECKING, Any

from leakguard.seal.reader import is_users

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leakguard.seal.fits.calls import Estimator, Options, Thing

LEARNING = ("fit", "fit_transform", "partial_fit", "fit_resample", "fit_sample", "fit_predict")
APPLYING = ("transform", "inverse_transform", "predict", "predict_proba", "decision_function", "score")
SPLITTING = ("split",)

_STOPPING_ROWS = ("eval_set", "eval_sample", "validation_data", "X_val", "eval_X")

# They learn nothing, or labels and categories, which are known from the start in practice; as the linter's rules.
_SILENT = frozenset(
    """
    AdditiveChi2Sampler Binarizer DictVectorizer FeatureHasher FrozenEstimator FunctionTransformer
    GaussianRandomProjection HashingVectorizer LabelBinarizer LabelEncoder MissingIndicator MultiLabelBinarizer
    Normalizer OneHotEncoder OrdinalEncoder PatchExtractor PolynomialCountSketch PolynomialFeatures RBFSampler
    SkewedChi2Sampler SparseCoder SparseRandomProjection
    """.split()
)
_silent: weakref.WeakKeyDictionary[type, bool] = weakref.WeakKeyDictionary()  # asking for tags takes its time
_FAMILIES = (("catboost", "CatBoost"), ("keras", "Model"), ("tensorflow.keras", "Model"))


def known_classes(extra: Iterable[type], prefixes: tuple[str, ...]) -> Iterator[type]:
    """Yield the estimators' classes that are loaded now: bases, what stands below them, and the project's own."""
    seen: set[type] = set()
    waiting = [*_roots(), *extra, *_own_classes(prefixes)]
    while waiting:
        cls = waiting.pop()
        if cls not in seen:
            seen.add(cls)
            yield cls
            waiting += type.__subclasses__(cls)
            waiting += [base for base in cls.__mro__[1:-1] if _has_methods(base)]


def splitter_classes() -> Iterator[type]:
    """Yield scikit-learn's splitters and all classes below them that are loaded now."""
    selection = sys.modules.get("sklearn.model_selection")
    if selection is None:
        return
    repeated = selection.RepeatedKFold.__mro__[1]
    waiting: list[type] = [selection.BaseCrossValidator, selection.BaseShuffleSplit, repeated]
    seen: set[type] = set()
    while waiting:
        cls = waiting.pop()
        if cls not in seen:
            seen.add(cls)
            yield cls
            waiting += type.__subclasses__(cls)


def stopping_tables(kwargs: Options) -> list[Thing]:
    """Return the tables that a call of `fit` gets to stop early by, of the model itself or of a step in a pipeline."""
    given = [value for name, value in kwargs.items() if name.rpartition("__")[2] in _STOPPING_ROWS]
    return [table for value in given for table in _tables(value)]


def stops_early(estimator: Estimator, kwargs: Options) -> bool:
    """Whether rows handed over beside the training rows can decide when the training ends, or which state is kept."""
    parameters = _parameters(estimator) | kwargs
    ends = {name.rpartition("__")[2]: value for name, value in parameters.items()}
    if any(ends.get(name) for name in ("early_stopping_rounds", "early_stopping_round", "early_stopping", "od_type")):
        return True
    if type(estimator).__module__.partition(".")[0] == "catboost":
        return ends.get("use_best_model") is not False
    return bool(ends.get("callbacks")) or "X_val" in ends


def is_silent(estimator: Estimator) -> bool:
    """Whether fitting it tells nothing about the rows: stateless, or all of its steps are."""
    if steps := _steps(estimator):
        return all(step is None or isinstance(step, str) or is_silent(step) for step in steps)
    cls = estimator if isinstance(estimator, type) else type(estimator)
    if cls not in _silent:
        _silent[cls] = cls.__name__ in _SILENT or not _requires_fit(estimator)
    return _silent[cls]


def is_transformer(estimator: Estimator) -> bool:
    """Whether it prepares rows for something else and predicts nothing itself."""
    return hasattr(type(estimator), "transform") and not hasattr(type(estimator), "predict")


def is_search(estimator: Estimator) -> bool:
    """Whether it has just cross-validated candidates, as scikit-learn's searches do and what is derived from them."""
    return hasattr(estimator, "cv_results_") and hasattr(estimator, "multimetric_")


def steps_of(estimator: Estimator) -> list[Thing]:
    """Return the parts of a composition that transforms rows."""
    return [step for step in _steps(estimator) if not isinstance(step, str)]


def _roots() -> Iterator[type]:
    if (base := sys.modules.get("sklearn.base")) is not None:
        yield base.BaseEstimator
    for module, name in _FAMILIES:
        if (cls := getattr(sys.modules.get(module), name, None)) is not None:
            yield cls


def _own_classes(prefixes: tuple[str, ...]) -> Iterator[type]:
    """Yield classes with a `fit` from modules whose names begin so; without prefixes, from all but libraries."""
    for name, module in list(sys.modules.items()):
        if name.startswith(prefixes) if prefixes else _is_projects(name, module):
            for value in list(vars(module).values()):
                if isinstance(value, type) and value.__module__ == name and callable(getattr(value, "fit", None)):
                    yield value


def _is_projects(name: str, module: Thing) -> bool:
    file = getattr(module, "__file__", None)
    return (file is not None or name == "__main__") and is_users(file or "")


def _has_methods(cls: type) -> bool:
    return any(name in vars(cls) for name in (*LEARNING, *APPLYING))


def _tables(value: Thing) -> list[Thing]:
    """Take the rows out of `X`, `(X, y)` or a list of such pairs."""
    match value:
        case None:
            return []
        case [(tuple() | list()) as first, *others] if not _is_plain(first):
            return [table for pair in (first, *others) for table in _tables(pair)]
        case tuple():
            return [value[0]] if value else []
    return [value]


def _is_plain(row: Thing) -> bool:
    return all(isinstance(value, int | float | str) for value in row)


def _parameters(estimator: Estimator) -> dict[str, Any]:
    try:
        return dict(estimator.get_params())
    except Exception:  # noqa: BLE001 - a foreign class may raise anything; then nothing is known
        return {}


def _requires_fit(estimator: Estimator) -> bool:
    try:
        if hasattr(estimator, "__sklearn_tags__"):
            return bool(estimator.__sklearn_tags__().requires_fit)
        more: dict[str, Any] = getattr(estimator, "_more_tags", dict)()
        return bool(more.get("requires_fit", True)) and not more.get("stateless", False)
    except Exception:  # noqa: BLE001 - a foreign class may raise anything; then it may well learn
        return True


def _steps(estimator: Estimator) -> list[Thing]:
    for name in ("steps", "transformer_list", "transformers"):
        value = getattr(estimator, name, None)
        if isinstance(value, list) and value and all(isinstance(each, tuple) and len(each) > 1 for each in value):
            return [each[1] for each in value]
    return []
