"""Seals open once, show what happened, and hold across copies, threads and processes."""

from __future__ import annotations

import copy
import gc
import os
import pickle
import subprocess
import sys
import threading
from multiprocessing import get_context
from multiprocessing.pool import ThreadPool
from pathlib import Path
from typing import TYPE_CHECKING, Any

import joblib
import numpy as np
import pandas as pd
import pytest

from leakguard.seal import AlreadyOpened, OpeningsError, Ruling, SealBroken, ledger, seal
from leakguard.seal.causes import Cause
from leakguard.seal.ledger import VARIABLE, Event, events, location, record
from leakguard.seal.openings import journal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from leakguard.seal import Evidence, Seal

ROWS = np.random.default_rng(0).normal(size=(40, 3))
LABELS = np.arange(40) % 2


def _shown(sealed: Seal) -> dict[str, Evidence]:
    return {evidence.witness: evidence for evidence in sealed.evidence()}


def test_values_come_back_once() -> None:
    x, y, sealed = seal(ROWS, LABELS, name="iris")
    with sealed.opened(reason="final evaluation") as (rows, labels):
        assert np.array_equal(rows, ROWS)
        assert np.array_equal(labels, LABELS)
    with pytest.raises(AlreadyOpened, match="iris: opened already in this run"), sealed.opened(reason="again"):
        pass
    assert rows[0, 0] == ROWS[0, 0], "what was kept can still be read"
    with pytest.raises(SealBroken, match="iris"):
        x.sum()
    assert _shown(sealed)["openings"].shown == "1 opening, for 'final evaluation'; 1 further opening refused"
    assert _shown(sealed)["openings"].breaches[0].cause is Cause.TEST_ROWS_REUSED
    assert y.shape == (40,)


def test_the_same_content_is_opened_once_over_all_runs() -> None:
    with seal(ROWS)[-1].opened(reason="first"):
        pass
    _, again = seal(pd.DataFrame(ROWS), name="the same")
    with pytest.raises(AlreadyOpened, match="the same was opened once already"), again.opened(reason="second"):
        pass
    assert again.verdict().ruling is Ruling.VIOLATED


def test_scores_are_entered() -> None:
    _, sealed = seal(ROWS)
    with pytest.raises(OpeningsError, match="while the seal is opened"):
        sealed.record_score(0.5)
    with sealed.opened(reason="final") as opening:
        opening.record_score(0.93)
    (entry,) = journal.openings(sealed.content_key)
    assert (entry.score, entry.test_rows, entry.reason, entry.name) == (0.93, 40, "final", "the test set")


def test_stand_ins_work_while_it_is_opened() -> None:
    x, frame, sealed = seal(ROWS, pd.DataFrame(ROWS, columns=["a", "b", "c"]))
    part, column = x[:5], frame["a"]
    with sealed.opened(reason="final"):
        assert np.mean(x) == ROWS.mean()
        assert np.array_equal(part, ROWS[:5])
        assert np.array_equal(x * 2, 2 * ROWS)
        assert np.array_equal(np.vstack([x, part]), np.vstack([ROWS, ROWS[:5]]))
        assert column.max() == frame.a.max() == ROWS[:, 0].max()
        assert frame.loc[3, "b"] == ROWS[3, 1]
        assert bool((x == ROWS).all())
    with pytest.raises(SealBroken):
        part.sum()


def test_an_exception_inside_closes_the_seal_and_counts_as_the_opening() -> None:
    x, sealed = seal(ROWS)
    with pytest.raises(RuntimeError, match="mine"), sealed.opened(reason="final"):
        raise RuntimeError("mine")
    with pytest.raises(SealBroken):
        x.sum()
    with pytest.raises(AlreadyOpened), sealed.opened(reason="again"):
        pass


def test_one_of_many_threads_opens() -> None:
    _, sealed = seal(ROWS)
    came: list[str] = []

    def work() -> None:
        try:
            with sealed.opened(reason="race"):
                came.append("in")
        except AlreadyOpened:
            came.append("out")

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(came) == ["in"] + ["out"] * 7


def test_reads_in_threads_are_recorded() -> None:
    x, sealed = seal(ROWS)
    thread = threading.Thread(target=_try_sum, args=(x,), name="reader")
    thread.start()
    thread.join()
    assert [event.thread for event in events()] == ["reader"]
    assert sealed.verdict().ruling is Ruling.VIOLATED


def _try_sum(x: Any) -> str:  # noqa: ANN401 - a stand-in
    try:
        return str(x.sum())
    except SealBroken as error:
        return str(error)


@pytest.mark.parametrize("backend", ["loky", "multiprocessing"])
def test_workers_refuse_and_write_into_the_same_ledger(backend: str, tmp_path: Path) -> None:
    with joblib.Parallel(2, backend=backend, max_nbytes=1, temp_folder=tmp_path) as workers:
        workers(joblib.delayed(len)([1]) for _ in range(2))  # they are older than the seal
        x, sealed = seal(ROWS)
        assert workers(joblib.delayed(np.shape)(x[:7]) for _ in range(2)) == [(7, 3), (7, 3)]
        assert sealed.verdict().ruling is Ruling.HELD
        answers = workers(joblib.delayed(_try_sum)(x) for _ in range(2))
    assert all("read the values of ndarray of shape (40, 3)" in answer for answer in answers)
    recorded = list(events())
    assert len(recorded) == 2
    assert os.getpid() not in {event.process for event in recorded}
    assert sealed.verdict().ruling is Ruling.VIOLATED


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_child_processes_refuse_and_cannot_open(method: str) -> None:
    x, sealed = seal(ROWS)
    if method == "spawn":
        with pytest.raises(TypeError, match="stays in its process"):
            pickle.dumps(sealed)
    arguments = (x, sealed if method == "fork" else None)
    child = get_context(method).Process(target=_read_and_open, args=arguments)  # type: ignore[attr-defined]  # as typeshed has it
    child.start()
    child.join()
    assert child.exitcode == 0
    assert _shown(sealed)["handles"].shown == "1 attempt to read 1 sealed object"
    with sealed.opened(reason="final") as (rows,):
        assert np.array_equal(rows, ROWS)


def _read_and_open(x: Any, sealed: Seal | None) -> None:  # noqa: ANN401 - a stand-in
    assert "LG101" in _try_sum(x)
    if sealed is not None:
        with pytest.raises(OpeningsError, match="only in the process that sealed it"), sealed.opened(reason="child"):
            pass
        sealed.close()  # which is the parent's to do


def test_a_pickle_holds_no_values_and_finds_its_object_again() -> None:
    rows = np.frombuffer(b"not to be found anywhere" * 10, dtype=np.uint8)
    x, frame, sealed = seal(rows, pd.DataFrame({"a": ["not to be found anywhere"] * 3}))
    pickled = pickle.dumps((x[2:], frame.iloc[1:]))
    assert b"not to be found" not in pickled
    part, other = pickle.loads(pickled)  # noqa: S301 - our own bytes
    with sealed.opened(reason="final"):
        assert np.array_equal(part, rows[2:])
        assert list(other["a"]) == ["not to be found anywhere"] * 2


def test_copies_are_sealed() -> None:
    x, sealed = seal(ROWS)
    for one in (copy.copy(x), copy.deepcopy(x), x.copy(), copy.deepcopy({"x": [x]})["x"][0]):
        with pytest.raises(SealBroken):
            one.sum()
    assert _shown(sealed)["pages"].ruling is Ruling.HELD


def test_generators_are_drained_and_come_back_as_iterators() -> None:
    given: list[int] = []

    def rows() -> Iterator[int]:
        for number in range(4):
            given.append(number)
            yield number

    x: Any
    x, sealed = seal(rows())
    assert given == [0, 1, 2, 3]
    assert len(x) == 4
    for read in (next, list):
        with pytest.raises(SealBroken):
            read(x)
    with sealed.opened(reason="final") as (back,):
        assert next(x) == 0
        assert list(back) == [1, 2, 3]


def test_seals_nest() -> None:
    outer, first = seal(ROWS, name="outer")
    with first:
        inner, second = seal(ROWS + 1, name="inner")
        with second:
            with pytest.raises(SealBroken, match="inner"):
                inner.sum()
            with second.opened(reason="inner"), pytest.raises(SealBroken, match="outer"):
                inner + outer
        assert second.verdict().ruling is Ruling.VIOLATED
        assert _shown(first)["handles"].shown == "1 attempt to read 1 sealed object"


def test_closing_is_final_and_can_be_repeated() -> None:
    x, sealed = seal(ROWS)
    sealed.close()
    sealed.close()
    with pytest.raises(SealBroken):
        x.sum()
    with pytest.raises(OpeningsError, match="was closed, and its values are gone"), sealed.opened(reason="late"):
        pass
    assert _shown(sealed)["pages"].shown == "0 kB of the 4 kB of held-out pages were touched"
    assert repr(sealed) == "<Seal of the test set: closed>"


def test_a_missing_reason_leaves_it_sealed() -> None:
    _, sealed = seal(ROWS)
    with pytest.raises(OpeningsError, match="needs a reason"), sealed.opened(reason=" "):
        pass
    with sealed.opened(reason="final"):
        pass


def test_what_is_referenced_besides_is_a_limit() -> None:
    rows = ROWS.copy()
    _, sealed = seal(rows)
    assert "still referenced elsewhere are not seen: ndarray" in _shown(sealed)["pages"].limits[0]
    del rows
    gc.collect()
    assert _shown(sealed)["pages"].limits == ()


def test_a_seal_left_is_recorded_at_exit(tmp_path: Path) -> None:
    program = """
import numpy as np
from leakguard.seal import seal
kept = [seal(np.ones(9), name="left"), seal(np.ones(8), name="closed")]
kept[1][-1].close()
watched = seal(np.ones(7), name="touched", on_read="watch")
watched[0].sum()
"""
    subprocess.run([sys.executable, "-c", program], check=True, cwd=tmp_path)
    left = {event.subject: event for event in events() if event.kind == "left-sealed"}
    assert set(left) == {"left", "touched"}
    assert (
        left["left"].what
        == "neither opened nor closed them before the end; 0 kB of the 4 kB of held-out pages were touched"
    )
    assert (left["left"].cause, left["touched"].cause) == ("", "TEST_ROWS_CHOOSE")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ((), "nothing to seal: give the test rows"),
        (({"a": 1},), "builtins.dict cannot be sealed; what can be: NumPy arrays, pandas frames"),
        (("text",), "builtins.str cannot be sealed"),
        (([lambda: 0],), "list of length 1 cannot be sealed, as it cannot be pickled"),
        ((3,), "builtins.int cannot be sealed"),
    ],
)
def test_what_cannot_be_sealed_is_said(rows: tuple[object, ...], message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=message):
        seal(*rows)


def test_a_handle_is_not_sealed_again() -> None:
    x, _ = seal(ROWS)
    with pytest.raises(TypeError, match="Sealed cannot be sealed"):
        seal(x)


def test_paths_are_sealed_beside_their_rows(tmp_path: Path) -> None:
    frame = pd.DataFrame(ROWS, columns=["a", "b", "c"])
    frame.to_csv(file := tmp_path / "test.csv")
    x, sealed = seal(frame, paths=file)
    with sealed:
        assert sealed.verdict().ruling is Ruling.HELD
        with pytest.raises(SealBroken, match="LG104"):
            file.read_bytes()
        with sealed.opened(reason="final"):
            assert len(pd.read_csv(file)) == len(x)
        with pytest.raises(SealBroken):
            file.read_bytes()
        assert [breach.cause for breach in sealed.verdict().breaches] == [Cause.TEST_FILE_READ] * 2
    assert file.exists()
    assert file.read_bytes()


def test_paths_alone_give_a_seal_alone(tmp_path: Path) -> None:
    (file := tmp_path / "test.bin").write_bytes(b"rows")
    with seal(paths=[file]) as sealed:
        with sealed.opened(reason="final") as opening:
            assert len(opening) == 0
            assert file.read_bytes() == b"rows"
        assert sealed.verdict().ruling is Ruling.HELD
    with (
        pytest.raises(AlreadyOpened, match="once already"),
        seal(paths=[file]) as again,
        again.opened(reason="a second time"),
    ):
        pass


def test_a_stand_in_of_another_run_leaves_this_runs_ledger_in_place() -> None:
    x, sealed = seal(ROWS, name="of this run")
    program = (
        "import pickle, sys, numpy as np; from leakguard.seal import seal; x, _ = seal(np.ones(3), name='other')\n"
    )
    program += "sys.stdout.buffer.write(pickle.dumps(x))"
    environment = {name: value for name, value in os.environ.items() if name != "LEAKGUARD_LEDGER"}
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, env=environment)
    other = pickle.loads(done.stdout)  # noqa: S301 - our own bytes
    for one in (other, x):
        with pytest.raises(SealBroken):
            one.sum()
    assert [event.subject for event in events()] == ["other", "of this run"]
    assert sealed.verdict().ruling is Ruling.VIOLATED


def _lose(how: str, file: Path) -> None:
    match how:
        case "removed":
            file.unlink()
        case "emptied":
            file.write_text("")
        case "replaced":
            file.unlink()
            record(Event("other", "", ""))
        case "damaged":
            with file.open("a") as stream:
                stream.write('{"kind": "re\n')


@pytest.mark.parametrize("how", ["removed", "emptied", "replaced", "damaged"])
def test_a_ledger_that_was_lost_proves_nothing(how: str, tmp_path: Path) -> None:
    record(Event("other", "", "something that came before"))
    rows, sealed = seal(np.arange(8.0), paths=[tmp_path / "none.csv"])
    with pytest.raises(SealBroken):
        rows.sum()
    _lose(how, Path(location()))
    rulings = {name: one.ruling for name, one in _shown(sealed).items()}
    expected = Ruling.VIOLATED if how == "damaged" else Ruling.NOT_PROVEN
    assert rulings["handles"] is expected
    assert rulings["openings"] is Ruling.NOT_PROVEN
    assert any("ledger" in limit for one in sealed.evidence() for limit in one.limits)
    sealed.close()


def test_what_cannot_be_recorded_is_refused_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows, sealed = seal(np.arange(8.0))
    monkeypatch.setattr(ledger, "_unwritten", [])
    monkeypatch.setenv(VARIABLE, str(tmp_path))  # a folder cannot be written
    with pytest.raises(SealBroken):
        rows.sum()
    monkeypatch.setenv(VARIABLE, str(tmp_path / "ledger.jsonl"))
    handles = _shown(sealed)["handles"]
    assert handles.ruling is Ruling.NOT_PROVEN
    assert "an event could not be written" in str(handles.limits)


def test_the_array_that_rows_are_a_view_of_is_named_as_a_limit() -> None:
    whole = np.arange(30.0).reshape(10, 3)
    _, sealed = seal(whole[6:][::2])
    pages = _shown(sealed)["pages"]
    assert any("still referenced elsewhere" in limit for limit in pages.limits)
    _, alone = seal(np.arange(8.0))
    pages = _shown(alone)["pages"]
    assert not any("still referenced elsewhere" in limit for limit in pages.limits)


def _sum(rows: np.ndarray[Any, Any]) -> float:
    return float(rows.sum())


@pytest.mark.parametrize("make", [get_context("spawn").Pool, ThreadPool], ids=["processes", "threads"])
def test_pools_pass_a_refusal_on(make: Callable[[int], AbstractContextManager[Any]]) -> None:
    rows, sealed = seal(ROWS)
    with make(1) as pool:
        work = pool.apply_async(_sum, (rows,))
        with pytest.raises(SealBroken, match="read the values"):
            work.get(60)
    assert _shown(sealed)["handles"].ruling is Ruling.VIOLATED


def test_tensors_within_lists_are_refused() -> None:
    torch = pytest.importorskip("torch")
    rows, sealed = seal(torch.zeros(4, 2))
    for join in (torch.cat, torch.stack, torch.vstack):
        with pytest.raises(SealBroken, match=f"torch.{join.__name__}"):
            join([torch.ones(4, 2), rows])
    with sealed.opened(reason="final evaluation"):
        assert torch.cat((torch.ones(4, 2), rows)).sum() == 8


def test_a_second_opening_in_the_same_run_is_entered_as_refused() -> None:
    _, sealed = seal(ROWS)
    with sealed.opened(reason="final evaluation"):
        pass
    with pytest.raises(AlreadyOpened), sealed.opened(reason="once more"):
        pass
    assert [(one.kind, one.reason) for one in journal.openings()] == [
        ("opened", "final evaluation"),
        ("refused", "once more"),
    ]


@pytest.mark.parametrize("reason", [None, b"final", "", "  ", 3])
def test_a_reason_is_a_text(reason: Any) -> None:  # noqa: ANN401 - of any kind
    _, sealed = seal(ROWS)
    with pytest.raises(OpeningsError, match="needs a reason"), sealed.opened(reason=reason):
        pass
    assert journal.openings() == []
    with sealed.opened(reason="final evaluation") as opening:
        for score in (float("nan"), float("inf"), "0.5", None):
            with pytest.raises(OpeningsError, match="a score is a finite number"):
                opening.record_score(score)  # type: ignore[arg-type]
        opening.record_score(np.float32(0.5))  # type: ignore[arg-type]
    assert journal.openings()[0].score == 0.5
