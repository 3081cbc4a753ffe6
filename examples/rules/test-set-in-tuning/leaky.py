"""The depth and the leaves of a tree are those that score best on the test rows."""

import numpy as np
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeClassifier

rng = np.random.default_rng(0)
X, y = rng.normal(size=(120, 500)), rng.integers(0, 2, 120)  # nothing to learn: the truth is 0.5
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)

best_score, best_params = 0.0, {}
for depth in range(1, 11):
    for leaf in range(1, 11):
        params = {"max_depth": depth, "min_samples_leaf": leaf, "random_state": 0}
        score = DecisionTreeClassifier(**params).fit(X_train, y_train).score(X_test, y_test)  # leak: test-set-in-tuning
        if score > best_score:
            best_score, best_params = score, params
print(f"accuracy {best_score:.2f} with {best_params}")
