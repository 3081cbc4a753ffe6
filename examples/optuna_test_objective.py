# Leaks: every trial is scored on the test rows, and the study keeps the best of these scores.
import optuna
from sklearn.datasets import load_digits
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.svm import SVC

X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)  # (split)


def objective(trial: optuna.Trial) -> float:
    c = trial.suggest_float("C", 1e-2, 1e2, log=True)
    gamma = trial.suggest_float("gamma", 1e-5, 1e-1, log=True)
    model = SVC(C=c, gamma=gamma).fit(X_train, y_train)
    return accuracy_score(y_test, model.predict(X_test))  # leak: test-set-in-tuning (judge)


study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=0))
study.optimize(objective, n_trials=10)  # (choose)
print(f"accuracy: {study.best_value:.3f} with {study.best_params}")
