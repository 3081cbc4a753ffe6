"""The ledger, the error and the verdict that all witnesses share."""

from __future__ import annotations

import multiprocessing
import pickle
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from leakguard.rules.registry import all_rules
from leakguard.seal import Evidence, Ruling, SealBroken, Verdict
from leakguard.seal.broken import refuse
from leakguard.seal.causes import Cause
from leakguard.seal.ledger import VARIABLE, Event, events, position, record

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _own_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "ledger.jsonl"))


def _record_many(name: str) -> None:
    for number in range(200):
        record(Event("read", name, "x" * 300, facts={"number": number}))


def test_processes_do_not_mix_their_lines() -> None:
    workers = [multiprocessing.get_context("spawn").Process(target=_record_many, args=(f"w{n}",)) for n in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for number in range(3):
        mine = [event.facts["number"] for event in events() if event.subject == f"w{number}"]
        assert mine == list(range(200))


def test_events_since_a_position() -> None:
    record(Event("read", "first", "was read"))
    here = position()
    record(Event("read", "second", "was read"))
    assert [event.subject for event in events(here)] == ["second"]
    assert [event.subject for event in events()] == ["first", "second"]


def test_refusing_records_the_readers_line_before_it_raises() -> None:
    with pytest.raises(SealBroken) as caught:
        refuse("X_test", "read the values", Cause.TEST_ROWS_CHOOSE)
    (event,) = events()
    assert event.reader == caught.value.reader
    assert event.reader is not None
    assert event.reader.file == __file__
    assert event.reader.function == "test_refusing_records_the_readers_line_before_it_raises"
    assert "LG101 test-set-in-tuning" in str(caught.value)


def test_the_error_survives_pickling_and_except_exception() -> None:
    error = SealBroken("X_test", "read the values", "LG101 test-set-in-tuning", "do not", None)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301 - our own bytes
    assert not isinstance(error, Exception)


def test_causes_bear_the_linters_names() -> None:
    known = {(rule.code, rule.name) for rule in all_rules().values()}
    assert {(cause.code, cause.rule) for cause in Cause} <= known


@pytest.mark.parametrize(
    ("rulings", "ruling"),
    [
        ((), Ruling.NOT_PROVEN),
        ((Ruling.HELD, Ruling.HELD), Ruling.HELD),
        ((Ruling.HELD, Ruling.NOT_PROVEN), Ruling.NOT_PROVEN),
        ((Ruling.NOT_PROVEN, Ruling.VIOLATED), Ruling.VIOLATED),
    ],
)
def test_a_verdict_is_held_only_where_all_witnesses_say_so(rulings: tuple[Ruling, ...], ruling: Ruling) -> None:
    assert Verdict("tune", tuple(Evidence("a witness", one, "saw it") for one in rulings)).ruling is ruling


def test_the_import_loads_no_library() -> None:
    names = "{'numpy', 'pandas', 'sklearn', 'libcst', 'click'}"
    program = f"import leakguard.seal, sys; leakguard.seal.SealBroken; print(sorted({names} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
