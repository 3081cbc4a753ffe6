"""Both columns are scaled inside the folds."""

import pandas as pd
from data import write
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

people = pd.read_csv(write())

model = make_pipeline(StandardScaler(), KNeighborsClassifier())
search = GridSearchCV(model, {"kneighborsclassifier__n_neighbors": [3, 5, 9, 15]}, cv=5)
search.fit(people[["age", "income"]], people["bought"])
print({"tried": search.cv_results_["mean_test_score"].round(2).tolist()})
