# Leaks: rows invented from neighbours of the test rows stand in the training part, and the test part is half invented.
from imblearn.over_sampling import SMOTE
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import f1_score
from sklearn.model_selection import train_test_split

X, y = make_classification(n_samples=2000, weights=[0.95], flip_y=0.05, random_state=0)
X, y = SMOTE(random_state=0).fit_resample(X, y)  # leak: resample-before-split (learn)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)  # (split)

model = RandomForestClassifier(random_state=0).fit(X_train, y_train)
print(f"F1: {f1_score(y_test, model.predict(X_test)):.3f}")  # (judge)
