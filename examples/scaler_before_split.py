# Leaks: the scaler learns from all rows before a part of them is held out.
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

X, y = load_breast_cancer(return_X_y=True)
X = StandardScaler().fit_transform(X)  # leak: fit-before-split (learn)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)  # (split)

model = LogisticRegression().fit(X_train, y_train)
print(f"accuracy: {model.score(X_test, y_test):.3f}")  # (judge)
