"""Each candidate stops when a validation part gets no better."""

from sklearn.datasets import make_classification
from sklearn.model_selection import train_test_split
from xgboost import XGBClassifier

X, y = make_classification(n_samples=400, flip_y=0.2, random_state=0)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
X_fit, X_stop, y_fit, y_stop = train_test_split(X_train, y_train, random_state=0)

tried = {}
for rate in (0.03, 0.3):
    model = XGBClassifier(n_estimators=1000, learning_rate=rate, early_stopping_rounds=20, n_jobs=1)
    model.fit(X_fit, y_fit, eval_set=[(X_stop, y_stop)], verbose=False)
    tried[model.best_score] = model
best = tried[min(tried)]
rounds = sum(model.best_iteration + 21 for model in tried.values())
print(f"{rounds:,} rounds, accuracy {best.score(X_test, y_test):.3f}")
