"""Names, messages and code of a hostile project cannot break out of any output format."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest
from pages import at, finding

from leakguard.diagnostic import OUTPUT_FORMATS, Note
from leakguard.report import Report
from leakguard.reporters import page, render
from leakguard.source import source_from_text

BREAKS = "\x1b[2J\x1b]0;owned\x07\n::error::forged\r\n]]></failure><x/>\u202e<script>alert(1)</script>' \" & % ,"
NAME = f"a{BREAKS}.py".replace("/", "|")


def hostile() -> Report:
    source = source_from_text(f"x = '{BREAKS.splitlines()[0]}'; fit(x)  # {BREAKS.splitlines()[-1]}\n", NAME)
    found = finding(at(NAME, 1, 1, 5), message=f"message {BREAKS}")
    note = Note(at(NAME, 1, 1, 3), f"note {BREAKS}")
    return Report(
        1,
        [type(found)(**{name: getattr(found, name) for name in found.__slots__} | {"notes": (note,)})],
        {NAME: source},
    )


@pytest.mark.parametrize("form", ["full", "concise"])
def test_neither_names_nor_code_are_commands_of_a_workflow(form: str) -> None:
    name = "::error file=a.py::forged.py"
    row = "x = '##[error]forged'; fit(x)\n"
    found = finding(at(name, 1, 1, 5), message="##[warning]forged")
    text = render(Report(1, [found], {name: source_from_text(row, name)}), form, color=False)
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())
    assert "##[" not in text
    assert "forged" in text


@pytest.mark.parametrize("form", ["full", "concise", "github"])
def test_lines_cannot_steer_a_terminal_or_a_workflow(form: str) -> None:
    text = render(hostile(), form, color=False)
    if form != "github":  # which a runner reads, and escapes itself
        assert not {character for character in text if ord(character) < 32 and character != "\n"}
        assert "\u202e" not in text
    commands = [line for line in text.splitlines() if line.startswith("::")]
    assert len(commands) == (1 if form == "github" else 0)
    assert not any(line.startswith("::error::forged") for line in text.splitlines())


@pytest.mark.parametrize("form", ["json", "sarif", "gitlab"])
def test_documents_stay_documents(form: str) -> None:
    text = render(hostile(), form, color=False)
    assert "forged" in text
    assert "\x1b" not in text
    json.loads(text)


def test_xml_stays_xml() -> None:
    root = ET.fromstring(render(hostile(), "junit", color=False))  # noqa: S314 - our own
    assert root.find(".//x") is None
    assert root.find(".//script") is None
    assert len(list(root.iter("failure"))) == 1


def test_pages_hold_no_element_of_theirs() -> None:
    elements: list[str] = []

    class Parser(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - as the base
            elements.append(tag)

    plain = page.render(Report(1, [finding(at("a.py", 1, 1, 2))], {"a.py": source_from_text("x\n", "a.py")}), ["src"])
    Parser().feed(plain)
    scripts = elements.count("script")
    elements.clear()
    Parser().feed(page.render(hostile(), [NAME]))
    assert elements.count("script") == scripts
    assert "x" not in elements


def test_every_format_is_looked_at() -> None:
    assert set(OUTPUT_FORMATS) == {"full", "concise", "github", "json", "sarif", "gitlab", "junit"}
