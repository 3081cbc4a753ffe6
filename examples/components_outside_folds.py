# Leaks: the components were learned from all training rows, so from the validation rows of each fold of the search.
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.svm import SVC

X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)

pca = PCA(n_components=20, random_state=0)
train_components = pca.fit_transform(X_train)  # leak: fit-outside-folds (learn)
search = GridSearchCV(SVC(), {"C": [0.1, 1, 10]}, cv=3)
search.fit(train_components, y_train)  # (split)
print(f"cross-validated: {search.best_score_:.3f}")
print(f"test: {search.score(pca.transform(X_test), y_test):.3f}")
