"""What the editor offers to do about a finding: fix it, or silence it by a comment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lsprotocol import types

from leakguard.diagnostic import Applicability
from leakguard.ignoring import ignore_edit, ignore_file_edit
from leakguard.server.reports import overlap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from leakguard.diagnostic import Edit
    from leakguard.server.documents import Documents
    from leakguard.server.reports import Locator, Reported, Reports

FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.leakguard"
KINDS = (types.CodeActionKind.QuickFix, FIX_ALL)


@dataclass(frozen=True, slots=True)
class Editing:
    """Turns edits into those of the protocol; `versioned`: the editor checks which version of a text they are for."""

    documents: Documents
    locator: Locator
    versioned: bool

    def workspace_edit(self, edits: Iterable[Edit]) -> types.WorkspaceEdit:
        found: dict[str, list[types.TextEdit]] = {}
        for edit in edits:
            uri = self.locator.uri(edit.place)
            found.setdefault(uri, []).append(types.TextEdit(self.locator.range(edit.place), self._text(uri, edit)))
        if not self.versioned:
            return types.WorkspaceEdit(changes=found)
        return types.WorkspaceEdit(
            document_changes=[
                types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(uri, self._version(uri)), each)
                for uri, each in found.items()
            ]
        )

    def _version(self, uri: str) -> int | None:
        opened = self.documents.texts.get(uri)
        return opened.version if opened else None

    def _text(self, uri: str, edit: Edit) -> str:
        opened = self.documents.texts.get(uri)
        ends = "\r\n" if opened and "\r\n" in opened.text else "\n"
        return edit.text.replace("\n", ends)


def code_actions(params: types.CodeActionParams, reports: Reports, editing: Editing) -> list[types.CodeAction]:
    """Return what is offered for a range of a text, most helpful first."""
    here = reports.texts.get(params.text_document.uri, ())
    only = params.context.only
    found: list[types.CodeAction] = []
    if _wanted(types.CodeActionKind.QuickFix, only):
        named = [(one.code, one.range) for one in params.context.diagnostics]
        chosen = [
            one for one in here if overlap(one.told.range, params.range) or (one.told.code, one.told.range) in named
        ]
        found += [action for one in chosen for action in _fixes(one, editing)]
        found += [action for one in chosen for action in _ignores(one, reports, editing)]
    if _wanted(FIX_ALL, only):
        found += _fix_all(here, editing)
    return found


def _wanted(kind: str, only: Sequence[str] | None) -> bool:
    return only is None or any(one in {"", kind} or kind.startswith(f"{one}.") for one in map(_plain, only))


def _plain(kind: str) -> str:
    return kind.value if isinstance(kind, types.CodeActionKind) else kind


def _fixes(one: Reported, editing: Editing) -> Iterator[types.CodeAction]:
    fix = one.diagnostic.fix
    if fix is not None and fix.applicability is not Applicability.DISPLAY:
        safe = fix.applicability is Applicability.SAFE
        yield _quick_fix(fix.title, one, editing.workspace_edit(fix.edits), preferred=safe)


def _ignores(one: Reported, reports: Reports, editing: Editing) -> Iterator[types.CodeAction]:
    source, name = reports.checked.source, one.diagnostic.name
    if (edit := ignore_edit(source, one.diagnostic)) is not None:
        yield _quick_fix(f"Ignore {name} on this statement", one, editing.workspace_edit([edit]))
    if (edit := ignore_file_edit(source, one.diagnostic)) is not None:
        yield _quick_fix(f"Ignore {name} in the whole file", one, editing.workspace_edit([edit]))


def _quick_fix(
    title: str, one: Reported, edit: types.WorkspaceEdit, *, preferred: bool | None = None
) -> types.CodeAction:
    return types.CodeAction(
        title, kind=types.CodeActionKind.QuickFix, diagnostics=[one.told], edit=edit, is_preferred=preferred or None
    )


def _fix_all(here: Iterable[Reported], editing: Editing) -> Iterator[types.CodeAction]:
    edits = safe_edits(here, editing.locator)
    if edits:
        title = "Apply all safe fixes of leakguard"
        yield types.CodeAction(title, kind=FIX_ALL, edit=editing.workspace_edit(edits))


def safe_edits(here: Iterable[Reported], locator: Locator) -> list[Edit]:
    """Return the edits of all safe fixes, without those fixes that are in the way of an earlier one."""
    taken: list[Edit] = []
    for one in here:
        fix = one.diagnostic.fix
        if fix is not None and fix.applicability is Applicability.SAFE:
            new = [edit for edit in fix.edits if edit not in taken]
            if not any(_collide(edit, other, locator) for edit in new for other in taken):
                taken += new
    return taken


def _collide(one: Edit, other: Edit, locator: Locator) -> bool:
    same_text = locator.uri(one.place) == locator.uri(other.place)
    return same_text and overlap(locator.range(one.place), locator.range(other.place))
