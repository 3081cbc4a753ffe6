"""Noise counts as a cluster of its own, and where all rows are one cluster the search would end with an error."""

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
    scores[f"{eps:.2f}"] = round(float(silhouette_score(X, labels)), 2)  # leak: unguarded-clustering-score
print(scores)
