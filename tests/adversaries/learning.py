"""Leaky programs whose preparation, or whose end of training, learned from the test rows or from validation rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from adversary import FITS, FOLD_NOISE, HANDLES, ROWS, TEST_NOISE, TWINS, World, seen_by
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.ensemble import HistGradientBoostingClassifier, IsolationForest
from sklearn.feature_selection import RFE, SelectKBest
from sklearn.impute import KNNImputer, SimpleImputer
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.model_selection import GridSearchCV, KFold, StratifiedKFold, cross_val_predict, cross_val_score
from sklearn.preprocessing import KBinsDiscretizer, QuantileTransformer, StandardScaler, TargetEncoder

if TYPE_CHECKING:
    from collections.abc import Sequence

ON_TEST, BEFORE, STOPS = "fit-on-test", "fit-outside-folds", "test-set-early-stopping"


def search(X: Any, y: Any) -> Any:
    return GridSearchCV(LogisticRegression(), {"C": [0.01, 1.0]}, cv=3).fit(X, y)


def both(world: World) -> tuple[Any, Any]:
    return np.vstack([world.X, world.X_test]), np.concatenate([world.y, world.y_test])


def _transformed(world: World, transformer: Any) -> object:
    """Fit on training and test rows together, then tune on the training rows."""
    X, _ = both(world)
    return transformer.fit(X), search(transformer.transform(world.X), world.y)


# On training and test rows together


@seen_by(FITS, HANDLES, TEST_NOISE)
def scaler_on_both(world: World) -> object:
    return _transformed(world, StandardScaler())


@seen_by(FITS, HANDLES, TEST_NOISE)
def imputer_on_both(world: World) -> object:
    return _transformed(world, SimpleImputer())


@seen_by(FITS, HANDLES, TEST_NOISE)
def neighbours_imputer_on_both(world: World) -> object:
    return _transformed(world, KNNImputer())


@seen_by(FITS, HANDLES, TEST_NOISE)
def components_on_both(world: World) -> object:
    return _transformed(world, PCA(2))


@seen_by(FITS, HANDLES, TEST_NOISE)
def quantiles_on_both(world: World) -> object:
    return _transformed(world, QuantileTransformer(n_quantiles=10))


@seen_by(FITS, HANDLES, TEST_NOISE)
def clusters_on_both(world: World) -> object:
    return _transformed(world, KMeans(3, n_init=1, random_state=0))


@seen_by(FITS, HANDLES, TEST_NOISE)
def bins_on_both(world: World) -> object:
    return _transformed(world, KBinsDiscretizer(3, encode="ordinal", quantile_method="linear"))


@seen_by(FITS, HANDLES, TEST_NOISE)
def selection_on_both(world: World) -> object:
    chosen = SelectKBest(k=2).fit(*both(world))
    return chosen, search(chosen.transform(world.X), world.y)


@seen_by(FITS, HANDLES, TEST_NOISE)
def elimination_on_both(world: World) -> object:
    chosen = RFE(LogisticRegression(), n_features_to_select=2).fit(*both(world))
    return chosen, search(chosen.transform(world.X), world.y)


@seen_by(FITS, HANDLES, TEST_NOISE)
def outliers_on_both(world: World) -> object:
    kept = IsolationForest(n_estimators=10, random_state=0).fit(both(world)[0]).predict(world.X) == 1
    return search(world.X[kept], world.y[kept])


@seen_by(HANDLES, TEST_NOISE)  # its rows are computed by hand: no content leads back to the watched ones
def target_encoder_on_both(world: World) -> object:
    X, y = both(world)
    encoder = TargetEncoder(random_state=0).fit((X[:, :1] > 0).astype(int), y)
    return search(np.hstack([world.X, encoder.transform((world.X[:, :1] > 0).astype(int))]), world.y)


@seen_by(FITS, HANDLES, TEST_NOISE, needs=("imblearn",))
def smote_before_split(world: World) -> object:
    from imblearn.over_sampling import SMOTE

    X, y = SMOTE(random_state=0).fit_resample(*both(world))
    return search(X[::2], y[::2])


@seen_by(HANDLES, TEST_NOISE)
def means_by_hand(world: World) -> object:
    X, _ = both(world)
    return search((world.X - X.mean(axis=0)) / X.std(axis=0), world.y)


@seen_by(HANDLES, TEST_NOISE, needs=("pandas",))
def target_means_by_hand(world: World) -> object:
    import pandas as pd

    X, y = both(world)
    encoded = pd.DataFrame({"bin": X[:, 1] > 0, "y": y}).groupby("bin")["y"].transform("mean").to_numpy()
    return search(np.column_stack([world.X, encoded[: len(world.X)]]), world.y)


@seen_by(FITS, HANDLES, TEST_NOISE)
def scaler_on_test_alone(world: World) -> object:
    return search(StandardScaler().fit(world.X_test).transform(world.X), world.y)


@seen_by(FITS, HANDLES, TEST_NOISE)
def model_on_both(world: World) -> object:
    return search(*both(world))


@seen_by(HANDLES, TEST_NOISE)
def pseudo_labels(world: World) -> object:
    model = search(world.X, world.y)
    X, _ = both(world)
    return LogisticRegression().fit(X, np.concatenate([world.y, model.predict(world.X_test)]))


# Training stopped by the test rows, or by rows that are then scored


@seen_by(FITS, HANDLES, TEST_NOISE, rule=STOPS, needs=("xgboost",))
def stops_boosting_on_test(world: World) -> object:
    from xgboost import XGBClassifier

    model = XGBClassifier(n_estimators=40, early_stopping_rounds=2, n_jobs=1)
    return model.fit(world.X, world.y, eval_set=[(world.X_test, world.y_test)], verbose=False).best_iteration


@seen_by(FITS, HANDLES, TEST_NOISE, rule=STOPS, needs=("lightgbm",))
def stops_other_boosting_on_test(world: World) -> object:
    import lightgbm

    model = lightgbm.LGBMClassifier(n_estimators=40, min_child_samples=2, num_threads=1, verbose=-1, deterministic=True)
    stop = lightgbm.early_stopping(2, verbose=False)
    return model.fit(world.X, world.y, eval_set=[(world.X_test, world.y_test)], callbacks=[stop]).best_iteration_


@seen_by(HANDLES, TEST_NOISE)
def stops_histogram_boosting_on_test(world: World) -> object:
    model = HistGradientBoostingClassifier(max_iter=20, early_stopping=True, n_iter_no_change=2, random_state=0)
    return model.fit(world.X, world.y, X_val=world.X_test, y_val=world.y_test).n_iter_


@seen_by(HANDLES, TEST_NOISE)
def stops_epochs_on_test(world: World) -> object:
    model, best, epochs = SGDClassifier(random_state=0), 0.0, 0
    for epoch in range(8):
        model.partial_fit(world.X, world.y, classes=[0, 1])
        score = model.score(world.X_test, world.y_test)
        best, epochs = max((best, epochs), (score, epoch))
    return best, epochs


class Network:
    """Trains like a Keras model: rows to watch are handed to `fit`, and stop it."""

    def fit(self, X: Any, y: Any, validation_data: Sequence[Any], patience: int = 1) -> Network:
        self.model = SGDClassifier(loss="log_loss", random_state=0)
        self.losses: list[float] = []
        while len(self.losses) < 10 and (len(self.losses) <= patience or self.losses[-1] <= self.losses[-1 - patience]):
            self.model.partial_fit(X, y, classes=[0, 1])
            self.losses.append(1 - self.model.score(*validation_data))
        return self


@seen_by(HANDLES, TEST_NOISE)
def stops_network_on_test(world: World) -> object:
    return Network().fit(world.X, world.y, validation_data=(world.X_test, world.y_test)).losses


@seen_by(FITS, FOLD_NOISE, rule=STOPS, needs=("xgboost",))
def stops_on_scored_fold(world: World) -> object:
    from xgboost import XGBClassifier

    scores = []
    for train, valid in StratifiedKFold(4).split(world.X, world.y):
        model = XGBClassifier(n_estimators=40, early_stopping_rounds=2, n_jobs=1)
        model.fit(world.X[train], world.y[train], eval_set=[(world.X[valid], world.y[valid])], verbose=False)
        scores.append(model.score(world.X[valid], world.y[valid]))
    return scores


# Before the folds, or in spite of them


@seen_by(FITS, FOLD_NOISE, rule=BEFORE)
def scaler_before_folds(world: World) -> object:
    return search(StandardScaler().fit_transform(world.X), world.y)


@seen_by(FITS, FOLD_NOISE, rule=BEFORE)
def components_before_folds(world: World) -> object:
    return cross_val_score(LogisticRegression(), PCA(2).fit_transform(world.X), world.y, cv=4)


@seen_by(FITS, FOLD_NOISE, rule=BEFORE)
def imputer_before_folds(world: World) -> object:
    return search(SimpleImputer().fit_transform(np.where(world.X > 1, np.nan, world.X)), world.y)


@seen_by(FITS, FOLD_NOISE, rule=BEFORE)
def selection_before_folds(world: World) -> object:
    wide = np.column_stack([world.X, np.random.default_rng(0).normal(size=(len(world.X), 60))])
    return search(SelectKBest(k=5).fit_transform(wide, world.y), world.y)


@seen_by(FITS, FOLD_NOISE, rule=BEFORE)
def clusters_before_folds(world: World) -> object:
    return search(KMeans(3, n_init=1, random_state=0).fit_transform(world.X), world.y)


@seen_by(FOLD_NOISE, rule=BEFORE)
def means_before_folds(world: World) -> object:
    return search((world.X - world.X.mean(axis=0)) / world.X.std(axis=0), world.y)


@seen_by(FITS, FOLD_NOISE, rule=BEFORE)
def scaler_in_loop_on_all(world: World) -> object:
    scores = []
    for train, valid in StratifiedKFold(4).split(world.X, world.y):
        scaled = StandardScaler().fit_transform(world.X)
        scores.append(LogisticRegression().fit(scaled[train], world.y[train]).score(scaled[valid], world.y[valid]))
    return scores


@seen_by(FITS, FOLD_NOISE, rule=BEFORE)
def scaler_on_validation_rows(world: World) -> object:
    scores = []
    for train, valid in StratifiedKFold(4).split(world.X, world.y):
        model = LogisticRegression().fit(world.X[train], world.y[train])
        scaled = StandardScaler().fit_transform(np.vstack([world.X[train], world.X[valid]]))
        model.fit(scaled[: len(train)], world.y[train])
        scores.append(model.score(scaled[len(train) :], world.y[valid]))
    return scores


@seen_by(FITS, rule=BEFORE)  # of one fold alone, the last cannot be poisoned
def dropped_generator(world: World) -> object:
    train, valid = next(KFold(4).split(world.X))
    scaler = StandardScaler().fit(np.vstack([world.X[train], world.X[valid]]))
    return LogisticRegression().fit(scaler.transform(world.X[train]), world.y[train])


@seen_by(FOLD_NOISE, rule=BEFORE)
def weights_from_fold_to_fold(world: World) -> object:
    model = SGDClassifier(warm_start=True, random_state=0)
    X, y = world.X, world.y
    return [model.fit(X[train], y[train]).score(X[valid], y[valid]) for train, valid in KFold(4).split(X)]


@seen_by(FOLD_NOISE, rule=BEFORE)  # no fit made this table: it is put together by hand
def predictions_as_features(world: World) -> object:
    """Stacks a model that was fitted on all rows under the cross-validated one."""
    inner = LogisticRegression().fit(world.X, world.y)
    return search(np.column_stack([world.X, inner.predict_proba(world.X)[:, 1]]), world.y)


# What no fit shows


class BatchScaler(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
    """Learns from the rows that it transforms."""

    def fit(self, X: Any, y: Any = None) -> BatchScaler:
        del X, y
        return self

    def transform(self, X: Any) -> Any:
        return (X - np.mean(X, axis=0)) / np.std(X, axis=0)


@seen_by(ROWS)
def scaler_of_each_batch(world: World) -> object:
    return BatchScaler().fit(world.X)


class Ranks(BatchScaler):
    """Ranks rows among those that it transforms."""

    def transform(self, X: Any) -> Any:
        return np.argsort(np.argsort(X, axis=0), axis=0)


@seen_by(ROWS)
def ranks_in_each_batch(world: World) -> object:
    return Ranks().fit(world.X)


@seen_by(TWINS)
def test_rows_among_training_rows(world: World) -> object:
    return search(world.X, world.y)


@seen_by(TEST_NOISE)
def out_of_fold_on_both(world: World) -> object:
    X, y = both(world)
    return cross_val_predict(LogisticRegression(), X, y, cv=3)[: len(world.X)]
