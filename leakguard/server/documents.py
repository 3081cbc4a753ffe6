"""The documents that the editor has open, as it describes their changes."""

from __future__ import annotations

import codecs
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.uris import to_fs_path, urlparse

from leakguard.server.checking import Opened
from leakguard.server.positions import edited
from leakguard.source import is_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leakguard.server.positions import Change

_UNSAVED = "untitled"
_SUFFIXES = (".py", ".pyi")
_NOTEBOOK = ".ipynb"


@dataclass(slots=True)
class Text:
    """A text with its version: a file, or a cell of the notebook that `notebook` names."""

    language: str
    version: int
    text: str
    notebook: str | None = None


@dataclass(slots=True)
class Notebook:
    """The cells of a notebook in their order, of all kinds."""

    cells: list[types.NotebookCell]


class Documents:
    """All that is open, by address; changes of what is not open are passed over."""

    def __init__(self) -> None:
        self.encoding: str = types.PositionEncodingKind.Utf16
        self.root = os.getcwd()  # where documents that have no place yet are taken to stand
        self.texts: dict[str, Text] = {}
        self._notebooks: dict[str, Notebook] = {}

    def open_text(self, item: types.TextDocumentItem, notebook: str | None = None) -> None:
        self.texts[item.uri] = Text(item.language_id, item.version, item.text, notebook)

    def change_text(self, identifier: types.VersionedTextDocumentIdentifier, changes: Sequence[Change]) -> None:
        if (text := self.texts.get(identifier.uri)) is not None:
            text.text = edited(text.text, changes, self.encoding)
            text.version = identifier.version

    def close_text(self, uri: str) -> None:
        self.texts.pop(uri, None)

    def open_notebook(self, params: types.DidOpenNotebookDocumentParams) -> None:
        notebook = params.notebook_document
        self._notebooks[notebook.uri] = Notebook(list(notebook.cells))
        for item in params.cell_text_documents:
            self.open_text(item, notebook.uri)

    def change_notebook(self, params: types.DidChangeNotebookDocumentParams) -> list[str]:
        """Take over the changes of a notebook, and return the cells that are gone."""
        uri = params.notebook_document.uri
        notebook, change = self._notebooks.get(uri), params.change.cells
        if notebook is None or change is None:
            return []
        gone = self._change_structure(uri, notebook, change.structure) if change.structure else []
        changed = {cell.document: cell for cell in change.data or ()}
        notebook.cells = [changed.get(cell.document, cell) for cell in notebook.cells]
        for content in change.text_content or ():
            self.change_text(content.document, content.changes)
        return gone

    def _change_structure(
        self, uri: str, notebook: Notebook, change: types.NotebookDocumentCellChangeStructure
    ) -> list[str]:
        start, count = change.array.start, change.array.delete_count
        notebook.cells[start : start + count] = change.array.cells or ()
        for item in change.did_open or ():
            self.open_text(item, uri)
        gone = [identifier.uri for identifier in change.did_close or ()]
        for one in gone:
            self.close_text(one)
        return gone

    def close_notebook(self, uri: str) -> list[str]:
        """Close a notebook with all its cells, and return these."""
        self._notebooks.pop(uri, None)
        cells = [one for one, text in self.texts.items() if text.notebook == uri]
        for cell in cells:
            self.close_text(cell)
        return cells

    def programs(self) -> Iterator[Opened]:
        """Yield what is to be checked: scripts, sweeps and notebooks, in the state they are in."""
        for uri, text in self.texts.items():
            path = self._path(uri)
            if text.notebook is None and path and _is_program(path, text.language):
                data = text.text.removeprefix("\ufeff").encode("utf-8", "replace")
                yield Opened(uri, path, codecs.BOM_UTF8 + data)  # whatever encoding its first row declares
        for uri, notebook in self._notebooks.items():
            if path := self._path(uri):
                path = path if path.lower().endswith(_NOTEBOOK) else path + _NOTEBOOK
                yield Opened(uri, path, self._contents(notebook))

    def program(self, uri: str) -> Opened | None:
        """Return the program that a document is, or is a cell of."""
        text = self.texts.get(uri)
        owner = text.notebook if text and text.notebook else uri
        return next((one for one in self.programs() if one.uri == owner), None)

    def cells(self, uri: str) -> dict[int | None, str]:
        """Return the addresses of the texts of a program by the number of their cell; of a script the one for None."""
        notebook = self._notebooks.get(uri)
        if notebook is None:
            return {None: uri}
        code = {number: cell.document for number, cell in enumerate(notebook.cells, 1) if self._is_code(cell)}
        whole = {None: next(iter(code.values()))} if code else {}
        return code | whole

    def _contents(self, notebook: Notebook) -> bytes:
        """Return a notebook as a file would hold it; cells in other languages than Python only count."""
        cells = [
            {"cell_type": "code", "source": self.texts[cell.document].text}
            if self._is_code(cell)
            else {"cell_type": "raw", "source": ""}
            for cell in notebook.cells
        ]
        return json.dumps({"cells": cells}).encode("ascii")

    def _is_code(self, cell: types.NotebookCell) -> bool:
        text = self.texts.get(cell.document)
        return cell.kind is types.NotebookCellKind.Code and text is not None and text.language == "python"

    def _path(self, uri: str) -> str | None:
        """Return the absolute path of a document; None for what will never be a file, such as an old revision."""
        if path := to_fs_path(uri):
            return os.path.abspath(path)
        scheme, _, path, *_ = urlparse(uri)
        return os.path.join(self.root, path) if scheme == _UNSAVED else None


def _is_program(path: str, language: str) -> bool:
    """Say whether a text may hold a program; a notebook that is open as a text shows no rows to point at."""
    if path.lower().endswith(_NOTEBOOK):
        return False
    return language == "python" or path.endswith(_SUFFIXES) or is_yaml(path)
