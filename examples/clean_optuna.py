# Clean: trials are scored by cross-validation of the training part, the threshold comes from out-of-fold predictions.
import numpy as np
import optuna
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import cross_val_predict, cross_val_score, train_test_split
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

X, y = load_breast_cancer(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)


def build(c: float) -> Pipeline:
    return make_pipeline(StandardScaler(), LogisticRegression(C=c, max_iter=1000))


def objective(trial: optuna.Trial) -> float:
    return cross_val_score(build(trial.suggest_float("c", 1e-3, 1e3, log=True)), X_train, y_train, cv=3).mean()


study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=0))
study.optimize(objective, n_trials=10)
model = build(**study.best_params)
held_out = cross_val_predict(model, X_train, y_train, cv=3, method="predict_proba")[:, 1]
threshold = max(np.linspace(0.1, 0.9, 81), key=lambda cut: f1_score(y_train, held_out > cut))
model.fit(X_train, y_train)
print(f"F1: {f1_score(y_test, model.predict_proba(X_test)[:, 1] > threshold):.3f}")
