# Leaks: three candidates are judged on the same test rows, and the reader will take the best.
from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier

X, y = load_wine(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)  # (split)

tree = DecisionTreeClassifier(random_state=0).fit(X_train, y_train)
print(f"tree: {tree.score(X_test, y_test):.3f}")  # (judge)
bayes = GaussianNB().fit(X_train, y_train)
print(f"bayes: {bayes.score(X_test, y_test):.3f}")  # leak: test-set-reuse (judge)
forest = RandomForestClassifier(random_state=0).fit(X_train, y_train)
print(f"forest: {forest.score(X_test, y_test):.3f}")
