"""The number of rounds is searched like any other hyperparameter, and each candidate is trained to its end."""

from sklearn.datasets import make_classification
from sklearn.model_selection import GridSearchCV, train_test_split
from xgboost import XGBClassifier

X, y = make_classification(n_samples=400, flip_y=0.2, random_state=0)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)

grid = {"n_estimators": [30, 100, 300, 1000], "learning_rate": [0.03, 0.3]}  # leak: no-early-stopping
search = GridSearchCV(XGBClassifier(n_jobs=1), grid, cv=3).fit(X_train, y_train)
print(f"{3 * 2 * sum(grid['n_estimators']):,} rounds, accuracy {search.score(X_test, y_test):.3f}")
