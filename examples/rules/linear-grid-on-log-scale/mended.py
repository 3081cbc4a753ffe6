"""The same number of values, spaced on a log scale."""

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import GridSearchCV
from sklearn.svm import SVC

X, y = load_digits(return_X_y=True)
X, y = X[:300] / 16, y[:300]

search = GridSearchCV(SVC(), {"C": np.logspace(-3, 3, 10)}, cv=3).fit(X, y)
for C, score in zip(search.cv_results_["param_C"], search.cv_results_["mean_test_score"], strict=True):
    print(f"C={C:<8.4g} {score:.3f}")
