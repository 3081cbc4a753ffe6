"""What is no clustering is not scored, and noise is left out of the score."""

import numpy as np
from sklearn.cluster import DBSCAN
from sklearn.datasets import make_blobs
from sklearn.metrics import silhouette_score
from sklearn.preprocessing import StandardScaler

X, _ = make_blobs(n_samples=200, centers=3, cluster_std=0.6, random_state=0)
X = StandardScaler().fit_transform(X)

scores = {}
for eps in np.linspace(0.1, 0.4, 7):
    labels = DBSCAN(eps=eps).fit_predict(X)
    found = labels != -1
    if len(set(labels[found])) > 1:
        scores[f"{eps:.2f}"] = round(float(silhouette_score(X[found], labels[found])), 2)
print(scores)
