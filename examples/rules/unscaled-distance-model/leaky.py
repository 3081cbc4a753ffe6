"""A year of age weighs as much as a coin of income, so that neighbours are neighbours by income alone."""

import pandas as pd
from data import write
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier

people = pd.read_csv(write())

search = GridSearchCV(KNeighborsClassifier(), {"n_neighbors": [3, 5, 9, 15]}, cv=5)
search.fit(people[["age", "income"]], people["bought"])  # leak: unscaled-distance-model
print({"tried": search.cv_results_["mean_test_score"].round(2).tolist()})
