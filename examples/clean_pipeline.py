# Clean: everything that learns stands in a pipeline, the folds choose, and the test rows are opened once, at the end.
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_wine
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import classification_report
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import LabelEncoder, StandardScaler

wine = load_wine(as_frame=True)
y = LabelEncoder().fit_transform(wine.target_names[wine.target])
X_train, X_test, y_train, y_test = train_test_split(wine.data, y, stratify=y, random_state=0)

prepare = make_column_transformer(
    (make_pipeline(StandardScaler(), PCA(n_components=5)), list(wine.data.columns[:10])),
    remainder=StandardScaler(),
)
model = make_pipeline(prepare, LogisticRegression(max_iter=1000))
search = GridSearchCV(model, {"logisticregression__C": [0.01, 0.1, 1, 10]}, cv=5)
search.fit(X_train, y_train)
print(f"cross-validated: {search.best_score_:.3f} with {search.best_params_}")
print(classification_report(y_test, search.predict(X_test)))
