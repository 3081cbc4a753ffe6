"""The search draws other settings in each run."""

from scipy.stats import loguniform
from sklearn.datasets import load_digits
from sklearn.model_selection import RandomizedSearchCV
from sklearn.svm import SVC

X, y = load_digits(return_X_y=True)
X, y = X[:300] / 16, y[:300]
space = {"C": loguniform(1e-2, 1e3), "gamma": loguniform(1e-5, 1)}

search = RandomizedSearchCV(SVC(), space, n_iter=20, cv=3).fit(X, y)  # leak: unseeded-search
print({name: float(f"{value:.3g}") for name, value in search.best_params_.items()})
