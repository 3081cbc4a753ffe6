"""60 draws find a setting as good."""

from scipy.stats import loguniform, randint
from sklearn.datasets import load_iris
from sklearn.model_selection import RandomizedSearchCV
from sklearn.tree import DecisionTreeClassifier

X, y = load_iris(return_X_y=True)
space = {"max_depth": randint(1, 11), "min_samples_leaf": randint(1, 11), "ccp_alpha": loguniform(1e-4, 1e-1)}
search = RandomizedSearchCV(DecisionTreeClassifier(random_state=0), space, n_iter=60, cv=3, random_state=0).fit(X, y)
print(f"{len(search.cv_results_['params'])} combinations, accuracy {search.cv_results_['mean_test_score'].max():.3f}")
