"""Thresholdout and the Ladder: an attack that overfits a plain test set does not get far against them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from leakguard.seal import AlreadyOpened, SealBroken, seal
from leakguard.seal.ledger import VARIABLE
from leakguard.seal.openings.journal import OPENED, openings
from leakguard.seal.reuse import AnswersUsedUp, Ladder, ParameterFreeLadder, Reusable, Thresholdout

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from leakguard.seal.reuse.mechanisms import Mechanism

np = pytest.importorskip("numpy")

ROWS = 1000


class Plain:
    """Tells the plain score on the test rows, as everybody does."""

    name = "plain"
    needs_training = False

    def answer(self, training: Sequence[float], test: Sequence[float]) -> float:  # noqa: ARG002 - as all mechanisms
        return float(np.mean(test))


def told_after_choosing_columns(mechanism: Mechanism, seed: int) -> tuple[float, float]:
    """Choose, of columns that know nothing of random labels, those that do well on both halves, and vote.

    After the experiment of Dwork et al. (2015). Returns the score that the mechanism tells of the vote, and the one on
    fresh rows.
    """
    draw = np.random.default_rng(seed)
    train, test, fresh = (draw.choice([-1, 1], (ROWS, 600)) for _ in range(3))
    label_train, label_test, label_fresh = (draw.choice([-1, 1], ROWS) for _ in range(3))
    votes = np.zeros(600)
    for column in range(600):
        right = train[:, column] == label_train
        told = mechanism.answer(right.tolist(), (test[:, column] == label_test).tolist())
        edges = np.mean(right) - 0.5, told - 0.5
        if edges[0] * edges[1] > 0:
            votes[column] = np.sign(edges[0])
    on_train, on_test, on_fresh = (
        (np.sign(rows @ votes + 0.5) == labels).tolist()
        for rows, labels in ((train, label_train), (test, label_test), (fresh, label_fresh))
    )
    return mechanism.answer(on_train, on_test), float(np.mean(on_fresh))


def told_after_boosting(mechanism: Mechanism, seed: int) -> float:
    """Keep random guesses that are told to be better than chance or than before, and vote.

    After the boosting attack of Blum and Hardt (2015). Returns the score that the mechanism tells of the vote, which
    is 0.5 on any other rows.
    """
    draw = np.random.default_rng(seed)
    labels = draw.choice([-1, 1], ROWS)
    kept, before = np.zeros(ROWS), 0.5
    for _ in range(900):
        guess = draw.choice([-1, 1], ROWS)
        told = mechanism.answer([], (guess == labels).tolist())
        if told > before:
            kept += guess
        before = before if isinstance(mechanism, Plain) else max(before, told)
    return mechanism.answer([], (np.sign(kept + 0.5) == labels).tolist())


@pytest.mark.parametrize("seed", range(3))
def test_choosing_columns_fools_a_plain_test_set_and_not_thresholdout(seed: int) -> None:
    told, fresh = told_after_choosing_columns(Plain(), seed)
    assert told > 0.6
    assert fresh < 0.55
    told, fresh = told_after_choosing_columns(Thresholdout(threshold=0.05, noise=0.005, budget=200, seed=seed), seed)
    assert abs(told - fresh) < 0.06


@pytest.mark.parametrize("seed", range(3))
def test_boosting_guesses_fools_a_plain_test_set_and_not_the_ladders(seed: int) -> None:
    assert told_after_boosting(Plain(), seed) > 0.62
    assert told_after_boosting(Ladder(step=0.03), seed) < 0.56
    assert told_after_boosting(ParameterFreeLadder(), seed) < 0.56


def test_thresholdout_repeats_itself_by_its_seed_and_ends_with_its_budget() -> None:
    def answers(seed: int) -> list[float]:
        asked = Thresholdout(budget=3, seed=seed)
        return [asked.answer([1.0, 1.0], [0.0, 1.0]) for _ in range(3)]

    assert answers(1) == answers(1) != answers(2)
    asked = Thresholdout(budget=1, seed=0)
    assert asked.answer([0.5, 0.5], [0.5, 0.5]) == 0.5
    assert asked.left == 1
    assert asked.answer([1.0], [0.0]) == pytest.approx(0.0, abs=0.1)
    with pytest.raises(AnswersUsedUp, match="new test rows"):
        asked.answer([0.5], [0.5])


def test_a_ladder_tells_steps_only() -> None:
    ladder = Ladder(step=0.1)
    told = [ladder.answer([], [score]) for score in (0.52, 0.55, 0.58, 0.61, 0.3, 0.97)]
    assert told == pytest.approx([0.5, 0.5, 0.5, 0.6, 0.6, 1.0])


def test_the_parameter_free_ladder_tells_what_is_beyond_chance() -> None:
    ladder = ParameterFreeLadder()
    rows = [1.0] * 50 + [0.0] * 50
    assert ladder.answer([], rows) == 0.5
    assert ladder.answer([], [*rows[:-1], 1.0]) == 0.5  # one row more is chance
    assert ladder.answer([], [1.0] * 70 + [0.0] * 30) == 0.7
    with pytest.raises(ValueError, match="one for each row"):
        ladder.answer([], rows[:-1])


@pytest.mark.parametrize("wrong", [{"budget": 0}, {"budget": 1, "noise": 0}, {"budget": 1, "threshold": -1}])
def test_wrong_parameters(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="expected"):
        Thresholdout(**wrong)
    with pytest.raises(ValueError, match="above 0"):
        Ladder(step=0)


@pytest.fixture
def rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    """Return rows and labels, in a project of their own."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LEAKGUARD_OPENINGS", raising=False)
    monkeypatch.setenv(VARIABLE, str(tmp_path / "ledger.jsonl"))
    return np.arange(40.0).reshape(20, 2), np.arange(20) % 2


def test_a_seal_is_opened_once_and_each_answer_is_entered(rows: tuple[Any, Any]) -> None:
    X_test, y_test, sealed = seal(*rows, name="X_test")  # noqa: N806 - the field's name
    asked = Reusable(sealed, Ladder())
    assert asked.ask(lambda X, y: (X[:, 0] % 4 == 2) == y, reason="rule 1") == 1.0  # noqa: N803
    assert asked.ask(lambda X, y: [y_i == 0 for y_i in y[: len(X)]], reason="rule 2") == 1.0  # noqa: N803
    entries = openings(sealed.content_key)
    assert [(one.kind, one.reason, one.score, one.test_rows) for one in entries] == [
        (OPENED, "asked through ladder", None, 20),
        ("ladder", "rule 1", 1.0, 20),
        ("ladder", "rule 2", 1.0, 20),
    ]
    with pytest.raises(SealBroken):
        X_test.sum()
    with pytest.raises(SealBroken):
        list(y_test)
    with pytest.raises(AlreadyOpened):
        Reusable(sealed, Ladder())
    sealed.close()


def test_thresholdout_asks_the_training_rows_too(rows: tuple[Any, Any]) -> None:
    X, y = rows  # noqa: N806 - the field's name
    *_, sealed = seal(X + 1, y, name="X_test")
    with pytest.raises(ValueError, match="training="):
        Reusable(sealed, Thresholdout(budget=1))
    asked = Reusable(sealed, Thresholdout(budget=1, seed=0), training=(X, y))
    assert asked.ask(lambda X, y: y == 0, reason="a constant") == 0.5  # noqa: ARG005, N803
    sealed.close()


@pytest.mark.parametrize("scores", [[], [0.5, 1.5], [float("nan")], ["a"], [[0.5]]])
def test_other_scores_than_those_of_rows_are_refused(rows: tuple[Any, Any], scores: list[Any]) -> None:
    *_, sealed = seal(*rows, name="X_test")
    asked = Reusable(sealed, Ladder())
    with pytest.raises(ValueError, match="one score between 0 and 1 for each row"):
        asked.ask(lambda *_: scores, reason="wrong")
    sealed.close()
    assert len(openings()) == 1
