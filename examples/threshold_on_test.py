# Leaks: the decision threshold is the best one for the test rows.
import numpy as np
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_recall_curve
from sklearn.model_selection import train_test_split

X, y = make_classification(n_samples=2000, weights=[0.95], flip_y=0.05, random_state=0)
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)  # (split)

probability = LogisticRegression().fit(X_train, y_train).predict_proba(X_test)[:, 1]
precision, recall, thresholds = precision_recall_curve(y_test, probability)  # leak: test-set-in-tuning (judge)
f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
best = np.argmax(f1[:-1])  # (choose)
print(f"F1 {f1[best]:.3f} at the threshold {thresholds[best]:.3f}")
