"""SciPy's `uniform(0.5, 0.9)` goes from 0.5 to 1.4: the second number is the width."""

from scipy.stats import uniform
from sklearn.datasets import load_digits
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.model_selection import RandomizedSearchCV

X, y = load_digits(return_X_y=True)
X, y = X[:300] / 16, y[:300]

space = {"max_features": uniform(0.3, 1.0)}  # leak: scipy-uniform-bounds
search = RandomizedSearchCV(
    ExtraTreesClassifier(10, random_state=0), space, n_iter=40, cv=3, random_state=0, error_score=0
)
scores = search.fit(X, y).cv_results_["mean_test_score"]
print(f"40 draws: accuracy {scores.mean():.2f} on average, {scores.max():.2f} at best")
