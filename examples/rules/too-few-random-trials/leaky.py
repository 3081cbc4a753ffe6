"""Five draws from four dimensions say more about luck than about the model."""

from scipy.stats import loguniform, randint, uniform
from sklearn.datasets import load_digits
from sklearn.model_selection import RandomizedSearchCV
from sklearn.tree import DecisionTreeClassifier

X, y = load_digits(return_X_y=True)
X, y = X[:300] / 16, y[:300]

space = {
    "max_depth": randint(1, 20),
    "min_samples_leaf": randint(1, 40),
    "ccp_alpha": loguniform(1e-4, 1e-1),
    "max_features": uniform(0.05, 0.95),
}
model = DecisionTreeClassifier(random_state=0)
search = RandomizedSearchCV(model, space, n_iter=5, cv=2, random_state=0).fit(X, y)  # leak: too-few-random-trials
print(f"best of {len(search.cv_results_['params'])} draws: {search.cv_results_['mean_test_score'].max():.3f}")
