"""Three models are compared by cross-validation, and the chosen one is judged once."""

from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import cross_val_score, train_test_split
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier

X, y = load_wine(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)

models = (GaussianNB(), DecisionTreeClassifier(random_state=0), RandomForestClassifier(random_state=0))
chosen = max(models, key=lambda model: cross_val_score(model, X_train, y_train).mean())
print(type(chosen).__name__, f"{chosen.fit(X_train, y_train).score(X_test, y_test):.3f}")
