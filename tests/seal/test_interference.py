"""Non-interference: leaks by every route are seen, honest tuners are not, and what proves nothing says so."""

# ruff: noqa: ANN401, N803, N806 - rows of any library, in the names that the field has for them

from __future__ import annotations

import os
import pickle
import random
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from interfering import GROUPS, HONEST, LEAKS, TEST, TRAIN, best_by, cases, search
from programs import rows

from leakguard.seal import Noise, Poisoning, Ruling, TunerError, check_sealed
from leakguard.seal.interference.plan import PoisonError

pytest.importorskip("sklearn")

from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import log_loss, mean_squared_log_error
from sklearn.preprocessing import StandardScaler

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Tuner = Callable[..., object]

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.mark.parametrize("tune", cases(LEAKS))
def test_leaks_are_seen(tune: Tuner) -> None:
    apart = True if tune.__name__ == "memory_cache" else None  # in one process, its memory hides it
    verdict = check_sealed(tune, TRAIN, TEST, apart=apart)
    assert verdict.ruling is Ruling.VIOLATED, verdict
    assert " against " in verdict.breaches[0].message or "failed" in verdict.breaches[0].message
    assert verdict.breaches[0].reader is not None
    assert verdict.breaches[0].reader.function == tune.__name__


def test_closures_are_a_route() -> None:
    X_test, y_test = rows(40, 3)

    def tune(X: Any, y: Any, *_: Any) -> Any:
        return best_by(lambda model: model.score(X_test, y_test), X, y)

    assert check_sealed(tune, TRAIN, (X_test, y_test)).ruling is Ruling.VIOLATED
    assert check_sealed(tune, TRAIN, (X_test, y_test), apart=False).ruling is Ruling.VIOLATED


@pytest.mark.parametrize("tune", cases(HONEST))
def test_honest_tuners_hold(tune: Tuner) -> None:
    verdict = check_sealed(tune, TRAIN, TEST)
    assert verdict.ruling is Ruling.HELD, verdict
    assert "4 poisonings" in verdict.evidence[0].shown


def test_everything_is_as_it_was() -> None:
    """Neither rows nor generators keep a trace, in whatever process the runs were."""
    train, test = rows(30, 1), rows(20, 2)
    before = pickle.dumps((train, test))
    random.seed(5)
    np.random.seed(5)  # noqa: NPY002 - the shared generator is what is looked at
    state = random.getstate(), np.random.get_state()[1].tolist()  # type: ignore[index] # noqa: NPY002
    for apart in (True, False):
        check_sealed(HONEST["grid"], train, test, apart=apart)
    assert pickle.dumps((train, test)) == before
    assert (random.getstate(), np.random.get_state()[1].tolist()) == state  # type: ignore[index] # noqa: NPY002


def unseeded(X: Any, y: Any, *_: Any) -> Any:
    forest = RandomForestClassifier(3, random_state=int.from_bytes(os.urandom(3), "little"))
    return {"forest": forest.fit(X, y), "search": search(X, y)}


def test_chance_is_told_and_never_called_a_leak() -> None:
    verdict = check_sealed(unseeded, TRAIN, TEST)
    assert verdict.ruling is Ruling.NOT_PROVEN
    assert any("['forest']" in one for one in verdict.evidence[0].limits)
    verdict = check_sealed(unseeded, TRAIN, TEST, leave_out=["['forest']"])
    assert verdict.ruling is Ruling.HELD
    assert "not compared: ['forest']" in str(verdict.evidence[0].limits)


def test_a_final_score_must_be_left_out() -> None:
    def tune(X: Any, y: Any, X_test: Any, y_test: Any) -> Any:
        found = search(X, y)
        return {"search": found, "test_score": found.score(X_test, y_test)}

    verdict = check_sealed(tune, TRAIN, TEST)
    assert verdict.breaches[0].message.startswith("['test_score']: ")
    verdict = check_sealed(tune, TRAIN, TEST, leave_out=["['test_score']"])
    assert verdict.ruling is Ruling.NOT_PROVEN, "it fails where values are missing, and so reads them"
    assert any("it reads them" in one and "test_interference.py" in one for one in verdict.evidence[0].limits)
    finite = set(Poisoning) - {Poisoning.MISSING}
    assert check_sealed(tune, TRAIN, TEST, leave_out=["['test_score']"], poisonings=finite).ruling is Ruling.HELD


def test_rare_chance_is_not_called_a_leak() -> None:
    def tune(_: Any, __: Any, X_test: Any, ___: Any) -> Any:
        return {"rare": random.SystemRandom().random() < 0.3, "rows": len(X_test)}

    rulings = [check_sealed(tune, TRAIN, TEST, poisonings=[Poisoning.VALUES]).ruling for _ in range(12)]
    assert Ruling.VIOLATED not in rulings
    assert Ruling.NOT_PROVEN in rulings


def test_measures_that_take_no_negative_numbers_do_not_fail_by_the_noise() -> None:
    def tune(_: Any, y: Any, X_test: Any, y_test: Any) -> Any:
        guess = np.full(len(y_test), y.mean())
        mean_squared_log_error(y_test, guess)  # looked at, and not used
        log_loss(np.arange(len(y_test)) % 2, np.clip(X_test[:, 0], 0, 1))
        assert (X_test >= 0).all()
        assert (X_test <= 1).all()
        return float(guess[0])

    rng = np.random.default_rng(0)
    train, test = ((rng.random((40, 2)), rng.lognormal(size=40)) for _ in range(2))
    finite = set(Poisoning) - {Poisoning.MISSING}
    assert check_sealed(tune, train, test, poisonings=finite).ruling is Ruling.HELD


@pytest.mark.parametrize(
    "leave_out",
    [["*b*"], ["['best']"], ["*"]],
)
def test_where_nothing_is_compared_nothing_is_proven(leave_out: list[str]) -> None:
    verdict = check_sealed(lambda *_: {"best": 1}, TRAIN, TEST, leave_out=leave_out)
    assert verdict.ruling is Ruling.NOT_PROVEN
    assert "not compared: ['best']" in str(verdict.evidence[0].limits)


def test_settings_of_the_wrong_kind_are_said() -> None:
    with pytest.raises(TypeError, match=r"leave_out='\*b\*': give a list of patterns"):
        check_sealed(lambda *_: {"best": 1}, TRAIN, TEST, leave_out="*b*")
    with pytest.raises(ValueError, match="poisonings has 'values': choose from other values"):
        check_sealed(lambda *_: {"best": 1}, TRAIN, TEST, poisonings=["values"])  # type: ignore[list-item]


def test_a_part_that_cannot_be_looked_into_proves_nothing() -> None:
    verdict = check_sealed(lambda *_: {"best": 1, "lock": threading.Lock()}, TRAIN, TEST)
    assert verdict.ruling is Ruling.NOT_PROVEN
    assert "could not be looked into: ['lock']" in str(verdict.evidence[0].limits)


def test_a_file_that_never_comes_to_be_proves_nothing(tmp_path: Path) -> None:
    def tune(*_: Any) -> int:
        (tmp_path / "cache.txt").write_text("1")
        return 1

    assert check_sealed(tune, TRAIN, TEST, paths=[tmp_path / "cache.txt"]).ruling is Ruling.HELD
    verdict = check_sealed(tune, TRAIN, TEST, paths=[tmp_path / "cash.txt"])
    assert verdict.ruling is Ruling.NOT_PROVEN
    assert "there never was a file" in str(verdict.evidence[0].limits)


def test_a_failure_by_valid_rows_is_interference() -> None:
    def tune(X: Any, y: Any, X_test: Any, _: Any) -> Any:
        if X_test.mean() > 1:
            raise ValueError("drift")
        return search(X, y)

    verdict = check_sealed(tune, TRAIN, TEST)
    assert verdict.ruling is Ruling.VIOLATED
    assert "ValueError: drift" in verdict.breaches[0].message
    assert verdict.breaches[0].reader is not None
    assert verdict.breaches[0].reader.function == "tune"


def test_nothing_returned_proves_nothing() -> None:
    assert check_sealed(lambda *_: None, TRAIN, TEST).ruling is Ruling.NOT_PROVEN
    assert check_sealed(lambda *_: threading.Lock(), TRAIN, TEST).ruling is Ruling.NOT_PROVEN


def test_a_tuner_that_fails_anyway() -> None:
    for apart in (True, False):
        with pytest.raises(TunerError, match="ZeroDivisionError"):
            check_sealed(lambda *_: 1 / 0, TRAIN, TEST, apart=apart)
    with pytest.raises(TunerError, match="process ended: exit status 3"):
        check_sealed(lambda *_: os._exit(3), TRAIN, TEST, apart=True)


def test_nothing_sealed() -> None:
    with pytest.raises(ValueError, match="no sealed rows"):
        check_sealed(HONEST["grid"], TRAIN)


def test_rows_of_an_unknown_kind() -> None:
    with pytest.raises(TypeError, match=r"no noise is known for builtins\.object"):
        check_sealed(HONEST["grid"], TRAIN, (object(),))


def test_fewer_rows_are_told() -> None:
    verdict = check_sealed(HONEST["grid"], TRAIN, TEST, rows=40)
    assert verdict.ruling is Ruling.HELD
    assert "only 40 of 80 training rows took part" in verdict.evidence[0].limits
    seen: list[int] = []
    check_sealed(lambda X, *_: seen.append(len(X)), TRAIN, TEST, rows=20, groups=list(GROUPS), apart=False)
    assert set(seen) == {16}, "two groups of eight"


def test_twins_of_test_rows_are_seen() -> None:
    doubled = np.vstack([TRAIN[0], TEST[0][:10]]), np.concatenate([TRAIN[1], TEST[1][:10]])
    verdict = check_sealed(HONEST["grid"], doubled, TEST)
    assert [one.ruling for one in verdict.evidence] == [Ruling.HELD, Ruling.VIOLATED]
    natural = [np.round(part) for part in (TRAIN[0], TEST[0])]
    verdict = check_sealed(HONEST["grid"], (natural[0], TRAIN[1]), (natural[1], TEST[1]))
    assert verdict.ruling is Ruling.HELD
    assert verdict.evidence[1].limits


ELSEWHERE = {"scaled": StandardScaler().fit_transform(TEST[0])}


def elsewhere(X: Any, y: Any) -> Any:
    return best_by(lambda model: model.score(ELSEWHERE["scaled"], TEST[1]), X, y)


@contextmanager
def noisy_elsewhere(noise: Noise) -> Iterator[None]:
    kept, ELSEWHERE["scaled"] = ELSEWHERE["scaled"], noise(ELSEWHERE["scaled"])
    yield
    ELSEWHERE["scaled"] = kept


def test_copies_made_before_are_poisoned_by_a_function() -> None:
    assert check_sealed(elsewhere, TRAIN, poison=[noisy_elsewhere]).ruling is Ruling.VIOLATED

    @contextmanager
    def broken(_: Noise) -> Iterator[None]:
        raise KeyError("X_test")
        yield

    with pytest.raises(PoisonError, match="X_test"):
        check_sealed(elsewhere, TRAIN, poison=[broken])


def saved(folder: Path, kind: str) -> Path:
    pd = pytest.importorskip("pandas")
    file = folder / f"test.{kind}"
    frame = pd.DataFrame(TEST[0], columns=list("abcd")).assign(y=TEST[1])
    match kind:
        case "csv":
            frame.to_csv(file, index=False)
        case "parquet":
            frame.to_parquet(file)
        case "npy":
            np.save(file, frame.to_numpy())
        case "npz":
            np.savez(file, table=frame.to_numpy())
        case "pkl":
            file.write_bytes(pickle.dumps(frame.to_numpy()))
    return file


def read(file: Path) -> Any:
    pd = pytest.importorskip("pandas")
    match file.suffix:
        case ".csv":
            return pd.read_csv(file).to_numpy()
        case ".parquet":
            return pd.read_parquet(file).to_numpy()
        case ".npz":
            return np.load(file)["table"]
        case ".npy":
            return np.load(file, mmap_mode="r")
        case _:
            return pickle.loads(file.read_bytes())  # noqa: S301 - our own bytes


@pytest.mark.parametrize("kind", ["csv", "parquet", "npy", "npz", "pkl"])
def test_files_are_a_route(kind: str, tmp_path: Path) -> None:
    file = saved(tmp_path, kind)
    before = file.read_bytes(), file.stat().st_mtime_ns, file.stat().st_ino

    def tune(X: Any, y: Any) -> Any:
        table = read(file)
        return best_by(lambda model: model.score(table[:, :4], table[:, 4] > 0.5), X, y)

    assert check_sealed(tune, TRAIN, paths=[file]).ruling is Ruling.VIOLATED
    assert check_sealed(HONEST["grid"], TRAIN, paths=[tmp_path]).ruling is Ruling.HELD
    assert (file.read_bytes(), file.stat().st_mtime_ns, file.stat().st_ino) == before
    assert list(tmp_path.iterdir()) == [file]


def test_a_cache_must_not_reach_the_next_run(tmp_path: Path) -> None:
    cache = tmp_path / "cache"

    def tune(X: Any, y: Any, X_test: Any, _: Any) -> Any:
        cache.mkdir(exist_ok=True)
        kept = cache / "mean.pkl"
        if not kept.exists():
            kept.write_bytes(pickle.dumps(np.vstack([X, X_test]).mean(axis=0)))
        return search(X - pickle.loads(kept.read_bytes()), y)  # noqa: S301 - our own bytes

    assert check_sealed(tune, TRAIN, TEST, paths=[cache]).ruling is Ruling.VIOLATED
    assert not cache.exists()


def test_a_file_of_an_unknown_kind(tmp_path: Path) -> None:
    (tmp_path / "test.bin").write_bytes(b"1")
    with pytest.raises(ValueError, match=r"test\.bin: no noise is known for a file of this kind"):
        check_sealed(HONEST["grid"], TRAIN, paths=[tmp_path])
    assert (tmp_path / "test.bin").read_bytes() == b"1"
