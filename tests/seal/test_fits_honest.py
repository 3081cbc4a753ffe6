"""Programs that learn from their training rows alone: no fault is found, and what could not be shown is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.decomposition import PCA
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.feature_selection import RFECV, SelectKBest, SequentialFeatureSelector
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LassoCV, LinearRegression, LogisticRegression, SGDClassifier
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    GroupShuffleSplit,
    KFold,
    LeaveOneGroupOut,
    PredefinedSplit,
    RandomizedSearchCV,
    RepeatedStratifiedKFold,
    ShuffleSplit,
    StratifiedGroupKFold,
    StratifiedKFold,
    TimeSeriesSplit,
    cross_val_predict,
    cross_val_score,
    cross_validate,
    learning_curve,
    permutation_test_score,
    train_test_split,
    validation_curve,
)
from sklearn.multiclass import OneVsRestClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import FunctionTransformer, LabelEncoder, Normalizer, OneHotEncoder, StandardScaler
from sklearn.semi_supervised import SelfTrainingClassifier
from sklearn.svm import SVC

from leakguard.seal import Ruling, watch_fits
from leakguard.seal.ledger import VARIABLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Table = Any  # an array in these tests, anything to scikit-learn

_random = np.random.default_rng(11)
X = _random.normal(size=(120, 6))
y = (X[:, 0] + _random.normal(size=120) > 0).astype(int)
X_TEST = _random.normal(size=(30, 6))
GROUPS = np.arange(120) // 6
MODEL = LogisticRegression()
PIPE = make_pipeline(StandardScaler(), LogisticRegression())

PROGRAMS: list[tuple[Callable[[], object], Ruling]] = []


def honest(program: Callable[[], object]) -> Callable[[], object]:
    PROGRAMS.append((program, Ruling.HELD))
    return program


def unproven(program: Callable[[], object]) -> Callable[[], object]:
    """Put an honest program into the table of which the ledger cannot show that it is."""
    PROGRAMS.append((program, Ruling.NOT_PROVEN))
    return program


@pytest.fixture(autouse=True)
def _own_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "ledger.jsonl"))


@honest
def cross_validated_pipeline() -> None:
    cross_val_score(PIPE, X, y, cv=5)


@honest
def searches_and_their_refits() -> None:
    search = GridSearchCV(PIPE, {"logisticregression__C": [1, 10]}, cv=StratifiedKFold(3)).fit(X, y)
    search.predict(X_TEST)
    RandomizedSearchCV(PIPE, {"logisticregression__C": [1, 10, 100]}, n_iter=2, cv=3).fit(X, y)


@honest
def nested_validation() -> None:
    cross_val_score(GridSearchCV(PIPE, {"logisticregression__C": [1, 10]}, cv=2), X, y, cv=3)


@honest
def nested_validation_by_hand() -> None:
    for train, test in KFold(3).split(X):
        for inner, validation in KFold(2).split(X[train]):
            scaler = StandardScaler().fit(X[train][inner])
            model = clone(MODEL).fit(scaler.transform(X[train][inner]), y[train][inner])
            model.score(scaler.transform(X[train][validation]), y[train][validation])
        scaler = StandardScaler().fit(X[train])
        model = clone(MODEL).fit(scaler.transform(X[train]), y[train])
        model.score(scaler.transform(X[test]), y[test])
    clone(PIPE).fit(X, y)


@honest
def splits_by_group() -> None:
    for splitter in (GroupKFold(3), LeaveOneGroupOut(), GroupShuffleSplit(3, random_state=0), StratifiedGroupKFold(3)):
        cross_val_score(PIPE, X, y, groups=GROUPS, cv=splitter)


@honest
def splits_by_time() -> None:
    cross_validate(PIPE, X, y, cv=TimeSeriesSplit(4, gap=2), return_train_score=True, return_estimator=True)


@honest
def splits_by_time_in_a_loop() -> None:
    for train, test in TimeSeriesSplit(4).split(X):
        scaler = StandardScaler()
        model = clone(MODEL).fit(scaler.fit_transform(X[train]), y[train])
        model.score(scaler.transform(X[test]), y[test])


@honest
def early_part_taken_from_a_scaled_fold_of_time() -> None:
    for train, test in TimeSeriesSplit(4).split(X):
        scaler = StandardScaler().fit(X[train])
        scaled = scaler.transform(X[train])
        clone(MODEL).fit(scaled[: len(train) // 2 + 4], y[train][: len(train) // 2 + 4]).score(X[test], y[test])


@honest
def repeated_and_random_splits() -> None:
    cross_val_score(PIPE, X, y, cv=RepeatedStratifiedKFold(n_splits=3, n_repeats=2, random_state=1))
    cross_val_score(PIPE, X, y, cv=ShuffleSplit(4, test_size=0.4, random_state=1))
    cross_val_score(PIPE, X, y, cv=PredefinedSplit(np.arange(120) % 4 - 1))


@honest
def two_validations_of_different_cuts() -> None:
    for folds in (5, 7):
        for train, test in KFold(folds).split(X):
            scaler = StandardScaler().fit(X[train])
            part = scaler.transform(X[train])[:50]
            clone(MODEL).fit(part, y[train][:50]).score(scaler.transform(X[test]), y[test])


@honest
def final_fit_while_a_generator_is_kept() -> None:
    folds = KFold(4).split(X)
    train, test = next(folds)
    clone(PIPE).fit(X[train], y[train]).score(X[test], y[test])
    clone(PIPE).fit(X, y)


@honest
def folds_of_two_symmetric_halves() -> None:
    for one, other in KFold(2).split(X):
        clone(MODEL).fit(X[one], y[one]).predict(X[other])
        clone(MODEL).fit(X[other], y[other]).predict(X[one])


@honest
def split_before_everything() -> None:
    rows, test, targets, truth = train_test_split(X, y, random_state=0)
    scaler = StandardScaler().fit(rows)
    clone(MODEL).fit(scaler.transform(rows), targets).score(scaler.transform(test), truth)


@honest
def split_in_three() -> None:
    rest, test, left, truth = train_test_split(X, y, random_state=0)
    rows, validation, targets, known = train_test_split(rest, left, random_state=0)
    scores = [
        clone(PIPE).set_params(logisticregression__C=c).fit(rows, targets).score(validation, known) for c in (1, 9)
    ]
    clone(PIPE).set_params(logisticregression__C=max(scores)).fit(rest, left).score(test, truth)


@honest
def stateless_steps_before() -> None:
    prepared = Normalizer().fit_transform(X)
    prepared = FunctionTransformer(np.tanh).fit_transform(prepared)
    cross_val_score(PIPE, prepared, LabelEncoder().fit_transform(y), cv=4)


@honest
def categories_known_from_the_start() -> None:
    kinds = np.round(X * 3).astype(int)
    cross_val_score(MODEL, OneHotEncoder(sparse_output=False).fit_transform(kinds), y, cv=4)


@honest
def compositions() -> None:
    columns = ColumnTransformer([("a", StandardScaler(), [0, 1]), ("b", PCA(1), [2, 3])])
    union = FeatureUnion([("a", PCA(2)), ("b", SelectKBest(k=2))])
    cross_val_score(make_pipeline(columns, MODEL), X, y, cv=3)
    cross_val_score(make_pipeline(union, MODEL), X, y, cv=3)


@honest
def ensembles() -> None:
    stacking = StackingClassifier([("a", PIPE), ("b", SVC())], MODEL, cv=3)
    voting = VotingClassifier([("a", PIPE), ("b", SVC())])
    for model in (stacking, voting, BaggingClassifier(PIPE, 3), AdaBoostClassifier(n_estimators=3)):
        cross_val_score(model, X, y, cv=3)


@honest
def forests_and_boosting() -> None:
    for model in (
        RandomForestClassifier(5, oob_score=False),
        GradientBoostingClassifier(n_estimators=5, n_iter_no_change=2),
        HistGradientBoostingClassifier(max_iter=5, early_stopping=True),
    ):
        cross_val_score(model, X, y, cv=3)


@honest
def early_stopping_on_its_own_part() -> None:
    cross_val_score(make_pipeline(StandardScaler(), MLPClassifier((4,), early_stopping=True, max_iter=400)), X, y, cv=3)


@honest
def warm_start() -> None:
    for train, test in KFold(3).split(X):
        model = SGDClassifier(warm_start=True, random_state=0)
        for _ in range(3):
            model.fit(X[train], y[train])
        model.partial_fit(X[train][:9], y[train][:9])
        model.score(X[test], y[test])


@honest
def calibration_and_targets() -> None:
    cross_val_score(CalibratedClassifierCV(PIPE, cv=3), X, y, cv=3)
    cross_val_score(CalibratedClassifierCV(PIPE, cv=3, ensemble=False), X, y, cv=3)
    cross_val_score(TransformedTargetRegressor(LinearRegression(), transformer=StandardScaler()), X, X[:, 1], cv=3)


@honest
def models_that_validate_within() -> None:
    cross_val_score(make_pipeline(StandardScaler(), LassoCV(cv=3)), X, X[:, 0], cv=3)
    LassoCV(cv=3).fit(X, X[:, 0])


@honest
def selection_within() -> None:
    cross_val_score(make_pipeline(SelectKBest(k=2), MODEL), X, y, cv=3)
    cross_val_score(make_pipeline(RFECV(MODEL, cv=2), MODEL), X, y, cv=3)
    cross_val_score(make_pipeline(SequentialFeatureSelector(MODEL, n_features_to_select=2, cv=2), MODEL), X, y, cv=2)


@honest
def classes_one_by_one() -> None:
    cross_val_score(OneVsRestClassifier(SVC()), X, np.digitize(X[:, 0], [-0.5, 0.5]), cv=3)


@honest
def semi_supervised() -> None:
    partly = y.copy()
    partly[::5] = -1
    cross_val_score(
        SelfTrainingClassifier(MODEL), X, partly, cv=3, scoring=lambda model, rows, _: model.predict(rows)[0]
    )


@honest
def curves_and_permutations() -> None:
    learning_curve(PIPE, X, y, cv=3, train_sizes=[0.4, 1.0], shuffle=True, random_state=0)
    validation_curve(PIPE, X, y, param_name="logisticregression__C", param_range=[1, 2], cv=3)
    permutation_test_score(PIPE, X, y, cv=3, n_permutations=2)
    cross_val_predict(PIPE, X, y, cv=3, method="predict_proba")


@honest
def part_of_a_fitted_pipeline() -> None:
    pipe = make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression())
    for train, test in KFold(3).split(X):
        pipe.fit(X[train], y[train])
        pipe[:-1].transform(X[test])
        pipe.predict(X[test])


class MajorityOfTwo(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no annotations
    """An estimator of the project's own that fits others on parts of its rows."""

    def fit(self, rows: Table, target: Table) -> MajorityOfTwo:
        half = len(rows) // 2
        self.classes_ = np.unique(target)
        self.one_ = clone(PIPE).fit(rows[:half], target[:half])
        self.other_ = SVC().fit(StandardScaler().fit_transform(rows), target)
        return self

    def predict(self, rows: Table) -> Table:
        return self.one_.predict(rows)


@honest
def own_estimators() -> None:
    cross_val_score(MajorityOfTwo(), X, y, cv=3)
    GridSearchCV(make_pipeline(StandardScaler(), MajorityOfTwo()), {}, cv=3).fit(X, y)


@unproven
def more_rows_made_up_within_the_fold() -> None:
    for train, test in KFold(3).split(X):
        noise = np.random.default_rng(0).normal(size=X[train].shape) / 9
        rows = np.vstack([X[train], X[train] + noise])
        clone(MODEL).fit(rows, np.hstack([y[train], y[train]])).score(X[test], y[test])


@unproven
def rows_computed_by_hand() -> None:
    for train, test in KFold(3).split(np.exp(X)):
        clone(MODEL).fit(np.exp(X[train]), y[train]).score(np.exp(X[test]), y[test])


@unproven
def nothing_fitted() -> None:
    list(KFold(3).split(X))


@unproven
def no_split() -> None:
    clone(PIPE).fit(X, y)


@pytest.mark.parametrize(("program", "ruling"), PROGRAMS, ids=[each[0].__name__ for each in PROGRAMS])
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_no_false_alarm(program: Callable[[], object], ruling: Ruling) -> None:
    with watch_fits(X, y) as fits:
        program()
    evidence = fits.evidence()
    assert evidence.breaches == ()
    assert evidence.ruling is ruling, evidence


def test_columns_that_tell_no_rows_apart_prove_nothing() -> None:
    coins = (X[:, :1] > 0).astype(int)
    with watch_fits(coins, y) as fits:
        cross_val_score(PIPE, StandardScaler().fit_transform(coins), y, cv=3)
    assert fits.evidence().ruling is Ruling.NOT_PROVEN


def test_natural_duplicates_are_no_leak() -> None:
    rows = np.repeat(X[:60], 2, axis=0)
    with watch_fits(rows, y) as fits:
        cross_val_score(PIPE, rows, y, cv=KFold(4, shuffle=True, random_state=0))
    assert fits.evidence().breaches == ()


def test_the_sealed_rows_count_where_no_split_is_seen() -> None:
    with watch_fits(X, y, sealed=X_TEST) as fits:
        clone(PIPE).fit(X, y).predict(X_TEST)
    evidence = fits.evidence()
    assert evidence.ruling is Ruling.HELD
    assert evidence.shown == "1 fits in 1 process, held against 30 sealed rows: 0 faults"
