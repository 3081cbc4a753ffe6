"""The test rows are only transformed, by what the training rows taught."""

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

rng = np.random.default_rng(0)
X = rng.normal(size=(300, 5))
X[200:, 0] += 1  # the later rows are larger
y = X[:, 0] + 0.5 * rng.normal(size=300) > 0
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=100, shuffle=False)

scaler = StandardScaler()
model = LogisticRegression().fit(scaler.fit_transform(X_train), y_train)
print(f"accuracy {model.score(scaler.transform(X_test), y_test):.3f}")
