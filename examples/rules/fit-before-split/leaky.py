"""The ten columns that speak most for the class are chosen by all rows, the test rows among them."""

import numpy as np
from sklearn.feature_selection import SelectKBest, f_classif
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

rng = np.random.default_rng(0)
X, y = rng.normal(size=(120, 500)), rng.integers(0, 2, 120)  # nothing to learn: the truth is 0.5

X = SelectKBest(f_classif, k=10).fit_transform(X, y)  # leak: fit-before-split
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
print(f"accuracy {LogisticRegression().fit(X_train, y_train).score(X_test, y_test):.2f}")
