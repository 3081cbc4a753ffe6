"""The score that chose among 60 settings is reported as what the model is worth."""

import numpy as np
from sklearn.model_selection import GridSearchCV
from sklearn.svm import SVC

rng = np.random.default_rng(0)
X, y = rng.normal(size=(80, 20)), rng.integers(0, 2, 80)  # nothing to learn: the truth is 0.5

grid = {"C": np.logspace(-2, 3, 10), "gamma": np.logspace(-4, 1, 6)}
search = GridSearchCV(SVC(), grid, cv=5).fit(X, y)
print(f"accuracy: {search.best_score_:.2f}")  # leak: selection-score-reported
