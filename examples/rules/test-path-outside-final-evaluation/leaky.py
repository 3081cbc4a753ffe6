"""Trains on the training rows, and looks at the test rows although that is the final evaluation's alone."""

import numpy as np
from data import FOLDER, write
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score

write()
train = np.loadtxt(FOLDER / "train.csv", delimiter=",")
model = LogisticRegression().fit(train[:, :4], train[:, 4])

test = np.loadtxt(FOLDER / "test.csv", delimiter=",")  # leak: test-path-outside-final-evaluation
print(f"accuracy {model.score(test[:, :4], test[:, 4]):.3f}")
