"""Fixes as edits of the protocol: which are offered, which are preferred, and which are applied together."""

from __future__ import annotations

from dataclasses import replace

import pytest
from conftest import LEAK, LEAK_ROW
from lsprotocol import types

from leakguard.config import settings_from
from leakguard.diagnostic import Applicability, Diagnostic, Edit, Fix, Place
from leakguard.engine import check_source
from leakguard.server.actions import FIX_ALL, Editing, code_actions
from leakguard.server.checking import Checked, Opened
from leakguard.server.documents import Documents
from leakguard.server.reports import Locator, Reports, report
from leakguard.source import source_from_text

URI = "file:///project/leak.py"
SOURCE = source_from_text(LEAK, "leak.py")
[FOUND] = check_source(SOURCE, settings_from({}))


def edit(row: int, start: int, end: int, text: str) -> Edit:
    return Edit(Place("leak.py", None, row, start, row, end), text)


def with_fix(applicability: Applicability, *edits: Edit) -> Diagnostic:
    return replace(FOUND, fix=Fix("Fit on the training rows alone", applicability, edits))


def told(*diagnostics: Diagnostic) -> tuple[Reports, Documents]:
    documents = Documents()
    documents.open_text(types.TextDocumentItem(URI, "python", 7, LEAK))
    locator = Locator({("leak.py", None): URI}, {"leak.py": SOURCE}, "utf-16")
    checked = Checked(Opened(URI, "/project/leak.py", LEAK.encode()), SOURCE, diagnostics)
    return report(checked, {None: URI}, locator, related=True), documents


def offered(
    *diagnostics: Diagnostic, only: list[str | types.CodeActionKind] | None = None, versioned: bool = True
) -> list[types.CodeAction]:
    reports, documents = told(*diagnostics)
    row = types.Position(LEAK_ROW - 1, 8)
    context = types.CodeActionContext([], only)
    params = types.CodeActionParams(types.TextDocumentIdentifier(URI), types.Range(row, row), context)
    return code_actions(params, reports, Editing(documents, reports.locator, versioned))


def new_texts(action: types.CodeAction) -> list[str]:
    [change] = (action.edit or types.WorkspaceEdit()).document_changes or []
    assert isinstance(change, types.TextDocumentEdit)
    assert (change.text_document.uri, change.text_document.version) == (URI, 7)
    return [one.new_text for one in change.edits if isinstance(one, types.TextEdit)]


@pytest.mark.parametrize(("applicability", "preferred"), [(Applicability.SAFE, [True]), (Applicability.UNSAFE, [None])])
def test_a_fix_is_offered_and_preferred_if_it_is_safe(applicability: Applicability, preferred: list[bool]) -> None:
    found = with_fix(applicability, edit(LEAK_ROW, 1, 2, "Z"), edit(8, 1, 1, "\n"))
    fixes = [one for one in offered(found, only=["quickfix"]) if not one.title.startswith("Ignore")]
    assert [(one.title, one.is_preferred) for one in fixes] == [("Fit on the training rows alone", *preferred)]
    assert new_texts(fixes[0]) == ["Z", "\n"]
    assert [one.code for one in fixes[0].diagnostics or ()] == ["fit-before-split"]


def test_what_is_only_to_be_read_is_not_offered() -> None:
    found = offered(with_fix(Applicability.DISPLAY, edit(LEAK_ROW, 1, 2, "Z")))
    assert [one.title.partition(" ")[0] for one in found] == ["Ignore", "Ignore"]


@pytest.mark.parametrize("only", [None, ["source"], ["source.fixAll"], [FIX_ALL], [types.CodeActionKind.SourceFixAll]])
def test_safe_fixes_are_applied_together_unless_one_is_in_the_way(
    only: list[str | types.CodeActionKind] | None,
) -> None:
    found = (
        with_fix(Applicability.SAFE, edit(1, 1, 1, "import a\n"), edit(LEAK_ROW, 1, 2, "Z")),
        with_fix(Applicability.SAFE, edit(1, 1, 1, "import a\n"), edit(8, 1, 2, "Y")),
        with_fix(Applicability.SAFE, edit(9, 1, 2, "W"), edit(LEAK_ROW, 1, 5, "V")),
        with_fix(Applicability.UNSAFE, edit(10, 1, 2, "U")),
    )
    [action] = [one for one in offered(*found, only=only) if one.kind == FIX_ALL]
    assert new_texts(action) == ["import a\n", "Z", "Y"]
    assert offered(found[3], only=[FIX_ALL]) == []


def test_an_editor_that_knows_no_versions_gets_plain_changes() -> None:
    found = offered(with_fix(Applicability.SAFE, edit(LEAK_ROW, 1, 2, "Z")), versioned=False)
    edits = [one.edit for one in found if one.edit]
    assert all(one.document_changes is None and list(one.changes or {}) == [URI] for one in edits)


def test_the_fix_goes_with_the_diagnostic() -> None:
    reports, _ = told(with_fix(Applicability.SAFE, edit(LEAK_ROW, 1, 2, "Z")))
    [one] = reports.texts[URI]
    span = {"start": {"line": LEAK_ROW - 1, "character": 0}, "end": {"line": LEAK_ROW - 1, "character": 1}}
    edits = [{"uri": URI, "newText": "Z", "range": span}]
    assert one.told.data == {
        "fix": {"title": "Fit on the training rows alone", "applicability": "safe", "edits": edits}
    }
