"""Each trial reads the file of test rows, which is bound to decide."""

import numpy as np
import optuna
from data import FOLDER, write
from sklearn.linear_model import LogisticRegression

write()
train = np.loadtxt(FOLDER / "train.csv", delimiter=",")


def objective(trial: optuna.Trial) -> float:
    test = np.loadtxt(FOLDER / "test.csv", delimiter=",")  # leak: test-path-in-tuning
    model = LogisticRegression(C=trial.suggest_float("C", 1e-4, 1e2, log=True)).fit(train[:, :4], train[:, 4])
    return model.score(test[:, :4], test[:, 4])  # leak: test-set-in-tuning


study = optuna.create_study(direction="maximize", sampler=optuna.samplers.RandomSampler(seed=0))
study.optimize(objective, n_trials=60)
print(f"accuracy {study.best_value:.3f}")  # leak: selection-score-reported
