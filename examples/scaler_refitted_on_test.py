# Leaks: the test rows are scaled by their own mean and deviation instead of those of the training rows.
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

X, y = load_diabetes(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)  # (split)

scaler = StandardScaler()
model = Ridge().fit(scaler.fit_transform(X_train), y_train)
X_test = scaler.fit_transform(X_test)  # leak: fit-on-test (learn)
print(f"R2: {r2_score(y_test, model.predict(X_test)):.3f}")  # (judge)
