"""The columns are chosen anew in each fold, by its train rows."""

import numpy as np
from sklearn.feature_selection import SelectKBest, f_classif
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline

rng = np.random.default_rng(0)
X, y = rng.normal(size=(120, 500)), rng.integers(0, 2, 120)  # nothing to learn: the truth is 0.5

model = make_pipeline(SelectKBest(f_classif, k=10), LogisticRegression())
print(f"accuracy {cross_val_score(model, X, y, cv=5).mean():.2f}")
