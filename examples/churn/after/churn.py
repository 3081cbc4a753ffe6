"""Who will leave: the depth is chosen by cross-validation, and the test rows say once how good that is."""

import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import GridSearchCV

DEPTHS = {"max_depth": [1, 2, 3, 5, 8, None]}


def load(name):
    table = pd.read_csv(f"../data/{name}.csv")
    return table.drop(columns="churn"), table["churn"]


def forest():
    return RandomForestClassifier(n_estimators=10, random_state=0)


def tune():
    X_train, y_train = load("train")
    return GridSearchCV(forest(), DEPTHS, cv=5).fit(X_train, y_train)


def evaluate(search):
    X_test, y_test = load("test")
    return search.score(X_test, y_test)


if __name__ == "__main__":
    search = tune()
    print(f"accuracy {evaluate(search):.3f} with depth {search.best_params_['max_depth']}")
