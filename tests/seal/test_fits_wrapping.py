"""What the watch replaces, and that it puts all of it back."""

from __future__ import annotations

import inspect
import pickle
from typing import TYPE_CHECKING, Any

import joblib.parallel
import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin, clone
from sklearn.ensemble import StackingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import BaseCrossValidator, GridSearchCV, KFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.utils.metaestimators import available_if

from leakguard.seal import Ruling, watch_fits
from leakguard.seal.causes import Cause
from leakguard.seal.fits.estimators import known_classes, splitter_classes
from leakguard.seal.ledger import VARIABLE, events

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import Self

Table = Any  # an array in these tests, anything to scikit-learn

_random = np.random.default_rng(3)
X = _random.normal(size=(80, 4))
y = (X[:, 0] > 0).astype(int)


@pytest.fixture(autouse=True)
def _own_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "ledger.jsonl"))


def _attributes() -> dict[tuple[type, str], object]:
    """Return every attribute of every class that a watch can touch, as it stands there."""
    classes = {*known_classes((), ()), *splitter_classes(), joblib.parallel.BatchedCalls}
    return {(cls, name): value for cls in classes for name, value in vars(cls).items() if not name.startswith("_abc")}


def test_everything_is_put_back_by_identity() -> None:
    before = _attributes()
    with watch_fits(X, y):
        assert hasattr(vars(StandardScaler)["fit"], "__leakguard__")
        cross_val_score(make_pipeline(StandardScaler(), SVC()), X, y, cv=3)
    after = _attributes()
    assert before.keys() == after.keys()
    assert [key for key, value in before.items() if after[key] is not value] == []


def test_nested_watches_see_their_own_part() -> None:
    with watch_fits(X, y) as whole:
        scaled = StandardScaler().fit_transform(X)
        with watch_fits(X, y) as part:
            cross_val_score(SVC(), X, y, cv=3)
        cross_val_score(SVC(), scaled, y, cv=4)
    assert part.evidence().ruling is Ruling.HELD
    assert len(part.records) == 3
    assert [breach.cause for breach in whole.evidence().breaches] == [Cause.FITTED_OUTSIDE_FOLDS]
    assert len(whole.records) == 8


def test_a_watch_that_ends_by_an_exception_is_taken_down() -> None:
    before = vars(StandardScaler)["fit"]
    with pytest.raises(ValueError, match="2D array"), watch_fits(X, y) as fits:
        StandardScaler().fit(X[:, 0])
    assert vars(StandardScaler)["fit"] is before
    assert [fit.estimator for fit in fits.records] == ["StandardScaler"]


def test_signatures_and_availability_stay() -> None:
    class Plain(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no annotations
        def __init__(self, apt: bool = True) -> None:  # noqa: FBT001, FBT002 - a parameter of an estimator
            self.apt = apt

        @available_if(lambda self: self.apt)  # type: ignore[untyped-decorator]  # as above
        def transform(self, rows: Table) -> Table:
            return rows

    plain = inspect.signature(SVC.fit)
    with watch_fits(X, y):
        assert inspect.signature(SVC.fit) == plain
        assert hasattr(Plain(), "transform")
        assert not hasattr(Plain(apt=False), "transform")
        assert SVC.fit.__doc__
        StackingClassifier([("a", SVC())]).fit(X, y, sample_weight=np.ones(80))


def _searched(model: object) -> Any:  # noqa: ANN401 - scikit-learn has no annotations
    return GridSearchCV(make_pipeline(StandardScaler(), model), {}, cv=3, error_score="raise").fit(X, y)


def test_a_class_that_is_defined_during_the_watch() -> None:
    with watch_fits(X, y) as fits:

        class Late(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no annotations
            def fit(self, rows: Table, target: Table) -> Self:
                self.classes_ = np.unique(target)
                self.rows_ = rows
                return self

            def predict(self, rows: Table) -> Table:
                return np.zeros(len(rows))

        for _train, test in KFold(4).split(X):
            Late().fit(X, y).predict(X[test])
    assert {breach.message.partition(" ")[0] for breach in fits.evidence().breaches} == {"Late.fit"}
    assert not hasattr(Late.fit, "__leakguard__")


def test_a_splitter_that_is_defined_during_the_watch() -> None:
    with watch_fits(X, y) as fits:

        class Halves(BaseCrossValidator):  # type: ignore[misc]  # scikit-learn has no annotations
            def split(self, X: Table, y: Table = None, groups: Table = None) -> Iterator[tuple[Table, Table]]:  # noqa: N803
                del y, groups
                yield np.arange(40), np.arange(40, len(X))

            def get_n_splits(self, *_: Table) -> int:
                return 1

        cross_val_score(SVC(), StandardScaler().fit_transform(X), y, cv=Halves())
    assert [breach.cause for breach in fits.evidence().breaches] == [Cause.FITTED_OUTSIDE_FOLDS]


class Meta(type):
    """A metaclass, as some libraries have."""


class Odd(metaclass=Meta):
    """No estimator of scikit-learn's: slots without room for weak references, and a class method that learns."""

    __slots__ = ("rows",)

    def fit(self, rows: Table) -> Odd:
        self.rows = rows
        return self

    @classmethod
    def partial_fit(cls, rows: Table) -> Odd:
        return cls().fit(rows)

    @staticmethod
    def fit_predict(rows: Table) -> Table:
        return rows[:, 0]


@pytest.mark.parametrize("learn", [lambda: Odd().fit(X), lambda: Odd.partial_fit(X), lambda: Odd.fit_predict(X)])
def test_slots_metaclasses_and_class_methods(learn: Callable[[], object]) -> None:
    with watch_fits(X, y) as fits:
        for _ in KFold(2).split(X):
            learn()
    (breach,) = fits.evidence().breaches
    assert breach.message.startswith("Odd.")
    assert breach.reader is not None
    assert breach.reader.file == __file__


def test_classes_named_by_hand() -> None:
    class Local:
        def fit(self, rows: Table) -> Local:
            del rows
            return self

    for estimators, count in (((), 0), ((Local,), 1)):
        with watch_fits(X, y, estimators=estimators) as fits:
            Local().fit(X)
        assert len(fits.records) == count


class Unreadable:
    """Something that claims rows and fails to show them."""

    shape = (80, 4)
    columns = ("a",)

    def to_numpy(self) -> Table:
        raise OSError("no rows today")

    def __len__(self) -> int:
        return 80


def test_rows_that_cannot_be_read_are_no_obstacle() -> None:
    with watch_fits(X, y) as fits:
        for train, _test in KFold(2).split(X):
            Odd().fit(Unreadable())
            SVC().fit(X[train], y[train])
    evidence = fits.evidence()
    assert evidence.ruling is Ruling.NOT_PROVEN
    assert "2 fits saw rows that could not be traced, such as Odd.fit" in evidence.limits


class Doubles(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no annotations
    """Calls its own methods, as subclasses do."""

    def fit(self, rows: Table, target: Table = None) -> Self:
        del target
        self.means_ = rows.mean(axis=0)
        return self

    def transform(self, rows: Table) -> Table:
        return rows - self.means_


def test_one_fit_is_recorded_once() -> None:
    with watch_fits(X, y) as fits:
        Doubles().fit_transform(X)
        make_pipeline(Doubles(), StandardScaler(), LogisticRegression()).fit(X, y)
    assert [(fit.estimator, fit.method) for fit in fits.records] == [("Doubles", "fit_transform"), ("Pipeline", "fit")]


def test_work_is_counted_by_outermost_fits() -> None:
    with watch_fits(X, y) as fits:
        GridSearchCV(make_pipeline(StandardScaler(), SVC()), {"svc__C": [1, 2, 3, 4]}, cv=5).fit(X, y)
    assert len(fits.records) == 4 * 5 + 1 + 1
    kinds = [event.kind for event in events()]
    assert kinds.count("fit") == 22
    assert kinds.count("fold") == 5
    assert kinds.count("rows") == 12  # ten parts of folds, all rows, and none


def test_a_fitted_estimator_pickled_and_cloned_during_the_watch() -> None:
    with watch_fits(X, y):
        model = pickle.loads(pickle.dumps(SVC().fit(X, y)))  # noqa: S301 - our own bytes
        clone(model)
    assert model.predict(X).shape == (80,)


def test_evidence_can_be_asked_for_at_any_time() -> None:
    with watch_fits(X, y) as fits:
        assert fits.evidence().ruling is Ruling.NOT_PROVEN
        assert fits.evidence().limits == ("no fit was seen",)
        _searched(SVC())
        assert fits.evidence().ruling is Ruling.HELD
        assert [fold.number for fold in fits.folds] == [1, 2, 3]
    assert fits.evidence().ruling is Ruling.HELD
