"""Three models are judged on the same test rows, and one of them will be taken."""

from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier

X, y = load_wine(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)

for model in (GaussianNB(), DecisionTreeClassifier(random_state=0), RandomForestClassifier(random_state=0)):
    model.fit(X_train, y_train)
    print(type(model).__name__, f"{model.score(X_test, y_test):.3f}")  # leak: test-set-reuse
