"""Each leaky program is seen by every witness that it names, by the right rule; no honest one by any."""

# ruff: noqa: F401 - the modules enter their programs

from __future__ import annotations

from typing import TYPE_CHECKING

import adversary
import choosing
import files
import honest
import learning
import pytest
from adversary import FITS, FOLD_NOISE, HANDLES, PATHS, TEST_NOISE, Adversary, cases, shown

from leakguard.seal import Ruling

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore")

BY_RULE = {HANDLES, PATHS, FITS, FOLD_NOISE}
ON_HONEST = (HANDLES, PATHS, FITS, TEST_NOISE, FOLD_NOISE)


@pytest.mark.parametrize("program", cases(leaky=True))
def test_named_witnesses_see_it(program: Adversary, tmp_path: Path) -> None:
    for witness in program.seen_by:
        evidence = shown(program, witness, tmp_path / witness)
        assert evidence.ruling is Ruling.VIOLATED, evidence
        if program.rule and witness in BY_RULE:
            assert program.rule in {breach.cause.rule for breach in evidence.breaches}, evidence


@pytest.mark.parametrize("program", cases(leaky=False))
def test_no_witness_faults_an_honest_one(program: Adversary, tmp_path: Path) -> None:
    for witness in ON_HONEST:
        evidence = shown(program, witness, tmp_path / witness)
        assert evidence.ruling is not Ruling.VIOLATED, evidence


def test_there_are_enough_of_both() -> None:
    leaky = [one for one in adversary.PROGRAMS.values() if one.seen_by]
    assert len(leaky) >= 60
    assert len(adversary.PROGRAMS) - len(leaky) >= 25
