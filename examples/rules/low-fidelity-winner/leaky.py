"""The search sees a tenth of the rows, and so does the model that it leaves."""

import pandas as pd
from sklearn.datasets import make_classification
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.svm import SVC

X, y = make_classification(n_samples=3000, n_features=10, n_informative=6, random_state=0)
rows = pd.DataFrame(X, columns=list("abcdefghij")).assign(label=y)
features = list("abcdefghij")
train, test = train_test_split(rows, random_state=0)
small = train.sample(frac=0.1, random_state=0)
grid = {"C": [0.1, 1, 10, 100], "gamma": [0.001, 0.01, 0.1]}

search = GridSearchCV(SVC(), grid, cv=3).fit(small[features], small["label"])
print(f"accuracy {search.score(test[features], test['label']):.3f}")  # leak: low-fidelity-winner
