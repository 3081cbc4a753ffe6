# Leaks: the grid search has seen the rows on which its winner is judged.
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import GridSearchCV, train_test_split

X, y = load_breast_cancer(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)  # (split)

search = GridSearchCV(RandomForestClassifier(random_state=0), {"max_depth": [2, 4, 8]}, cv=3)
search.fit(X, y)  # leak: test-set-in-tuning (choose)
print(f"accuracy: {search.score(X_test, y_test):.3f}")  # (judge)
