"""Row independence: what learns from the batch that it transforms is seen; rounding is not taken for that."""

# ruff: noqa: ANN401, N803 - rows of any library, in the names that the field has for them

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from leakguard.seal import Ruling, check_row_independence

pytest.importorskip("sklearn")

from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA, KernelPCA
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.impute import KNNImputer, SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, QuantileTransformer, StandardScaler, TargetEncoder
from sklearn.svm import SVC

pytestmark = pytest.mark.filterwarnings("ignore")

RNG = np.random.default_rng(0)
X = RNG.normal(size=(200, 12)) * 10.0 ** np.arange(12)
y = (X[:, 0] > 0).astype(int)
NEW = RNG.normal(size=(101, 12)) * 10.0 ** np.arange(12)


class Learning(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
    """Learns from what it transforms, in one of several ways."""

    def __init__(self, way: str = "mean") -> None:
        self.way = way

    def fit(self, X: Any, y: Any = None) -> Learning:  # noqa: ARG002 - as estimators are fitted
        self.fitted_ = True
        return self

    def transform(self, X: Any) -> Any:
        match self.way:
            case "mean":
                return X - X.mean(axis=0)
            case "scaler":
                return StandardScaler().fit_transform(X)
            case "rank":
                return np.argsort(np.argsort(X, axis=0), axis=0)
            case "before":
                return np.vstack([X[:1], X[:-1]])
            case "missing":
                return np.where(np.median(X, axis=0) < X, np.nan, X)
            case "chance":
                return X + np.random.default_rng().normal(size=X.shape)
            case "fewer":
                return X[X[:, 0] > 0]
            case "single":
                if len(X) == 1:
                    raise ValueError("one row\nand more")
                return X
            case _:
                return X.mean()


@pytest.mark.parametrize("way", ["mean", "scaler", "rank", "before", "missing"])
def test_learning_from_the_batch_is_seen(way: str) -> None:
    verdict = check_row_independence(Learning(way).fit(X), NEW)
    assert verdict.ruling is Ruling.VIOLATED
    assert verdict.breaches[0].cause.rule == "fit-on-test"
    assert "half of the rows" in verdict.breaches[0].message
    piped = make_pipeline(StandardScaler(), Learning(way)).fit(X)
    assert check_row_independence(piped, NEW, ["transform"]).ruling is Ruling.VIOLATED


@pytest.mark.parametrize(
    ("way", "told"),
    [
        ("chance", "different values in two calls"),
        ("fewer", "values for 101 rows"),
        ("single", "alone failed: ValueError: one row"),
        ("all", "one value for all rows"),
    ],
)
def test_what_cannot_be_compared_is_not_proven(way: str, told: str) -> None:
    verdict = check_row_independence(Learning(way).fit(X), NEW)
    assert verdict.ruling is Ruling.NOT_PROVEN
    assert told in verdict.evidence[0].shown


HONEST = [
    *(
        StandardScaler(),
        PCA(5),
        make_pipeline(StandardScaler(), KernelPCA(3, kernel="rbf")),
        QuantileTransformer(n_quantiles=50),
        SimpleImputer(),
        KNNImputer(),
    ),
    *(Ridge(), LogisticRegression(), SVC(probability=False), KNeighborsClassifier(), KMeans(4, random_state=0)),
    *(RandomForestClassifier(10), HistGradientBoostingClassifier(max_iter=5), MLPClassifier(8, max_iter=5)),
    *(GaussianProcessRegressor(), make_pipeline(StandardScaler(), PCA(3), LogisticRegression()), TargetEncoder(cv=3)),
]


@pytest.mark.parametrize("estimator", HONEST, ids=lambda one: type(one).__name__)
def test_honest_estimators_hold(estimator: Any) -> None:
    assert check_row_independence(estimator.fit(X, y), NEW).ruling is Ruling.HELD


def test_frames_sparse_rows_and_single_precision() -> None:
    pd, torch = pytest.importorskip("pandas"), pytest.importorskip("torch")
    frame = pd.DataFrame({"a": list("xyzxyzxyz"), "b": list("ppqqrrppq")})
    encoder = OneHotEncoder(handle_unknown="ignore").fit(frame)
    assert check_row_independence(encoder, frame).ruling is Ruling.HELD
    assert (
        check_row_independence(encoder.set_params(sparse_output=False).set_output(transform="pandas"), frame).breaches
        == ()
    )
    network = torch.nn.Sequential(torch.nn.Linear(12, 50), torch.nn.BatchNorm1d(50), torch.nn.Linear(50, 3))
    rows = torch.tensor(RNG.normal(size=(64, 12)), dtype=torch.float32)
    assert check_row_independence(network.eval(), rows, ["forward"]).ruling is Ruling.HELD
    assert check_row_independence(network.train(), rows, ["forward"]).ruling is not Ruling.HELD


def test_wrong_arguments() -> None:
    with pytest.raises(ValueError, match="at least two rows"):
        check_row_independence(StandardScaler().fit(X), NEW[:1])
    with pytest.raises(ValueError, match="StandardScaler has none of the methods predict"):
        check_row_independence(StandardScaler().fit(X), NEW, ["predict"])


def test_rows_stay_as_they_are_for_what_works_in_place() -> None:
    rows = np.random.default_rng(0).normal(5, 3, size=(20, 2))
    before = rows.copy()
    scaler = StandardScaler(copy=False).fit(rows.copy())
    assert check_row_independence(scaler, rows).ruling is Ruling.HELD
    np.testing.assert_array_equal(rows, before)
