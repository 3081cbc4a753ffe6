# Leaks: the ten features that go best with the labels of all rows, held-out ones too, are picked out of pure noise.
# The accuracy is far above one half, though there is nothing to find.
import numpy as np
import pandas as pd
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

rng = np.random.default_rng(0)
noise = pd.DataFrame(rng.normal(size=(200, 2000)))
coin = pd.Series(rng.integers(0, 2, 200))
best = SelectKBest(k=10).fit_transform(noise, coin)  # leak: fit-before-split (learn)
X_train, X_test, y_train, y_test = train_test_split(best, coin, random_state=0)  # (split)

model = LogisticRegression().fit(X_train, y_train)
print(f"accuracy on coin tosses: {model.score(X_test, y_test):.2f}")  # (judge)
