"""In stages: first how it learns, then how it is regularised with what was found."""

from sklearn.datasets import load_digits
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import GridSearchCV

X, y = load_digits(return_X_y=True)
X, y = X[:300] / 16, y[:300]

model = SGDClassifier(penalty="elasticnet", max_iter=10, tol=None, random_state=0)
stages = (
    {"eta0": [0.001, 0.01, 0.1, 1], "learning_rate": ["invscaling", "adaptive"]},
    {"alpha": [1e-6, 1e-5, 1e-4, 1e-3, 1e-2], "l1_ratio": [0.1, 0.5, 0.9]},
)
for grid in stages:
    search = GridSearchCV(model, grid, cv=3).fit(X, y)
    model.set_params(**search.best_params_)
    print(f"{len(search.cv_results_['params'])} settings, {search.best_params_}")
