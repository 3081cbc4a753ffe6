"""The families, with spaces whose bounds follow from the rows."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from leakguard.tuners.space import Choice, IntUniform, LogUniform, Uniform

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leakguard.tuners.profiling.profile import Profile


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of model.

    Attributes:
        name: what results call it.
        classifier, regressor: `module:class`; "" where there is none of that kind.
        space: parameters to the name of a bound of the profile, or to a dimension of their own.
        fixed: parameters that are not tuned.
        scaled: whether it depends on the columns' scales.
        target_scaled: whether, as a regressor, it depends on the target's scale.
    """

    name: str
    classifier: str
    regressor: str
    space: Mapping[str, Any]
    fixed: Mapping[str, Any]
    scaled: bool = True
    target_scaled: bool = False

    def model(self, *, classifies: bool, seed: int) -> Any:
        """Return the model, not fitted."""
        module, _, name = (self.classifier if classifies else self.regressor).partition(":")
        cls = getattr(import_module(module), name)
        fixed = dict(self.fixed)
        if "random_state" in cls().get_params():
            fixed["random_state"] = seed
        return cls(**fixed)

    def dimensions(self, profile: Profile) -> dict[str, Any]:
        """Return a dimension for each parameter; those whose bound the profile has not are left out."""
        found = {}
        for name, value in self.space.items():
            dimension = profile.bounds.get(value) if isinstance(value, str) else value
            if dimension is not None:
                found[name] = dimension
        return found


_WEIGHTS = Choice([None, "balanced"])
_TREE = {"max_depth": "max_depth", "min_samples_leaf": "min_samples_leaf"}
FAMILIES = (
    Family(
        "logistic",
        "sklearn.linear_model:LogisticRegression",
        "",
        {"C": "C", "class_weight": _WEIGHTS},
        {"max_iter": 2000},
    ),
    Family("ridge", "", "sklearn.linear_model:Ridge", {"alpha": "ridge_alpha"}, {}),
    Family(
        "lasso",
        "",
        "sklearn.linear_model:Lasso",
        {"alpha": "lasso_alpha"},
        {"max_iter": 5000},
        target_scaled=True,
    ),
    Family(
        "tree", "sklearn.tree:DecisionTreeClassifier", "sklearn.tree:DecisionTreeRegressor", _TREE, {}, scaled=False
    ),
    Family(
        "forest",
        "sklearn.ensemble:RandomForestClassifier",
        "sklearn.ensemble:RandomForestRegressor",
        {"max_features": Uniform(0.1, 1.0), "min_samples_leaf": "min_samples_leaf"},
        {"n_estimators": 60},
        scaled=False,
    ),
    Family("svm", "sklearn.svm:SVC", "sklearn.svm:SVR", {"C": "C", "gamma": "gamma"}, {}, target_scaled=True),
    Family(
        "neighbours",
        "sklearn.neighbors:KNeighborsClassifier",
        "sklearn.neighbors:KNeighborsRegressor",
        {"n_neighbors": "n_neighbors", "p": Choice([1, 2]), "weights": Choice(["uniform", "distance"])},
        {},
    ),
    Family(
        "boosting",
        "sklearn.ensemble:HistGradientBoostingClassifier",
        "sklearn.ensemble:HistGradientBoostingRegressor",
        {"learning_rate": LogUniform(0.02, 0.5), "max_leaf_nodes": IntUniform(4, 64, log=True)},
        {"max_iter": 60, "early_stopping": False},
        scaled=False,
    ),
    Family(
        "network",
        "sklearn.neural_network:MLPClassifier",
        "sklearn.neural_network:MLPRegressor",
        {
            "hidden_layer_sizes": Choice([(16,), (64,), (64, 32)]),
            "alpha": LogUniform(1e-6, 1e-1),
            "learning_rate_init": LogUniform(1e-4, 1e-1),
        },
        {"max_iter": 1000, "early_stopping": True},
        target_scaled=True,
    ),
)
