"""An editor for tests: a client of the language server protocol that starts the server as editors do, and waits."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any, Self

from conftest import plain_environment
from lsprotocol import types
from pygls.lsp.client import LanguageClient

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence
    from types import TracebackType

    from conftest import Project

TIMEOUT = 120  # seconds, on a machine that has other things to do

FULL = types.ClientCapabilities(
    workspace=types.WorkspaceClientCapabilities(
        workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True),
        did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True),
    ),
    text_document=types.TextDocumentClientCapabilities(
        publish_diagnostics=types.PublishDiagnosticsClientCapabilities(related_information=True, data_support=True),
        hover=types.HoverClientCapabilities(content_format=[types.MarkupKind.Markdown]),
    ),
    notebook_document=types.NotebookDocumentClientCapabilities(types.NotebookDocumentSyncClientCapabilities()),
)


class _Client(LanguageClient):
    code: int | None = None

    async def server_exit(self, server: asyncio.subprocess.Process) -> None:
        self.code = server.returncode


class Editor:
    """A folder that is open, and what the server has said so far."""

    def __init__(self, project: Project, capabilities: types.ClientCapabilities = FULL) -> None:
        self.project = project
        self.versions: dict[str, int] = {}
        self.texts: dict[str, str] = {}
        self.published: dict[str, types.PublishDiagnosticsParams] = {}
        self.messages: list[str] = []
        self.logged: list[str] = []
        self.registered: list[types.Registration] = []
        self.client = _Client("tests", "0")
        self._capabilities = capabilities
        self._news = asyncio.Event()
        self._listen()

    def _listen(self) -> None:
        def published(params: types.PublishDiagnosticsParams) -> None:
            self.published[params.uri] = params
            self._news.set()

        def shown(params: types.ShowMessageParams) -> None:
            self.messages.append(params.message)
            self._news.set()

        def logged(params: types.LogMessageParams) -> None:
            self.logged.append(params.message)
            self._news.set()

        def registered(params: types.RegistrationParams) -> None:
            self.registered += params.registrations
            self._news.set()

        client: Any = self.client  # its decorators have no types
        client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(published)
        client.feature(types.WINDOW_SHOW_MESSAGE)(shown)
        client.feature(types.WINDOW_LOG_MESSAGE)(logged)
        client.feature(types.CLIENT_REGISTER_CAPABILITY)(registered)

    async def __aenter__(self) -> Self:
        server = (sys.executable, "-m", "leakguard", "server")
        environment = plain_environment() | {"STDERR": str(self.project.folder / ".git/stderr")}
        started = self.client.start_io(
            "sh", "-c", 'exec "$@" 2>"$STDERR"', "sh", *server, env=environment, cwd=self.project.folder
        )
        await asyncio.wait_for(started, TIMEOUT)
        folder = types.WorkspaceFolder(self.project.folder.as_uri(), "project")
        self.initialized = await self.client.initialize_async(
            types.InitializeParams(self._capabilities, workspace_folders=[folder])
        )
        self.client.initialized(types.InitializedParams())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self.client.stopped:
            await asyncio.wait_for(self.client.shutdown_async(None), TIMEOUT)
            self.client.exit(None)
        client: Any = self.client
        await asyncio.wait_for(client.stop(), TIMEOUT)

    @property
    def stderr(self) -> str:
        return (self.project.folder / ".git/stderr").read_text("utf-8")

    def uri(self, name: str) -> str:
        return (self.project.folder / name).as_uri()

    async def until(self, holds: Callable[[], Any]) -> None:
        """Wait for what the server says until a condition holds."""
        async with asyncio.timeout(TIMEOUT):
            while not holds():
                self._news.clear()
                await self._news.wait()

    async def told(self, uri: str) -> list[types.Diagnostic]:
        """Wait for the diagnostics of the present version of a text."""
        await self.until(lambda: uri in self.published and self.published[uri].version == self.versions[uri])
        return list(self.published[uri].diagnostics)

    def item(self, uri: str, text: str, language: str = "python") -> types.TextDocumentItem:
        self.versions[uri] = self.versions.get(uri, 0) + 1
        self.texts[uri] = text
        return types.TextDocumentItem(uri, language, self.versions[uri], text)

    def open(self, name: str, text: str, language: str = "python") -> str:
        uri = name if ":" in name else self.uri(name)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(self.item(uri, text, language)))
        return uri

    def close(self, uri: str) -> None:
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))
        self.versions.pop(uri)

    def changed(self, uri: str, text: str) -> types.VersionedTextDocumentIdentifier:
        self.texts[uri] = text
        self.versions[uri] += 1
        return types.VersionedTextDocumentIdentifier(self.versions[uri], uri)

    def change(self, uri: str, text: str) -> None:
        """Put a whole new text in place of the one that was there."""
        identifier = self.changed(uri, text)
        changes = [types.TextDocumentContentChangeWholeDocument(text)]
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, changes))

    def edit(self, uri: str, span: types.Range, text: str) -> None:
        """Put text in place of a range, counted in UTF-16 units."""
        before = self.texts[uri]
        start, end = (_offset(before, position) for position in (span.start, span.end))
        identifier = self.changed(uri, before[:start] + text + before[end:])
        changes = [types.TextDocumentContentChangePartial(span, text)]
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, changes))

    async def actions(
        self, uri: str, span: types.Range, only: Sequence[str] | None = None
    ) -> Sequence[types.CodeAction]:
        context = types.CodeActionContext(self.published[uri].diagnostics, only)
        params = types.CodeActionParams(types.TextDocumentIdentifier(uri), span, context)
        found = await asyncio.wait_for(self.client.text_document_code_action_async(params), TIMEOUT)
        return [one for one in found or () if isinstance(one, types.CodeAction)]

    async def hover(self, uri: str, row: int, column: int) -> str | None:
        params = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(row, column))
        found = await asyncio.wait_for(self.client.text_document_hover_async(params), TIMEOUT)
        if found is None:
            return None
        assert isinstance(found.contents, types.MarkupContent)
        return found.contents.value

    def apply(self, action: types.CodeAction) -> None:
        """Do what an action of the server says, from the end of each text to its start."""
        assert action.edit
        for change in action.edit.document_changes or ():
            assert isinstance(change, types.TextDocumentEdit)
            uri = change.text_document.uri
            assert change.text_document.version == self.versions[uri]
            plain = [edit for edit in change.edits if isinstance(edit, types.TextEdit)]
            for edit in sorted(plain, key=lambda edit: edit.range.start, reverse=True):
                self.edit(uri, edit.range, edit.new_text)

    def open_notebook(self, name: str, cells: Iterable[tuple[str, str]]) -> list[str]:
        """Open a notebook of cells, each a language and a text, and return their addresses."""
        items = [self.item(f"notebook-cell:{name}#{number}", text, kind) for number, (kind, text) in enumerate(cells)]
        notebook = types.NotebookDocument(self.uri(name), "jupyter-notebook", 1, [cell(item) for item in items])
        self.client.notebook_document_did_open(types.DidOpenNotebookDocumentParams(notebook, items))
        return [item.uri for item in items]

    def change_notebook(self, name: str, change: types.NotebookDocumentCellChanges) -> None:
        identifier = types.VersionedNotebookDocumentIdentifier(2, self.uri(name))
        event = types.NotebookDocumentChangeEvent(cells=change)
        self.client.notebook_document_did_change(types.DidChangeNotebookDocumentParams(identifier, event))


def cell(item: types.TextDocumentItem) -> types.NotebookCell:
    kind = types.NotebookCellKind.Markup if item.language_id == "markdown" else types.NotebookCellKind.Code
    return types.NotebookCell(kind, item.uri)


def _offset(text: str, position: types.Position) -> int:
    rows = text.split("\n")
    before = rows[position.line].encode("utf-16-le")[: 2 * position.character].decode("utf-16-le")
    return sum(len(row) + 1 for row in rows[: position.line]) + len(before)


def edits(story: Callable[[Editor], Awaitable[None]]) -> Callable[[Project], None]:
    """A test that is told as a session with an editor, which ends without complaint."""

    def test(project: Project) -> None:
        async def run() -> None:
            async with Editor(project) as editor:
                await story(editor)
            assert editor.client.code == 0
            assert editor.stderr == ""
            assert editor.logged == []

        asyncio.run(run())

    test.__name__ = getattr(story, "__name__", "test")
    return test
