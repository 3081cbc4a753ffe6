"""Population-based training: copies of the strong, and a schedule that can be followed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from searching import assert_same
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from leakguard.tuners import Choice, LogUniform, PopulationSearchCV, Space, Uniform
from leakguard.tuners.budgets import BudgetError
from leakguard.tuners.population import explored, replay

if TYPE_CHECKING:
    from typing import Self

    from leakguard.tuners.growing import Growth

X, y = load_breast_cancer(return_X_y=True)
X = StandardScaler().fit_transform(X)[:200]
y = y[:200]

SUBJECTS = [
    (SGDClassifier(random_state=0), {"alpha": LogUniform(1e-6, 1)}, "max_iter"),
    (MLPClassifier((4,), random_state=0), {"learning_rate_init": LogUniform(1e-4, 0.1)}, "max_iter"),
    (
        GradientBoostingClassifier(max_depth=2, random_state=0),
        {"learning_rate": LogUniform(0.01, 1), "subsample": Uniform(0.3, 1.0)},
        "n_estimators",
    ),
    (
        make_pipeline(StandardScaler(), SGDClassifier(random_state=0)),
        {"sgdclassifier__alpha": LogUniform(1e-6, 1)},
        "sgdclassifier__max_iter",
    ),
]


def population(estimator: Any, space: Any, resource: str, **options: Any) -> PopulationSearchCV:
    given: dict[str, Any] = {"max_budget": 12, "population": 4, "n_generations": 4, "cv": 2, "random_state": 0}
    return PopulationSearchCV(estimator, space, resource=resource, **given | options)


def growth_of(search: PopulationSearchCV) -> Growth:
    assert search.budget_.growth is not None
    return search.budget_.growth


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: type(subject[0]).__name__)
def test_the_winner_is_its_schedule_replayed(subject: tuple[Any, Any, str]) -> None:
    search = population(*subject).fit(X, y)
    schedule = search.best_schedule_
    assert [(stage.begin, stage.end) for stage in schedule] == [(0, 3), (3, 6), (6, 9), (9, 12)]
    assert dict(schedule[-1].params) == search.best_params_
    again = replay(schedule, growth_of(search), clone(subject[0]), (X, y), {})
    np.testing.assert_array_equal(again.predict(X), search.predict(X))


def test_the_score_of_a_member_is_that_of_its_schedule_on_each_fold() -> None:
    estimator, space, resource = SUBJECTS[2]
    search = population(estimator, space, resource, cv=[(np.arange(100), np.arange(100, 200))]).fit(X, y)
    again = replay(search.best_schedule_, growth_of(search), clone(estimator), (X[:100], y[:100]), {})
    assert again.score(X[100:], y[100:]) == search.best_score_


def test_results_depend_neither_on_workers_nor_on_where_the_journal_was_cut(tmp_path: Any) -> None:
    one = population(*SUBJECTS[0], journal=tmp_path / "whole").fit(X, y)
    assert_same(one, population(*SUBJECTS[0], n_jobs=2).fit(X, y))
    lines = (tmp_path / "whole").read_bytes().splitlines(keepends=True)
    (tmp_path / "cut").write_bytes(b"".join(lines[:8]))
    assert_same(one, population(*SUBJECTS[0], journal=tmp_path / "cut").fit(X, y))


def test_only_members_with_the_full_budget_can_win() -> None:
    search = population(*SUBJECTS[0]).fit(X, y)
    assert np.all(search.cv_results_["rank_test_score"][search.cv_results_["budget"] == 1] <= 4)
    assert search.cv_results_["rung"][search.best_index_] == 3
    assert "population" in set(search.cv_results_["suggested_by"])


def test_exploring_moves_by_quantiles_and_keeps_to_the_space() -> None:
    space = Space({"a": LogUniform(1e-4, 1), "kind": Choice(["x", "y"]), "b": Uniform(0, 1, when={"kind": ["x"]})})
    rng = np.random.default_rng(0)
    params = {"a": 1e-2, "kind": "x", "b": 1.0}
    found = [explored(params, space, rng, 0.1) for _ in range(200)]
    assert all(1e-2 / 10**0.41 < one["a"] < 1e-2 * 10**0.41 for one in found)
    assert {one["kind"] for one in found} == {"x", "y"}
    assert all(("b" in one) == (one["kind"] == "x") and one.get("b", 0) <= 1 for one in found)


class Network(RegressorMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no annotations
    """A PyTorch module behind what a search needs: `step` to go on, `fit` as all estimators, and `predict`."""

    def __init__(self, lr: float = 0.01, steps: int = 40) -> None:
        self.lr = lr
        self.steps = steps

    def step(self, X: Any, y: Any, n: int) -> None:
        import torch

        if not hasattr(self, "module_"):
            torch.manual_seed(0)
            self.module_ = torch.nn.Linear(X.shape[1], 1)
        optimizer = torch.optim.SGD(self.module_.parameters(), lr=self.lr)
        rows, target = torch.tensor(X, dtype=torch.float32), torch.tensor(y, dtype=torch.float32)
        for _ in range(n):
            optimizer.zero_grad()
            loss = ((self.module_(rows)[:, 0] - target) ** 2).mean()
            loss.backward()
            optimizer.step()

    def fit(self, X: Any, y: Any) -> Self:
        self.step(X, y, self.steps)
        return self

    def predict(self, X: Any) -> Any:
        import torch

        with torch.no_grad():
            return self.module_(torch.tensor(X, dtype=torch.float32))[:, 0].numpy()


def test_a_pytorch_module_is_trained_by_a_population() -> None:
    pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(120, 3))
    target = rows @ [1.0, -2.0, 0.5]
    search = population(Network(), {"lr": LogUniform(1e-4, 0.3)}, "steps", max_budget=40).fit(rows, target)
    assert search.best_score_ > 0.95
    assert search.score(rows, target) > 0.95


@pytest.mark.parametrize(
    ("estimator", "options", "match"),
    [
        (LogisticRegression(), {}, "LogisticRegression cannot go on after max_iter"),
        (SGDClassifier(), {"population": 1}, "at least 2 members"),
        (SGDClassifier(), {"max_budget": 2}, "cannot be cut into 4 generations"),
    ],
)
def test_what_cannot_be_trained_by_a_population_is_refused(estimator: Any, options: Any, match: str) -> None:
    with pytest.raises(BudgetError, match=match):
        population(estimator, {"tol": LogUniform(1e-5, 1e-2)}, "max_iter", **options).fit(X, y)
