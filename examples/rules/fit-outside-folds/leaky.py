"""The columns are chosen by the rows of all folds before these are cross-validated."""

import numpy as np
from sklearn.feature_selection import SelectKBest, f_classif
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score

rng = np.random.default_rng(0)
X, y = rng.normal(size=(120, 500)), rng.integers(0, 2, 120)  # nothing to learn: the truth is 0.5

X = SelectKBest(f_classif, k=10).fit_transform(X, y)  # leak: fit-outside-folds
print(f"accuracy {cross_val_score(LogisticRegression(), X, y, cv=5).mean():.2f}")
