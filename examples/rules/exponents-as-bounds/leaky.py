"""hyperopt's `loguniform` takes exponents: `loguniform(1e-6, 1e-1)` draws between 1.000001 and 1.1."""

import numpy as np
from hyperopt import fmin, hp, tpe
from sklearn.datasets import load_digits
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import cross_val_score

X, y = load_digits(return_X_y=True)
X, y = X[:300] / 16, y[:300]


def loss(space: dict[str, float]) -> float:
    """Return minus the accuracy of a linear model."""
    return -cross_val_score(
        SGDClassifier(alpha=space["alpha"], max_iter=20, tol=None, random_state=0), X, y, cv=3
    ).mean()


space = {"alpha": hp.loguniform("alpha", 1e-6, 1e-1)}  # leak: exponents-as-bounds
best = fmin(loss, space, tpe.suggest, max_evals=25, rstate=np.random.default_rng(0), show_progressbar=False)
print(f"alpha {best['alpha']:.2g}: {-loss(best):.3f}")
