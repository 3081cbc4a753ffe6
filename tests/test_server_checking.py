"""What the server checks again when something changes: all that can say something else than before, and no more."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from conftest import LEAK

from leakguard.config import Configuration, Overrides
from leakguard.engine import analyse as analyse_source
from leakguard.server.checking import Checker, Opened

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Project

    from leakguard.config import Settings
    from leakguard.engine import Analysis
    from leakguard.source import Source
    from leakguard.workspace import Workspace

HELPER = """\
from sklearn.preprocessing import StandardScaler

def scaled(frame):
    return StandardScaler().fit_transform(frame)
"""
HARMLESS = "def scaled(frame):\n    return frame\n"
CALLER = LEAK.replace("from sklearn.preprocessing import StandardScaler", "from helper import scaled").replace(
    "StandardScaler().fit_transform(", "scaled("
)


class Window:
    """An editor's open texts, and which of them were analysed by the last check."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.texts: dict[str, str] = {}
        self.analysed: list[str] = []
        self.problems: list[str] = []
        self._folder = folder
        self._checker = Checker()

        def analyse(source: Source, settings: Settings, workspace: Workspace) -> Analysis:
            self.analysed.append(source.filename)
            return analyse_source(source, settings, workspace)

        monkeypatch.chdir(folder)
        monkeypatch.setattr("leakguard.engine.analyse", analyse)

    def check(self, **texts: str | None) -> dict[str, list[str]]:
        """Open, change or (None) close texts, and return the names of what is found in each that has findings."""
        for name, text in texts.items():
            self.texts.pop(f"{name}.py", None)
            if text is not None:
                self.texts[f"{name}.py"] = text
        opened = [Opened(name, str(self._folder / name), text.encode()) for name, text in self.texts.items()]
        self.analysed.clear()
        checked, self.problems = self._checker.check(opened, Configuration(Overrides()))
        found = {one.opened.uri: [each.name for each in one.diagnostics] for one in checked}
        return {uri: names for uri, names in found.items() if names}


@pytest.fixture
def window(project: Project, monkeypatch: pytest.MonkeyPatch) -> Window:
    return Window(project.folder, monkeypatch)


def test_only_what_changed_is_analysed_again(window: Window) -> None:
    both = {"one.py": ["fit-before-split"], "two.py": ["fit-before-split"]}
    assert window.check(one=LEAK, two=LEAK) == both
    assert window.analysed == ["one.py", "two.py"]
    assert window.check(two=f"{LEAK}\n") == both
    assert window.analysed == ["two.py"]
    assert window.check() == both
    assert window.analysed == []


def test_a_change_of_a_module_is_one_of_those_that_import_it(window: Window) -> None:
    assert window.check(caller=CALLER, helper=HARMLESS, other=LEAK) == {"other.py": ["fit-before-split"]}
    assert window.check(helper=HELPER) == {"other.py": ["fit-before-split"], "helper.py": ["fit-before-split"]}
    assert set(window.analysed) == {"caller.py", "helper.py"}
    assert window.check(helper=f"{HELPER}def half(:\n")["helper.py"] == ["syntax-error"]
    assert window.check(helper=HELPER)["helper.py"] == ["fit-before-split"]
    assert set(window.analysed) == {"caller.py", "helper.py"}
    assert window.check(caller=None) == {"other.py": ["fit-before-split"]}


def test_a_module_that_is_not_open_is_read_again_when_it_is_saved(window: Window, project: Project) -> None:
    caller = LEAK.replace("from sklearn.preprocessing import StandardScaler", "from helper import StandardScaler")
    harmless = "class StandardScaler:\n    def fit_transform(self, frame):\n        return frame\n"
    leaking = "from sklearn.preprocessing import StandardScaler\n"
    project.write("helper.py", harmless)
    assert window.check(caller=caller) == {}
    project.write("helper.py", leaking)
    assert window.check() == {"caller.py": ["fit-before-split"]}
    project.write("helper.py", harmless)
    assert window.check() == {}
    assert window.check(helper=leaking) == {"caller.py": ["fit-before-split"]}
    assert window.check(helper=None) == {}
    (project.folder / "helper.py").unlink()
    assert window.check() == {"caller.py": ["fit-before-split"]}  # by the name alone
    project.write("helper.py", harmless)
    assert window.check() == {}


def test_settings_are_those_of_the_moment(window: Window, project: Project) -> None:
    assert window.check(one=LEAK)
    project.write("pyproject.toml", '[tool.leakguard]\nignore = ["LG201"]\n')
    assert window.check() == {}
    project.write("pyproject.toml", '[tool.leakguard]\nexclude = ["one.py"]\n')
    assert window.check(two=LEAK) == {"two.py": ["fit-before-split"]}
    project.write("pyproject.toml", '[tool.leakguard]\nextend-select = ["LG9"]\n')
    assert window.check() == {}
    assert len(window.problems) == 1
    assert "LG9" in window.problems[0]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("def f(:\n", "syntax-error"),
        ("x = " + "(" * 20_000 + ")" * 20_000, "syntax-error"),
        ("x = " + "-" * 20_000 + "1\n", "unreadable-file"),
        (f"{LEAK}# leakguard: ignore[fit-on-test]\n", "unused-suppression"),
    ],
)
def test_whatever_is_typed_is_answered(window: Window, text: str, name: str) -> None:
    assert name in window.check(one=text, two=LEAK)["one.py"]


def test_notebooks_are_read_as_from_a_file(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.folder)
    data = json.dumps({"cells": [{"cell_type": "raw", "source": ""}, {"cell_type": "code", "source": LEAK}]})
    opened = [
        Opened("a", str(project.folder / "a.ipynb"), data.encode()),
        Opened("b", str(project.folder / "b.ipynb"), b"no notebook"),
    ]
    (first, second), _ = Checker().check(opened, Configuration(Overrides()))
    assert [(one.name, one.place.cell) for one in first.diagnostics] == [("fit-before-split", 2)]
    assert [one.name for one in second.diagnostics] == ["unreadable-file"]


def test_a_comment_in_another_open_document_silences_what_stands_there(window: Window) -> None:
    assert window.check(caller=CALLER, helper=HELPER) == {"helper.py": ["fit-before-split"]}
    silent = HELPER.rstrip() + "  # leakguard: ignore[fit-before-split] for the plot\n"
    assert window.check(helper=silent) == {}
    assert window.check(caller=None) == {"helper.py": ["unused-suppression"]}


def test_a_document_is_analysed_once_what_it_imports_matters(window: Window, project: Project) -> None:
    """It has nothing of its own that could leak."""
    text = "import helper\n\nhelper.scaled(1)\n"
    project.write("helper.py", HARMLESS)
    assert window.check(one=text) == {}
    assert window.analysed == []
    project.write("helper.py", HELPER)
    assert window.check() == {}
    assert window.analysed == ["one.py"]
    (project.folder / "helper.py").unlink()
    assert window.check() == {}
    assert window.analysed == []
