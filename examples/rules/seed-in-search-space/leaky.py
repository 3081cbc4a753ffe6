"""Thirty seeds are tried, and the luckiest is taken for a good model."""

import numpy as np
from sklearn.model_selection import GridSearchCV
from sklearn.tree import DecisionTreeClassifier

rng = np.random.default_rng(0)
X, y = rng.normal(size=(80, 20)), rng.integers(0, 2, 80)  # nothing to learn: the truth is 0.5

grid = {"random_state": range(30)}  # leak: seed-in-search-space
search = GridSearchCV(DecisionTreeClassifier(), grid, cv=5).fit(X, y)
print(f"best of 30 seeds {search.cv_results_['mean_test_score'].max():.2f}")
