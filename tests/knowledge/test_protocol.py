"""The methods by kind of receiver are methods that such receivers have."""

from __future__ import annotations

import importlib

import pytest
from verification import faults, resolve

from leakguard.knowledge import loader

pytestmark = pytest.mark.filterwarnings("ignore")

_TENSORS = {
    *("bincount", "clone", "contiguous", "cpu", "cuda", "detach", "dim", "double", "float", "int", "long", "nanmean"),
    *("numel", "numpy", "permute", "requires_grad_", "to", "type", "unsqueeze", "view_as"),
    *("expand", "expand_as", "reshape_as", "t", "type_as"),
}
_DATASETS_OF_TENSORFLOW = {"as_numpy_iterator", "batch", "cache", "concatenate", "prefetch"}
# By the classes that have them; `take`, `filter` and others are known from pandas.
_FRAMES_AND_DATA_SETS = {
    ("polars.DataFrame", "polars.LazyFrame", "polars.Expr"): {
        *("drop_nulls", "fill_null", "group_by", "is_in", "limit", "over", "qcut", "select", "slice", "vstack"),
        "with_columns",
    },
    ("datasets.Dataset",): {"select", "shard", "skip", "train_test_split"},
    ("pyspark.sql.DataFrame",): {"exceptAll", "limit", "randomSplit", "subtract", "withColumn"},
    ("tensorflow.data.Dataset",): {"shard", "skip"},
}
_FRAMES_AND_ARRAYS_OF_OLDER_RELEASES = {"A", "as_matrix", "ix", "mad", "ptp"}
_LEARNERS_OF_KERAS = {
    *("evaluate", "evaluate_generator", "predict_classes", "predict_generator", "predict_on_batch", "summary"),
    *("test_on_batch", "train_on_batch"),
}
_SAMPLERS = {"fit_resample", "fit_sample"}
_TRAINERS_OF_TRANSFORMERS = {"hyperparameter_search"}
_LEARNERS_OF_OLDER_RELEASES = {"get_feature_names"}


def test_methods_of_data_are_those_of_frames_arrays_and_matrices() -> None:
    pytest.importorskip("pandas", reason="pandas is not installed")
    pytest.importorskip("scipy", reason="SciPy is not installed")
    classes = ["pandas.DataFrame", "pandas.Series", "pandas.Index", "numpy.ndarray", "scipy.sparse.csr_matrix"]
    real = {name for path in classes for name in dir(resolve(path))}
    elsewhere = _TENSORS | _DATASETS_OF_TENSORFLOW | _FRAMES_AND_ARRAYS_OF_OLDER_RELEASES
    assert loader.methods("data").keys() - real == elsewhere | set().union(*_FRAMES_AND_DATA_SETS.values()) - real


@pytest.mark.parametrize("classes", _FRAMES_AND_DATA_SETS, ids=lambda classes: classes[0].partition(".")[0])
def test_other_frames_and_data_sets_have_their_methods(classes: tuple[str, ...]) -> None:
    library = classes[0].partition(".")[0]
    pytest.importorskip(library, reason=f"{library} is not installed")
    assert _FRAMES_AND_DATA_SETS[classes] - {name for path in classes for name in dir(resolve(path))} == set()


def test_methods_of_learners_are_those_of_estimators() -> None:
    pytest.importorskip("sklearn", reason="scikit-learn is not installed")
    discovery = importlib.import_module("sklearn.utils.discovery")
    real = {name for _, estimator in discovery.all_estimators() for name in dir(estimator)}
    elsewhere = _LEARNERS_OF_KERAS | _SAMPLERS | _TRAINERS_OF_TRANSFORMERS | _LEARNERS_OF_OLDER_RELEASES
    assert loader.methods("learner").keys() - real == elsewhere


def test_methods_of_splitters_are_those_of_folds() -> None:
    pytest.importorskip("sklearn", reason="scikit-learn is not installed")
    splitter = resolve("sklearn.model_selection.KFold")
    methods = loader.methods("splitter")
    assert [fault for name, fact in methods.items() for fault in faults(fact, getattr(splitter, name))] == []


def test_drawing_methods_are_those_of_a_trial() -> None:
    pytest.importorskip("optuna", reason="Optuna is not installed")
    trial = resolve("optuna.trial.Trial")
    drawing = [fact for fact in loader.methods("any").values() if fact.name.startswith(("suggest_", "report"))]
    assert {"suggest_float", "suggest_categorical", "report"} <= {fact.name for fact in drawing}
    assert [fault for fact in drawing for fault in faults(fact, getattr(trial, fact.name))] == []
