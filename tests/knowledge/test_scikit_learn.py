"""Nothing public of scikit-learn is forgotten, and what is said to learn nothing does learn nothing."""

from __future__ import annotations

import importlib
import inspect
from typing import Any

import pytest
from verification import import_or_skip, resolve

from leakguard.knowledge import loader

pytestmark = pytest.mark.filterwarnings("ignore")

_SKLEARN = loader.read_library("sklearn")

_BESIDE_SCORES = {
    *("DistanceMetric", "cluster"),
    *("check_scoring", "get_scorer", "get_scorer_names", "make_scorer"),
    *("euclidean_distances", "nan_euclidean_distances", "pairwise_distances", "pairwise_distances_argmin"),
    *("pairwise_distances_argmin_min", "pairwise_distances_chunked", "pairwise_kernels"),
    "consensus_score",  # compares sets of biclusters
}
_BESIDE_SPLITS = {"BaseCrossValidator", "BaseShuffleSplit", "LearningCurveDisplay", "ValidationCurveDisplay"}


@pytest.mark.parametrize(
    ("module", "beside"),
    [
        ("sklearn.metrics", _BESIDE_SCORES),
        ("sklearn.model_selection", _BESIDE_SPLITS),
        ("sklearn.preprocessing", set()),
        ("imblearn.over_sampling", set()),
        ("imblearn.under_sampling", set()),
        ("imblearn.combine", set()),
        ("imblearn.metrics", {"make_index_balanced_accuracy"}),
    ],
)
def test_nothing_public_is_forgotten(module: str, beside: set[str]) -> None:
    import_or_skip(_SKLEARN)
    public = pytest.importorskip(module, reason=f"{module} is not installed")
    assert {name for name in public.__all__ if loader.fact(f"{module}.{name}") is None} == beside


def test_every_estimator_leads_to_its_own_fact_from_its_private_module() -> None:
    import_or_skip(_SKLEARN)
    discovery = importlib.import_module("sklearn.utils.discovery")
    facts = {cls: loader.fact(f"{cls.__module__}.{name}") for name, cls in discovery.all_estimators()}
    assert facts
    assert [cls for cls, fact in facts.items() if fact is None or resolve(fact.name) is not cls] == []


# What a transformer needs beside rows to be made, and what its input is where a table of numbers does not do.
_MADE_WITH: dict[str, dict[str, Any]] = {
    "sklearn.cross_decomposition.PLSSVD": {"n_components": 1},
    "sklearn.preprocessing.OneHotEncoder": {"handle_unknown": "ignore"},
    "sklearn.preprocessing.OrdinalEncoder": {"handle_unknown": "use_encoded_value", "unknown_value": -1},
    "sklearn.random_projection.GaussianRandomProjection": {"n_components": 2},
    "sklearn.random_projection.SparseRandomProjection": {"n_components": 2},
}
_OTHER_INPUT = {
    "sklearn.decomposition.SparseCoder": "a dictionary given in advance",
    "sklearn.feature_extraction.DictVectorizer": "mappings",
    "sklearn.feature_extraction.FeatureHasher": "mappings",
    "sklearn.feature_extraction.image.PatchExtractor": "images",
    "sklearn.feature_extraction.text.HashingVectorizer": "texts",
    "sklearn.frozen.FrozenEstimator": "a fitted estimator",
    "sklearn.preprocessing.KernelCenterer": "a square kernel",
}
_NO_TRANSFORM = {
    "sklearn.manifold.ClassicalMDS",
    "sklearn.manifold.MDS",
    "sklearn.manifold.SpectralEmbedding",
    "sklearn.manifold.TSNE",
}


def _transformers(*kinds: str) -> list[str]:
    return [
        fact.name
        for fact in _SKLEARN.facts.values()
        if fact.options.get("learns") in kinds
        and fact.effect == "learner"
        and fact.name not in _SKLEARN.removed | _OTHER_INPUT.keys() | _NO_TRANSFORM
    ]


def _made_of_the_same_rows(name: str) -> list[Any]:
    """Return what the transformer makes of some rows, once fitted on them and once on others."""
    import_or_skip(_SKLEARN)
    numpy = importlib.import_module("numpy")
    draws = numpy.random.default_rng(0)
    rows, others = draws.uniform(0.5, 1, (40, 3)), draws.uniform(2, 9, (50, 3))
    cls = resolve(name)
    options = _MADE_WITH.get(name, {})
    if "random_state" in inspect.signature(cls).parameters:
        options = {**options, "random_state": 0}
    fitted = [cls(**options).fit(seen, seen[:, 0] > seen[:, 1]) for seen in (rows, others)]
    made = [transformer.transform(rows) for transformer in fitted]
    return [result.toarray() if hasattr(result, "toarray") else result for result in made]


@pytest.mark.parametrize("name", _transformers("nothing"))
def test_what_learns_nothing_does_not_depend_on_the_rows_it_was_fitted_on(name: str) -> None:
    before, after = _made_of_the_same_rows(name)
    assert before.shape == after.shape
    assert (before == after).all()


@pytest.mark.parametrize("name", _transformers("bins", "categories", "decomposition", "scale", "target"))
def test_what_learns_depends_on_the_rows_it_was_fitted_on(name: str) -> None:
    before, after = _made_of_the_same_rows(name)
    assert before.shape != after.shape or (before != after).any()
