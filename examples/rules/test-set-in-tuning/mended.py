"""They are chosen by cross-validation of the training rows; the test rows are scored once."""

import numpy as np
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.tree import DecisionTreeClassifier

rng = np.random.default_rng(0)
X, y = rng.normal(size=(120, 500)), rng.integers(0, 2, 120)  # nothing to learn: the truth is 0.5
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)

grid = {"max_depth": range(1, 11), "min_samples_leaf": range(1, 11)}
search = GridSearchCV(DecisionTreeClassifier(random_state=0), grid, cv=3).fit(X_train, y_train)
print(f"accuracy {search.score(X_test, y_test):.2f} with {search.best_params_}")
