"""The ten columns are chosen by the training rows, inside a pipeline."""

import numpy as np
from sklearn.feature_selection import SelectKBest, f_classif
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline

rng = np.random.default_rng(0)
X, y = rng.normal(size=(120, 500)), rng.integers(0, 2, 120)  # nothing to learn: the truth is 0.5

X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
model = make_pipeline(SelectKBest(f_classif, k=10), LogisticRegression()).fit(X_train, y_train)
print(f"accuracy {model.score(X_test, y_test):.2f}")
