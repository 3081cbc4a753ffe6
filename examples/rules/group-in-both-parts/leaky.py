"""Visits of one patient come into both parts, so that the model need only know the patients."""

import pandas as pd
from data import write
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

visits = pd.read_csv(write())
visits["mean_a"] = visits.groupby("patient_id")["a"].transform("mean")
features = ["a", "b", "c", "d", "e", "mean_a"]

train, test = train_test_split(visits, random_state=0)  # leak: group-in-both-parts
model = RandomForestClassifier(random_state=0).fit(train[features], train["ill"])
print(f"accuracy {model.score(test[features], test['ill']):.2f}")
