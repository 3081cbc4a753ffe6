"""A JUnit report: a suite for each file with findings, a failed test for each finding."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from leakguard.diagnostic import Diagnostic, Suppressed
from leakguard.remarks import INTERNAL_ERROR
from leakguard.reporters.located import Locator
from leakguard.reporters.terminal import location

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leakguard.report import Report

# What XML 1.0 has no way to write.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_COUNTED = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def render(report: Report) -> str:
    """Return the report as XML; suppressed findings are skipped tests."""
    root = ET.Element("testsuites", name="leakguard")
    found: list[Diagnostic | Suppressed] = [*report.diagnostics, *report.suppressed]
    in_order = sorted(found, key=lambda one: _diagnostic(one).place)
    locate = Locator()
    for filename, group in groupby(in_order, lambda one: _diagnostic(one).place.filename):
        _suite(root, locate.path(filename), group, locate)
    if not found:
        counts = dict.fromkeys(_COUNTED, "0")
        suite = ET.SubElement(root, "testsuite", {"name": "leakguard", "tests": "1", **counts, "time": "0"})
        ET.SubElement(suite, "testcase", name="no leaks", classname="leakguard", time="0")
    root.attrib |= {key: str(sum(int(suite.attrib[key]) for suite in root)) for key in ("tests", "failures", "errors")}
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _suite(root: ET.Element, path: str, found: Iterable[Diagnostic | Suppressed], locate: Locator) -> None:
    suite = ET.SubElement(root, "testsuite", name=_clean(path))
    times: Counter[str] = Counter()
    for one in found:
        name = _diagnostic(one).name
        times[name] += 1
        _case(suite, one, f"{name} ({times[name]})" if times[name] > 1 else name, locate)
    counts = {key: str(sum(case.find(tag) is not None for case in suite)) for key, tag in _COUNTED.items()}
    suite.attrib |= {"tests": str(len(suite)), **counts, "time": "0"}


def _case(suite: ET.Element, item: Diagnostic | Suppressed, name: str, locate: Locator) -> None:
    """Add a test whose name stays when rows move, so that a history can be kept."""
    one = _diagnostic(item)
    found = locate(one.place)
    path = _clean(found.path)
    case = ET.SubElement(suite, "testcase", name=name, classname=path, file=path)
    if found.region:
        case.set("line", str(found.region.row))
    case.set("time", "0")
    if isinstance(item, Suppressed):
        ET.SubElement(case, "skipped", message=_clean(item.reason or "suppressed by a comment"))
        return
    kind = "error" if one.name == INTERNAL_ERROR.name else "failure"
    steps = [f"{location(note.place)}: {note.message}" for note in one.notes]
    message = _clean(found.told(one.message))
    outcome = ET.SubElement(case, kind, message=message, type=f"{one.severity.value} {one.code}")
    outcome.text = _clean("\n".join([f"{location(one.place)}: {one.code} {one.name} {one.message}", *steps]))


def _diagnostic(item: Diagnostic | Suppressed) -> Diagnostic:
    return item.diagnostic if isinstance(item, Suppressed) else item


def _clean(text: str) -> str:
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)
