# Leaks: boosting stops at the round that is best for the test rows.
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import train_test_split

X, y = load_breast_cancer(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)  # (split)

model = HistGradientBoostingClassifier(max_iter=500, early_stopping=True, n_iter_no_change=10)
model.fit(X_train, y_train, X_val=X_test, y_val=y_test)  # leak: test-set-early-stopping (choose)
print(f"accuracy: {model.score(X_test, y_test):.3f} after {model.n_iter_} rounds")
