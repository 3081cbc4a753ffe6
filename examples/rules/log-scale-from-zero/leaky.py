"""Zero has no logarithm: the first trial stops with an error, which this program catches to show it."""

import optuna
from sklearn.datasets import load_digits
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import cross_val_score

X, y = load_digits(return_X_y=True)
X, y = X[:300] / 16, y[:300]


def objective(trial: optuna.Trial) -> float:
    """Return the accuracy of a linear model."""
    alpha = trial.suggest_float("alpha", 0, 0.1, log=True)  # leak: log-scale-from-zero
    return cross_val_score(SGDClassifier(alpha=alpha, max_iter=20, tol=None, random_state=0), X, y, cv=3).mean()


study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=0))
study.optimize(objective, n_trials=30, catch=ValueError)
print(f"{sum(trial.value is not None for trial in study.trials)} of 30 trials came to an end")
