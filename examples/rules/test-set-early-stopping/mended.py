"""A validation part of the training rows says when boosting stops."""

from sklearn.datasets import make_classification
from sklearn.model_selection import train_test_split
from xgboost import XGBClassifier

X, y = make_classification(n_samples=400, n_informative=3, flip_y=0.3, random_state=0)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
X_fit, X_stop, y_fit, y_stop = train_test_split(X_train, y_train, random_state=0)

model = XGBClassifier(n_estimators=500, early_stopping_rounds=20)
model.fit(X_fit, y_fit, eval_set=[(X_stop, y_stop)], verbose=False)
print(f"accuracy {model.score(X_test, y_test):.3f} after {model.best_iteration} rounds")
