"""Nine of ten draws of gamma lie in its last decade, where an SVM knows its rows by heart."""

from scipy.stats import uniform
from sklearn.datasets import load_digits
from sklearn.model_selection import RandomizedSearchCV
from sklearn.svm import SVC

X, y = load_digits(return_X_y=True)
X, y = X[:300] / 16, y[:300]

space = {"gamma": uniform(1e-5, 10)}  # leak: uniform-prior-on-log-scale
search = RandomizedSearchCV(SVC(), space, n_iter=40, cv=3, random_state=0, error_score=0)
scores = search.fit(X, y).cv_results_["mean_test_score"]
print(f"40 draws: accuracy {scores.mean():.2f} on average, {scores.max():.2f} at best")
