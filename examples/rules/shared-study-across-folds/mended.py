"""Each fold's search makes a study of its own."""

from optuna.distributions import FloatDistribution
from optuna.integration import OptunaSearchCV
from sklearn.datasets import make_classification
from sklearn.model_selection import cross_val_score
from sklearn.tree import DecisionTreeClassifier

X, y = make_classification(n_samples=90, flip_y=0.3, random_state=0)
space = {"ccp_alpha": FloatDistribution(1e-4, 1e-1, log=True)}
search = OptunaSearchCV(DecisionTreeClassifier(random_state=0), space, n_trials=5, random_state=0)
print(f"accuracy {cross_val_score(search, X, y, cv=3).mean():.3f}")
