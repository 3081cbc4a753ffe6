# Leaks: the file of test rows is opened again in every trial, where nobody will notice what is done with it.
import tempfile
from pathlib import Path

import optuna
import pandas as pd
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score, train_test_split

FOLDER = Path(tempfile.mkdtemp())
FEATURES = ["sepal length (cm)", "sepal width (cm)"]


def write_files() -> None:
    train, test = train_test_split(load_iris(as_frame=True).frame, random_state=0)
    train.to_csv(FOLDER / "train.csv", index=False)
    test.to_csv(FOLDER / "test.csv", index=False)


def objective(trial: optuna.Trial) -> float:
    train = pd.read_csv(FOLDER / "train.csv")
    test = pd.read_csv(FOLDER / "test.csv")  # leak: test-path-in-tuning (open)
    model = LogisticRegression(C=trial.suggest_float("C", 1e-3, 1e3, log=True), max_iter=5000)
    print(model.fit(train[FEATURES], train["target"]).predict(test[FEATURES])[:5])
    return cross_val_score(model, train[FEATURES], train["target"], cv=3).mean()


write_files()
study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=0))
study.optimize(objective, n_trials=5)  # (tune)
print(f"cross-validated accuracy: {study.best_value:.3f}")
