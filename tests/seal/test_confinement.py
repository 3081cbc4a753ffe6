"""Landlock: in a confined thread the kernel refuses what the audit hook cannot."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from leakguard.seal import Ruling, SealBroken
from leakguard.seal.files import seal_paths
from leakguard.seal.files.landlock import version
from leakguard.seal.ledger import VARIABLE

if TYPE_CHECKING:
    from pathlib import Path

needs_landlock = pytest.mark.skipif(not version(), reason="this system has no Landlock")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the current folder, with test rows and others."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "ledger.jsonl"))
    (tmp_path / "ledger.jsonl").touch()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data/test.csv").write_text("a\n1\n")
    (tmp_path / "data/train.csv").write_text("a\n2\n3\n")
    return tmp_path


def cat(*names: str) -> bytes:
    command = ["cat", *names]
    return subprocess.run(command, check=False, capture_output=True).stdout


@needs_landlock
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_native_readers_and_processes_are_refused(folder: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")

    def tune() -> int:
        assert cat("data/test.csv") == b""
        with pytest.raises(PermissionError):
            pyarrow.OSFile("data/test.csv")
        with pytest.raises(SealBroken):
            (folder / "data/test.csv").read_text()
        assert cat("data/train.csv") == b"a\n2\n3\n"
        return len((folder / "data/train.csv").read_text())

    with seal_paths("data/test.csv", "test rows") as seal:
        assert seal.confine(tune) == 6
        assert len(seal.evidence().breaches) == 1
        with seal.allow():
            assert cat("data/test.csv") == b"a\n1\n"


@needs_landlock
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_a_sealed_folder(folder: Path) -> None:
    with seal_paths(folder / "data", "test rows") as seal:
        assert seal.confine(cat, "data/test.csv", "data/train.csv", "ledger.jsonl").startswith(b"{")
        assert seal.evidence().ruling is Ruling.HELD


@needs_landlock
@pytest.mark.usefixtures("folder")
def test_errors_come_through() -> None:
    with seal_paths("data/test.csv", "test rows") as seal, pytest.raises(ZeroDivisionError):
        seal.confine(lambda: 1 / 0)


@pytest.mark.usefixtures("folder")
def test_a_system_without_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leakguard.seal.files.landlock.sys.platform", "darwin")
    with seal_paths("data/test.csv", "test rows") as seal, pytest.raises(OSError, match="no Landlock"):
        seal.confine(print)
