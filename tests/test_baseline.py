"""Baselines: what they count and hide, what never, when an entry is stale, and what is said of damaged ones."""

from __future__ import annotations

import json
import os
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from conftest import LEAK, LEAK_ROW
from hypothesis import given
from hypothesis import strategies as st

from leakguard.baseline import BaselineError, Key, hide_known, read_baseline, write_baseline
from leakguard.diagnostic import Confidence, Diagnostic, Place, Severity
from leakguard.report import Report

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Project

NAME = "leakguard-baseline.json"
FOUND = [("leak.py", None, LEAK_ROW, "fit-before-split")]
ENTRY = {"file": "a.py", "rule": "fit-before-split", "message": "m", "count": 1}


def entries(file: Path) -> list[dict[str, Any]]:
    document = json.loads(file.read_text("utf-8"))
    assert list(document) == ["version", "findings"]
    findings: list[dict[str, Any]] = document["findings"]
    return findings


def test_what_is_counted_is_known_wherever_it_moves(project: Project) -> None:
    project.write("src/leak.py", LEAK)
    project.write_cells("nb.ipynb", "x = 1", LEAK)
    run = project.run("check", "--write-baseline", NAME)
    assert (run.code, run.out) == (0, "No new leaks found in 2 files; 2 known by the baseline.\n")
    assert f"{NAME}: now counts 2 findings in 2 files" in run.err
    written = entries(project.folder / NAME)
    assert [(one["file"], one["rule"], one["count"]) for one in written] == [
        ("nb.ipynb", "fit-before-split", 1),
        ("src/leak.py", "fit-before-split", 1),
    ]
    project.write("src/leak.py", f"# moved\n\n{LEAK}")
    project.write_cells("nb.ipynb", "x = 1", "y = 2", LEAK)  # to another cell
    assert project.places("--baseline", NAME) == []
    assert project.run("check", "--baseline", NAME, "src", cwd=project.folder).err == ""
    assert project.run("check", "--baseline", f"../{NAME}", cwd=project.folder / "src").code == 0


def test_a_further_finding_alarms_in_order_of_place(project: Project) -> None:
    project.write("leak.py", LEAK)
    project.run("check", "--write-baseline", NAME)
    other = LEAK.replace("df = pd", "df2 = pd").replace("df", "df2").replace("df22", "df2").replace("X", "Z")
    project.write("leak.py", LEAK + other)
    run = project.run("check", "--baseline", NAME, "--output-format", "concise")
    assert [line.split(":")[:2] for line in run.out.splitlines()] == [["leak.py", str(LEAK_ROW + 10)]]
    full = project.run("check", "--baseline", NAME)
    assert full.code == 1
    assert full.out.endswith("Found 1 problem (1 warning) in 1 file; 1 known by the baseline.\n")


def test_stale_entries_are_reported_and_a_refresh_takes_them_out(project: Project) -> None:
    for name in ("mended.py", "leak.py", "gone.py"):
        project.write(name, LEAK)
    project.run("check", "--write-baseline", NAME)
    project.write("mended.py", "x = 1\n")
    (project.folder / "gone.py").unlink()
    run = project.run("check", "--baseline", NAME)
    assert run.code == 0
    assert [line for line in run.err.splitlines() if "stale:" in line] == [
        f"leakguard: warning: {NAME}: stale: {name}: 1 of 1 fit-before-split no longer found"
        for name in ("gone.py", "mended.py")
    ]
    project.write("new.py", LEAK)
    refreshed = project.run("check", "--baseline", NAME, "--write-baseline", NAME, "--output-format", "concise")
    assert refreshed.code == 1
    assert refreshed.out.startswith("new.py:")
    assert "stale" not in refreshed.err
    assert [one["file"] for one in entries(project.folder / NAME)] == ["leak.py"]


def test_an_entry_is_not_stale_where_nobody_looked(project: Project) -> None:
    for name in ("a.py", "b.py", "c.py"):
        project.write(name, LEAK)
    project.run("check", "--write-baseline", NAME)
    project.write("b.py", "x = 1\n")
    project.write("c.py", "def f(:\n")
    assert project.run("check", "--baseline", NAME, "a.py").err == ""
    assert project.run("check", "--baseline", NAME, "a.py", "b.py", "--select", "LG1").err == ""
    broken = project.run("check", "--baseline", NAME, "c.py")
    assert (broken.code, broken.err) == (1, "")
    refreshed = project.run("check", "--baseline", NAME, "--write-baseline", NAME, "a.py", "c.py")
    assert refreshed.code == 1
    assert [one["file"] for one in entries(project.folder / NAME)] == ["a.py", "b.py", "c.py"]


def test_that_a_file_was_not_checked_is_never_counted_or_hidden(project: Project) -> None:
    project.write("broken.py", "def f(:\n")
    project.write("latin.py", b"x = '\xe4'\n")
    run = project.run("check", "--write-baseline", NAME, "--output-format", "concise")
    assert run.code == 1
    assert [line.split()[1] for line in run.out.splitlines()] == ["LG001", "LG002"]
    assert entries(project.folder / NAME) == []
    message = run.out.splitlines()[0].partition("syntax-error ")[2]
    entry = {"file": "broken.py", "rule": "syntax-error", "message": message, "count": 9}
    project.write(NAME, json.dumps({"version": 1, "findings": [entry]}))
    assert [place[3] for place in project.places("--baseline", NAME, "broken.py")] == ["syntax-error"]


def test_the_baseline_of_the_settings_lies_beside_them(project: Project) -> None:
    project.write("pyproject.toml", f"[tool.leakguard]\nbaseline = '{NAME}'\n")
    project.write("src/leak.py", LEAK)
    missing = project.run("check")
    assert (missing.code, missing.out) == (2, "")
    assert f"pyproject.toml: {NAME}: cannot read the baseline: No such file or directory" in missing.err
    assert project.run("check", "--write-baseline", NAME).code == 0  # needs none to begin with
    assert project.run("check", cwd=project.folder / "src").code == 0
    assert project.run("check", "--no-baseline").code == 1
    assert project.run("check", "--baseline", "other.json").code == 2
    assert project.run("check", "--isolated").code == 1


def test_a_new_baseline_replaces_a_damaged_one_and_leaves_no_other_files(project: Project) -> None:
    project.write("leak.py", LEAK)
    project.write(NAME, "<<<<<<< ours\n").chmod(0o640)
    assert project.run("check", "--write-baseline", NAME).code == 0
    first = (project.folder / NAME).read_bytes()
    assert project.run("check", "--write-baseline", NAME).code == 0
    assert (project.folder / NAME).read_bytes() == first
    assert (project.folder / NAME).stat().st_mode & 0o777 == 0o640
    assert sorted(file.name for file in project.folder.iterdir()) == [".git", "leak.py", NAME]


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("--baseline", "command line: no/such/folder.json: cannot read the baseline: No such file or directory"),
        ("--write-baseline", "--write-baseline no/such/folder.json: its folder does not exist"),
    ],
)
def test_a_baseline_that_cannot_be_used_is_told(project: Project, option: str, words: str) -> None:
    project.write("leak.py", LEAK)
    run = project.run("check", option, "no/such/folder.json")
    assert run.code == 2
    assert run.err == f"leakguard: error: {words}\n"
    assert run.out == ""


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "not valid JSON at row 1, column 1"),
        ('{"version": 1,\n "findings": [}', "not valid JSON at row 2, column 15"),
        (b"\xff\xfe", "not UTF-8 text"),
        ("[" * 100_000, "not a baseline: "),
        ("[]", "expected an object with `version` and a list `findings`"),
        ("{}", "expected an object with `version` and a list `findings`"),
        ('{"version": 1}', "expected an object with `version` and a list `findings`"),
        ('{"version": 1, "findings": {}}', "expected an object"),
        ('{"version": 1, "findings": [], "more": 1}', "expected an object"),
        ('{"version": 2, "findings": []}', "its version is 2, and this leakguard reads version 1; write it anew"),
        ('{"version": "1", "findings": []}', 'its version is "1"'),
        ('{"version": true, "findings": []}', "its version is true"),
        ('{"version": 1.0, "findings": []}', "its version is 1.0"),
        ([{**ENTRY, "file": "a\0.py"}], "`findings[0]`: `file` is"),
        ([{**ENTRY, "file": "\ud800.py"}], "`findings[0]`: `file` is"),
        ([1], "`findings[0]`: expected the texts `file`, `rule` and `message` and the number `count`"),
        ([ENTRY, {**ENTRY, "file": 1}], "`findings[1]`: expected"),
        ([{**ENTRY, "count": "1"}], "`findings[0]`: expected"),
        ([{**ENTRY, "count": True}], "`findings[0]`: expected"),
        ([{**ENTRY, "count": 1.0}], "`findings[0]`: expected"),
        ([{**ENTRY, "row": 1}], "`findings[0]`: expected"),
        ([{"file": "a.py"}], "`findings[0]`: expected"),
        ([{**ENTRY, "count": -1}], "`findings[0]`: `count` is -1, expected 1 or more"),
        ([{**ENTRY, "count": 0}], "`findings[0]`: `count` is 0, expected 1 or more"),
        ([ENTRY, ENTRY], "`findings[1]` counts the same finding as an entry above"),
    ],
)
def test_what_is_wrong_with_a_baseline_is_told_with_the_place(
    tmp_path: Path, content: str | bytes | list[object], words: str
) -> None:
    file = tmp_path / "b.json"
    text = json.dumps({"version": 1, "findings": content}) if isinstance(content, list) else content
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(BaselineError) as raised:
        read_baseline(file)
    assert str(raised.value).startswith(f"{file}: ")
    assert words in str(raised.value)


def test_a_damaged_baseline_stops_the_run(project: Project) -> None:
    project.write("leak.py", LEAK)
    project.write(NAME, '{"version": 1, "findings": [')
    run = project.run("check", "--baseline", NAME)
    assert (run.code, run.out) == (2, "")
    assert f"error: command line: {NAME}: not a baseline: not valid JSON at row 1, column 29" in run.err


def test_contradicting_options_are_wrong_use(project: Project) -> None:
    run = project.run("check", "--baseline", NAME, "--no-baseline")
    assert run.code == 2
    assert "--baseline and --no-baseline" in run.err


PLACE = Place("a.py", None, 1, 1, 1, 2)
texts = st.text(st.characters(exclude_categories=()), max_size=8)
file_names = st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=6).filter(
    lambda name: name not in {".", ".."}
)


@given(
    st.dictionaries(
        st.tuples(st.lists(file_names, min_size=1, max_size=3), texts, texts).map(
            lambda parts: (tuple(parts[0]), *parts[1:])
        ),
        st.integers(1, 10**30),
    )
)
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, counts: dict[tuple[tuple[str, ...], str, str], int]
) -> None:
    file = tmp_path_factory.mktemp("baseline") / "deep" / "b.json"
    file.parent.mkdir()
    known = {Key(str(file.parents[1].joinpath(*path)), rule, text): n for (path, rule, text), n in counts.items()}
    write_baseline(file, known)
    assert read_baseline(file) == known
    first = file.read_bytes()
    write_baseline(file, dict(reversed(known.items())))
    assert file.read_bytes() == first
    assert [one.name for one in file.parent.iterdir()] == ["b.json"]


@given(st.lists(st.sampled_from("abc")), st.lists(st.sampled_from("abcd")))
def test_as_many_are_hidden_as_are_counted(found: list[str], known: list[str]) -> None:
    diagnostics = [Diagnostic("LG201", "r", text, PLACE, Severity.ERROR, Confidence.HIGH) for text in found]
    report = Report(1, diagnostics)
    counts = Counter(map(key, known))
    left = hide_known(report, counts)
    for text in "abcd":
        kept = sum(one.message == text for one in report.diagnostics)
        assert kept == max(found.count(text) - known.count(text), 0)
        assert left[key(text)] == max(known.count(text) - found.count(text), 0)
    assert report.known + len(report.diagnostics) == len(found)
    assert counts == Counter(map(key, known))


def key(text: str) -> Key:
    return Key(os.path.abspath("a.py"), "r", text)
