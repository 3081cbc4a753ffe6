"""Only training rows are copied."""

import numpy as np
from imblearn.over_sampling import RandomOverSampler
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

rng = np.random.default_rng(0)
X, y = rng.normal(size=(400, 10)), rng.random(400) < 0.1  # nothing to learn: the truth is an area of 0.5

X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
X_train, y_train = RandomOverSampler(random_state=0).fit_resample(X_train, y_train)
model = RandomForestClassifier(random_state=0).fit(X_train, y_train)
print(f"area under the curve {roc_auc_score(y_test, model.predict_proba(X_test)[:, 1]):.2f}")
