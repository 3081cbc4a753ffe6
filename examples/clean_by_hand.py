# Clean: a validation part chooses, statistics of the training part are applied to all three parts.
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import train_test_split

frame = load_diabetes(as_frame=True, scaled=False).frame
rest, test = train_test_split(frame, test_size=0.2, random_state=0)
train, valid = train_test_split(rest, test_size=0.25, random_state=0)
features = ["age", "bmi", "bp", "s5"]
mean, deviation = train[features].mean(), train[features].std()
X_train, X_valid, X_test = ((part[features] - mean) / deviation for part in (train, valid, test))

best_error, best = float("inf"), None
for alpha in (0.01, 0.1, 1, 10, 100):
    ridge = Ridge(alpha=alpha).fit(X_train, train["target"])
    error = mean_absolute_error(valid["target"], ridge.predict(X_valid))
    if error < best_error:
        best_error, best = error, ridge
print(f"validation: {best_error:.1f}, test: {mean_absolute_error(test['target'], best.predict(X_test)):.1f}")
