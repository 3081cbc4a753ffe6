"""Evenly spaced values: one below 100, and nine above."""

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import GridSearchCV
from sklearn.svm import SVC

X, y = load_digits(return_X_y=True)
X, y = X[:300] / 16, y[:300]

search = GridSearchCV(SVC(), {"C": np.linspace(0.001, 1000, 10)}, cv=3).fit(X, y)  # leak: linear-grid-on-log-scale
for C, score in zip(search.cv_results_["param_C"], search.cv_results_["mean_test_score"], strict=True):
    print(f"C={C:<8.4g} {score:.3f}")
