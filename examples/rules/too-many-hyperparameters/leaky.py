"""Five hyperparameters in one grid of 48 points: two or three values of each say little about any."""

from sklearn.datasets import load_digits
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import GridSearchCV

X, y = load_digits(return_X_y=True)
X, y = X[:300] / 16, y[:300]

grid = {
    "alpha": [1e-5, 1e-4, 1e-3],
    "l1_ratio": [0.1, 0.9],
    "eta0": [0.01, 0.1],
    "power_t": [0.25, 0.5],
    "learning_rate": ["invscaling", "adaptive"],
}
model = SGDClassifier(penalty="elasticnet", max_iter=10, tol=None, random_state=0)
search = GridSearchCV(model, grid, cv=3).fit(X, y)  # leak: too-many-hyperparameters
print(f"{len(search.cv_results_['params'])} settings, {search.best_params_}")
