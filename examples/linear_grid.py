# Leaks nothing, but wastes the search: nineteen of twenty penalties stand above 5, and none between 0.001 and 5.
import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV

X, y = load_diabetes(return_X_y=True)
grid = {"alpha": np.linspace(0.001, 100, 20)}  # leak: linear-grid-on-log-scale
search = GridSearchCV(Ridge(), grid, cv=5).fit(X, y)
print(f"R2: {search.best_score_:.3f} with {search.best_params_}")
