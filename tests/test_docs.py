"""The documentation says what the program does: pages of rules, keys, variables, and the text of the README."""

from __future__ import annotations

import importlib.util
import json
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from leakguard.commands.check import command
from leakguard.configtable import keys, read_table

if TYPE_CHECKING:
    from types import ModuleType

    from conftest import Project

DOCS = Path(__file__).parents[1] / "docs"
CONFIGURATION = (DOCS / "configuration.md").read_text("utf-8")
SECTION = re.compile(r"^### `(?P<key>[\w-]+)`\n(?P<text>.*?)(?=^###? |\Z)", re.MULTILINE | re.DOTALL)


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pages_are_those_that_the_docstrings_give() -> None:
    found = {f"rules/{file.name}": file.read_text("utf-8") for file in (DOCS / "rules").glob("*.md")}
    names = ("changelog.md", "cli.md", "contributing.md", "python-api.md", "rules.md", "security.md")
    written = {name: (DOCS / name).read_text("utf-8") for name in names}
    assert generator().pages() == written | found, "run `python docs/generate.py`"


def test_the_command_prints_the_page_of_a_rule(project: Project) -> None:
    page = (DOCS / "rules/fit-before-split.md").read_text("utf-8")
    assert project.run("rule", "fit-before-split").out == page


def test_every_key_is_documented_once() -> None:
    assert sorted(found["key"] for found in SECTION.finditer(CONFIGURATION)) == sorted(keys())


@pytest.mark.parametrize("section", list(SECTION.finditer(CONFIGURATION)), ids=lambda found: str(found["key"]))
def test_the_example_of_a_key_is_valid_and_differs_from_the_default(section: re.Match[str]) -> None:
    key, text = section["key"], section["text"]
    assert re.search(r"^- Type: .+$", text, re.MULTILINE)
    [example] = re.findall(r"^```toml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    table = tomllib.loads(example)
    assert list(table) == [key]
    assert read_table(table, "docs")
    assert json.dumps(table[key]) != default_of(text)


def test_the_defaults_are_those_that_hold(project: Project) -> None:
    run = project.run("config", "--isolated", "--output-format", "json", env={"LEAKGUARD_CACHE_DIR": ""})
    held = {one["key"]: json.dumps(one["value"]) for one in json.loads(run.out)["settings"]}
    assert {found["key"]: default_of(found["text"]) for found in SECTION.finditer(CONFIGURATION)} == held


def default_of(text: str) -> str:
    """Return the default that a section names, as JSON."""
    [default] = re.findall(r"^- Default: (.+)$", text, re.MULTILINE)
    return "null" if default == "not set" else str(default.strip("`"))


def test_every_variable_is_documented_with_its_option() -> None:
    options = {str(one.envvar): one.opts[0] for one in command.params if one.envvar}
    rows = re.findall(r"^\| `(LEAKGUARD_\w+)` \| `(--[\w-]+)`", CONFIGURATION, re.MULTILINE)
    assert dict(rows) == options
    assert len(rows) >= 4
