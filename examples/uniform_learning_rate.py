# Leaks nothing, but wastes the trials: nine of ten learning rates are drawn between 0.1 and 1.
import warnings

import optuna
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import cross_val_score
from sklearn.neural_network import MLPClassifier

warnings.simplefilter("ignore", ConvergenceWarning)
X, y = load_digits(return_X_y=True)


def objective(trial: optuna.Trial) -> float:
    rate = trial.suggest_float("learning_rate_init", 1e-5, 1.0)  # leak: uniform-prior-on-log-scale
    size = trial.suggest_int("size", 8, 32)
    model = MLPClassifier((size,), learning_rate_init=rate, max_iter=15, random_state=0)
    return cross_val_score(model, X, y, cv=3).mean()


study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=0))
study.optimize(objective, n_trials=5)
print(f"accuracy: {study.best_value:.3f} with {study.best_params}")
