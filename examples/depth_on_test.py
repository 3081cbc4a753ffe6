# Leaks: the depth of the tree is chosen by its score on the test rows.
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeClassifier

X, y = load_wine(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)  # (split)
best = 0.0
for depth in (1, 2, 4):
    model = DecisionTreeClassifier(max_depth=depth, random_state=0).fit(X_train, y_train)
    score = model.score(X_test, y_test)  # leak: test-set-in-tuning (judge)
    if score > best:  # (choose)
        best, kept = score, depth
print(kept, best)
