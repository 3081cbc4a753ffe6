"""`leakguard config`, the variables of the environment, `--show-files` and `--preview`: what holds, and who says so."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from conftest import LEAK, LEAK_ROW

from leakguard.configtable import keys

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conftest import Project

FOUND = [("leak.py", None, LEAK_ROW, "fit-before-split")]


def shown(project: Project, *arguments: str, env: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return by key the values and sources that `leakguard config` prints, and the names of rules as `rules`."""
    run = project.run("config", "--output-format", "json", *arguments, env=env)
    assert (run.code, run.err) == (0, ""), run.err
    document = json.loads(run.out)
    found: dict[str, list[tuple[Any, str]]] = {
        "file": document["file"],
        "rules": [one["name"] for one in document["rules"]],
    }
    for one in document["settings"]:
        found.setdefault(one["key"], []).append((one["value"], one["source"]))
    return found


def test_every_setting_is_shown_with_its_default(project: Project) -> None:
    found = shown(project)
    assert found["file"] is None
    assert set(found) == {"file", "rules", *keys()}
    sources = {key: source for key in keys() for _, source in found[key]}
    assert sources.pop("cache-dir") == "environment:LEAKGUARD_CACHE_DIR"  # that all tests run with
    assert set(sources.values()) == {"default"}
    assert found["select"] == [(["ALL"], "default")]
    assert found["log-scale-span"] == [(100.0, "default")]
    assert found["baseline"] == [(None, "default")]
    assert ".venv" in found["exclude"][0][0]
    assert "fit-before-split" in found["rules"]
    assert "shuffled-time-split" not in found["rules"]


def test_file_environment_and_command_line_are_told_apart(project: Project) -> None:
    project.write(
        "pkg/pyproject.toml",
        "[tool.leakguard]\nignore = ['LG1']\nextend-exclude = ['old/']\nmin-confidence = 'low'\nbaseline = 'b.json'\n"
        "timings = {SVC = 2}\nper-file-ignores = {'x.py' = ['LG2']}\nknowledge = {final-evaluation = ['a']}\n",
    )
    project.write("pkg/x.py")
    options = ["pkg/x.py", "--ignore", "LG3", "--extend-exclude", "new/", "--respect-gitignore"]
    env = {"LEAKGUARD_MIN_CONFIDENCE": "high", "LEAKGUARD_BASELINE": "other.json", "LEAKGUARD_OUTPUT_FORMAT": "concise"}
    found = shown(project, *options, env=env)
    file = "file:pkg/pyproject.toml"
    assert found["file"] == str(project.folder / "pkg/pyproject.toml")
    assert found["ignore"] == [(["LG1"], file), (["LG3"], "command line")]
    assert found["extend-exclude"] == [(["old/"], file), (["new/"], "command line")]
    assert found["min-confidence"] == [("high", "environment:LEAKGUARD_MIN_CONFIDENCE")]
    assert found["baseline"] == [("other.json", "environment:LEAKGUARD_BASELINE")]
    assert found["output-format"] == [("concise", "environment:LEAKGUARD_OUTPUT_FORMAT")]
    assert found["respect-gitignore"] == [(True, "command line")]
    assert found["timings"] == [({"SVC": 2}, file)]
    assert found["knowledge"] == [({"final-evaluation": ["a"]}, file)]
    assert not {name for name in found["rules"] if "fit" in name}  # by per-file-ignores
    assert shown(project, "pkg", "--select", "LG2")["ignore"] == [([], "default")]  # all below is dropped
    assert shown(project, "pkg", "--no-baseline")["baseline"] == [(None, "command line")]
    assert shown(project, "pkg", "--isolated")["file"] is None


def test_the_text_has_a_row_for_each_setting_and_rule(project: Project) -> None:
    run = project.run("config", "--select", "LG201", "--preview")
    assert run.code == 0
    rows = run.out.splitlines()
    assert rows[0] == "configuration file: none"
    assert 'select = ["LG201"]  # command line' in rows
    assert "preview = true  # command line" in rows
    assert "force-exclude = false  # default" in rows
    assert rows[-1] == "  LG201 fit-before-split"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere"], "no such file or folder: nowhere"),
        (["--select", "no-such-rule"], "unknown rule `no-such-rule`"),
        (["--output-format", "concise"], "'concise' is not one of 'text', 'json'"),
        (["--config", "x.toml"], "x.toml: cannot read the configuration"),
        (["--config", "x.toml", "--isolated"], "contradict"),
        (["--write-baseline", "x"], "No such option"),
    ],
)
def test_wrong_use_is_told(project: Project, arguments: list[str], words: str) -> None:
    run = project.run("config", *arguments)
    assert (run.code, run.out) == (2, "")
    assert words.lower() in run.err.lower()


def test_variables_of_the_environment_count_unless_an_option_does(project: Project) -> None:
    project.write("leak.py", LEAK)
    project.write("off.toml", "ignore = ['LG2']")
    run = project.run("check", "--write-baseline", "b.json")
    for env in ({"LEAKGUARD_CONFIG": "off.toml"}, {"LEAKGUARD_BASELINE": "b.json"}):
        assert project.run("check", env=env).code == 0
    run = project.run("check", env={"LEAKGUARD_OUTPUT_FORMAT": "concise", "LEAKGUARD_MIN_CONFIDENCE": "low"})
    assert run.out.startswith(f"leak.py:{LEAK_ROW}:5: LG201 ")
    run = project.run("check", "--output-format", "json", env={"LEAKGUARD_OUTPUT_FORMAT": "concise"})
    assert len(json.loads(run.out)) == 1
    assert project.run("check", "--isolated", env={"LEAKGUARD_CONFIG": "off.toml"}).code == 1
    assert project.run("check", "--no-baseline", env={"LEAKGUARD_BASELINE": "b.json"}).code == 1
    assert project.run("check", env={"LEAKGUARD_BASELINE": "", "LEAKGUARD_CONFIG": ""}).code == 1


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("LEAKGUARD_OUTPUT_FORMAT", "xml", "'xml' is not one of"),
        ("LEAKGUARD_MIN_CONFIDENCE", "sure", "'sure' is not one of"),
        ("LEAKGUARD_NO_CACHE", "maybe", "'maybe' is not a valid boolean"),
        ("LEAKGUARD_CONFIG", "nowhere.toml", "nowhere.toml: cannot read"),
        ("LEAKGUARD_BASELINE", "nowhere.json", "nowhere.json: cannot read"),
    ],
)
def test_a_wrong_value_names_its_variable(project: Project, variable: str, value: str, words: str) -> None:
    run = project.run("check", env={variable: value})
    assert (run.code, run.out) == (2, "")
    assert variable in run.err
    assert words in run.err


@pytest.mark.parametrize("given", ["", ",", " , "])
def test_a_selection_of_nothing_is_wrong_use(project: Project, given: str) -> None:
    project.write("leak.py", LEAK)
    run = project.run("check", "--select", given)
    assert (run.code, run.out) == (2, "")
    assert "--select" in run.err
    assert "no rule is named" in run.err
    assert project.run("check", "--ignore", given, "--extend-select", given, "--exclude", given).code == 1


def test_the_files_are_shown_and_not_read(project: Project) -> None:
    project.write(".gitignore", "made/\n")
    for name in ("a.py", "b.pyi", "c.ipynb", "d.txt", "made/e.py", "build/f.py", "src/deep/g.py"):
        project.write(name, b"\xff not Python")
    project.write("sweep.yaml", "method: grid\nparameters: {}\n")
    run = project.run("check", "--show-files")
    assert (run.code, run.err) == (0, "")
    assert run.out.splitlines() == ["a.py", "b.pyi", "c.ipynb", "sweep.yaml", "src/deep/g.py"]
    named = project.run("check", "--show-files", "build/f.py", "src", "--extend-exclude", "deep")
    assert named.out.splitlines() == ["build/f.py"]
    assert project.run("check", "--show-files", "build/f.py", "--force-exclude").out == ""
    assert project.run("check", "--show-files", "nowhere").code == 2


def test_prefixes_mean_rules_in_preview_only_with_preview(project: Project) -> None:
    settings = {"select": "LG5", "extend-select": "LG106,LG1"}
    found = shown(project, *(word for key, value in settings.items() for word in (f"--{key}", value)), "--preview")
    assert {"unscaled-distance-model", "shuffled-time-split", "group-in-both-parts"} <= set(found["rules"])
    run = project.run("config", "--select", "LG5", "--extend-select", "LG106,LG1")
    assert [name for name in ("unscaled-", "shuffled-", "group-") if name in run.out] == ["shuffled-"]
    assert run.err == (
        "leakguard: warning: command line: `LG5` selects nothing: its rules are in preview, and on with `preview`\n"
    )
    project.write("pyproject.toml", "[tool.leakguard]\npreview = true\nignore = ['LG5']\n")
    assert "group-in-both-parts" in shown(project)["rules"]
    assert "unscaled-distance-model" not in shown(project)["rules"]
    assert "group-in-both-parts" not in shown(project, "--no-preview")["rules"]
    project.write("leak.py", LEAK)
    assert project.places() == FOUND
