"""Files written anew: whole or not at all, under the same name, mode and links as before."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from processes import plain_environment

from leakguard import writing
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


def test_other_names_of_a_file_keep_the_old_content(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"something longer")
    os.link(tmp_path / "a", tmp_path / "b")
    replace_file(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"new"
    assert (tmp_path / "b").read_bytes() == b"something longer"


LIMITED = """\
import os, resource, signal, sys
from pathlib import Path
from leakguard.writing import replace_file
if sys.argv[1] == "in place":
    os.access = lambda path, _: not os.path.isdir(path)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    replace_file(Path("a"), b"new" * 100_000)
except OSError as error:
    print(error.strerror)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="has no such limit")
@pytest.mark.parametrize("way", ["beside", "in place"])
@pytest.mark.parametrize("size", [10, 90_000, 400_000])
def test_what_cannot_be_written_to_the_end_leaves_the_file_as_it_was(way: str, size: int, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"o" * size)
    os.link(tmp_path / "a", tmp_path / "b")
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, way], cwd=tmp_path, env=plain_environment(), capture_output=True, check=True
    )
    assert done.stdout == b"File too large\n"
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() == b"o" * size
    assert sorted(os.listdir(tmp_path)) == ["a", "b"]


def test_where_files_always_have_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "_nameless", lambda _: None)
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "a").chmod(0o750)
    replace_file(tmp_path / "a", b"new")
    assert ((tmp_path / "a").read_bytes(), stat.S_IMODE((tmp_path / "a").stat().st_mode)) == (b"new", 0o750)
    assert os.listdir(tmp_path) == ["a"]


def test_a_link_out_of_the_project_is_not_followed_to_write(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "secret.py").write_text("x")
    (tmp_path / "project" / "own.py").write_text("x")
    for name, target in (("out.py", "../secret.py"), ("in.py", "own.py")):
        (tmp_path / "project" / name).symlink_to(target)
    assert "leads out of the project" in why_not_replaceable(tmp_path / "project" / "out.py", tmp_path / "project")
    assert why_not_replaceable(tmp_path / "project" / "in.py", tmp_path / "project") == ""


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
