"""512 combinations in three folds: fine for a tree on 150 rows, not for what takes a minute."""

import numpy as np
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV
from sklearn.tree import DecisionTreeClassifier

X, y = load_iris(return_X_y=True)
grid = {
    "max_depth": list(range(1, 9)),
    "min_samples_leaf": list(range(1, 9)),
    "ccp_alpha": np.logspace(-4, -1, 8),
}
search = GridSearchCV(DecisionTreeClassifier(random_state=0), grid, cv=3).fit(X, y)  # leak: grid-explosion
print(f"{len(search.cv_results_['params'])} combinations, accuracy {search.cv_results_['mean_test_score'].max():.3f}")
