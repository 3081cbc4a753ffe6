"""Files written anew: whole or not at all, under the same name, mode and links as before."""

from __future__ import annotations

import os
import stat
import threading
from typing import TYPE_CHECKING

import pytest

from leakguard.writing import replace_file, why_not_replaceable

if TYPE_CHECKING:
    from pathlib import Path


def test_a_new_file_has_the_mode_of_any_other(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"")
    replace_file(tmp_path / "new", b"x")
    assert (tmp_path / "new").read_bytes() == b"x"
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "other").stat().st_mode
    assert sorted(os.listdir(tmp_path)) == ["new", "other"]


def test_mode_and_links_stay(tmp_path: Path) -> None:
    file = tmp_path / "a" / ("x" * 200 + "é.py")
    file.parent.mkdir()
    file.write_bytes(b"old")
    file.chmod(0o750)
    (tmp_path / "link").symlink_to(file)
    replace_file(tmp_path / "link", b"new", b"old")
    assert (tmp_path / "link").is_symlink()
    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (b"new", 0o750)
    assert os.listdir(file.parent) == [file.name]


def test_other_names_of_a_file_lead_to_the_new_content(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"something longer")
    os.link(tmp_path / "a", tmp_path / "b")
    replace_file(tmp_path / "a", b"new")
    assert (tmp_path / "b").read_bytes() == b"new"


def test_what_somebody_else_changed_meanwhile_stays(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"theirs")
    with pytest.raises(OSError, match="changed by somebody else"):
        replace_file(tmp_path / "a", b"new", b"old")
    assert (tmp_path / "a").read_bytes() == b"theirs"
    assert os.listdir(tmp_path) == ["a"]


def test_a_pipe_is_only_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    replace_file(pipe, b"x")
    reader.join()
    assert read == [b"x"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_file_may_be_writable_where_its_folder_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"old")
    number = file.stat().st_ino
    monkeypatch.setattr(os, "access", lambda path, _: str(path) != str(tmp_path))  # the administrator always may
    replace_file(file, b"new")
    assert (file.read_bytes(), file.stat().st_ino) == (b"new", number)


def test_why_a_file_cannot_be_replaced(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"")
    assert why_not_replaceable(file) == ""
    file.chmod(0o444)
    assert why_not_replaceable(file) == "it is read-only"
    assert why_not_replaceable(tmp_path) == "it is no regular file"
    with pytest.raises(FileNotFoundError):
        why_not_replaceable(tmp_path / "none")
