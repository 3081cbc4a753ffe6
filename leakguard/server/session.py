"""One editor's session over standard input and output: messages in, diagnostics and answers out."""

from __future__ import annotations

import logging
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.capabilities import get_capability
from pygls.exceptions import FeatureRequestError, JsonRpcException, JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method
from pygls.uris import to_fs_path

from leakguard import __version__
from leakguard.errors import UserError
from leakguard.server.actions import KINDS, Editing, code_actions
from leakguard.server.background import Background, beside
from leakguard.server.checking import Checker
from leakguard.server.documents import Documents
from leakguard.server.hovering import hover
from leakguard.server.reports import Locator, report, told
from leakguard.source import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import BinaryIO

    from leakguard.config import Configuration
    from leakguard.server.checking import Checked, Opened
    from leakguard.server.reports import Reported, Reports

_PAUSE = 0.2  # seconds without a key, after which a text is checked
_WATCHED = ("**/*.py", "**/pyproject.toml")
_NO_MESSAGE = frozenset({"Unable to handle message", "Unable to deserialize message"})
_log = logging.getLogger("leakguard")


class _Protocol(LanguageServerProtocol):
    """The messages that change documents, which are kept here and not by pygls.

    It takes more characters than the protocol does for ends of rows, and sets positions behind such an end elsewhere.
    """

    _server: Session

    def structure_message(self, data: dict[str, Any]) -> Any:  # noqa: ANN401 - pygls's signature
        """Return a message as an object; a request whose parameters are wrong is answered, where pygls is silent."""
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "method" not in data or not isinstance(data.get("id"), int | str):
                raise
            self._send_response(data["id"], error=JsonRpcInvalidParams().to_response_error())
            raise FeatureRequestError(f"{data['method']}: wrong parameters") from error

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        self._server.documents.open_text(params.text_document)
        self._server.check_soon()

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        self._server.documents.change_text(params.text_document, params.content_changes)
        self._server.check_soon(_PAUSE)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        self._server.documents.close_text(params.text_document.uri)
        self._server.clear([params.text_document.uri])
        self._server.check_soon()

    @lsp_method(types.NOTEBOOK_DOCUMENT_DID_OPEN)
    def lsp_notebook_document__did_open(self, params: types.DidOpenNotebookDocumentParams) -> None:
        self._server.documents.open_notebook(params)
        self._server.check_soon()

    @lsp_method(types.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def lsp_notebook_document__did_change(self, params: types.DidChangeNotebookDocumentParams) -> None:
        self._server.clear(self._server.documents.change_notebook(params))
        self._server.check_soon(_PAUSE)

    @lsp_method(types.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def lsp_notebook_document__did_close(self, params: types.DidCloseNotebookDocumentParams) -> None:
        self._server.clear(self._server.documents.close_notebook(params.notebook_document.uri))
        self._server.check_soon()

    @lsp_method(types.EXIT)
    def lsp_exit(self, *arguments: Any) -> Iterator[Any]:  # type: ignore[override]  # noqa: ANN401 - pygls's signature
        self._server.exit_code = 0 if self._shutdown else 1
        yield from super().lsp_exit(*arguments)


class Session(LanguageServer):
    """What is open, what was told about it, and the checks that bring the two together."""

    def __init__(self, configure: Callable[[], Configuration]) -> None:
        super().__init__(
            "leakguard",
            __version__,
            text_document_sync_kind=types.TextDocumentSyncKind.Incremental,
            notebook_document_sync=types.NotebookDocumentSyncOptions(
                [types.NotebookDocumentFilterWithNotebook("*")]  # with all cells, so that their numbers hold
            ),
            protocol_cls=_Protocol,
        )
        self.documents = Documents()
        self.exit_code = 1  # an editor that goes without a word
        self._configure = configure
        self._checker = Checker()
        self._background: Background | None = None
        self._reports: dict[str, Reports] = {}  # by the address of the program
        self._published: dict[str, tuple[int, Sequence[types.Diagnostic]]] = {}
        self._problems: frozenset[str] = frozenset()

    def start(self, params: types.InitializeParams) -> None:
        """Take over what the editor says about itself."""
        self._background = Background(self._check)
        self.documents.encoding = self.workspace.position_encoding or types.PositionEncodingKind.Utf16
        folders = [folder.uri for folder in params.workspace_folders or ()]
        if (root := next(iter(folders), params.root_uri)) and (path := to_fs_path(root)):
            self.documents.root = path

    def can(self, capability: str) -> bool:
        return bool(get_capability(self.client_capabilities, capability, default=False))

    def check_soon(self, pause: float = 0.0) -> None:
        if self._background is not None:
            self._background.soon(pause)

    async def reports(self, uri: str) -> Reports | None:
        """Return what there is to say about the program of a text, in the state that it is in now."""
        if self._background is not None:
            await self._background.idle()
        program = self.documents.program(uri)
        reports = self._reports.get(program.uri) if program else None
        return reports if reports and reports.checked.opened == program else None

    def reported(self, uri: str) -> tuple[Reported, ...]:
        """Return what was last told about a text, unless the text has changed since."""
        program = self.documents.program(uri)
        reports = self._reports.get(program.uri) if program else None
        return reports.texts.get(uri, ()) if reports and reports.checked.opened == program else ()

    def clear(self, uris: Sequence[str]) -> None:
        """Take back what was told about texts that are closed."""
        for uri in uris:
            if self._published.pop(uri, None) is not None:
                self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    def report_server_error(self, error: Exception, source: Any) -> None:  # noqa: ANN401 - pygls's signature
        """Log what went wrong; who asked for something is answered anyhow."""
        if source is not FeatureRequestError:
            _log.error("%s", error)
            self.window_log_message(types.LogMessageParams(types.MessageType.Error, f"leakguard: {error}"))

    async def _check(self) -> None:
        """Check all documents, and tell what there is to say about those that are still as they were."""
        opened = list(self.documents.programs())
        try:
            checked, problems = await beside(lambda: self._run(opened))
            self._tell(checked)
        except Exception as error:  # noqa: BLE001 - the session goes on whatever happens
            _log.exception("the check failed")
            self.report_server_error(error, Session)
        else:
            self._complain(problems)

    def _run(self, opened: Sequence[Opened]) -> tuple[list[Checked], list[str]]:
        try:
            configuration = self._configure()
        except UserError as error:
            return [], [str(error)]
        return self._checker.check(opened, configuration)

    def _tell(self, checked: Sequence[Checked]) -> None:
        present = {one.uri: one for one in self.documents.programs()}
        current = [one for one in checked if present.get(one.opened.uri) == one.opened]
        documents = {
            (shown(one.opened.path), cell): uri
            for one in current
            for cell, uri in self.documents.cells(one.opened.uri).items()
        }
        related = self.can("text_document.publish_diagnostics.related_information")
        self._reports = {uri: reports for uri, reports in self._reports.items() if uri in present}
        for one in current:
            locator = Locator(documents, one.sources, self.documents.encoding)
            reports = report(one, self.documents.cells(one.opened.uri), locator, related=related)
            self._reports[one.opened.uri] = reports
            for uri, reported in reports.texts.items():
                self._publish(uri, told(reported))

    def _publish(self, uri: str, diagnostics: Sequence[types.Diagnostic]) -> None:
        version = self.documents.texts[uri].version
        if self._published.get(uri) != (version, diagnostics):
            self._published[uri] = version, diagnostics
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, diagnostics, version))

    def _complain(self, problems: Sequence[str]) -> None:
        """Show what is wrong with the settings once, until it is mended."""
        for problem in problems:
            if problem not in self._problems:
                self.window_show_message(types.ShowMessageParams(types.MessageType.Error, f"leakguard: {problem}"))
        self._problems = frozenset(problems)


def _session(configure: Callable[[], Configuration]) -> Session:
    """Return a session that answers requests."""
    server = Session(configure)

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        server.start(params)

    @server.feature(types.INITIALIZED)
    def initialized(_: types.InitializedParams) -> None:
        if server.can("workspace.did_change_watched_files.dynamic_registration"):
            watchers = [types.FileSystemWatcher(pattern) for pattern in _WATCHED]
            options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            registration = types.Registration("leakguard", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
            server.client_register_capability(types.RegistrationParams([registration]))

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(_: types.DidSaveTextDocumentParams) -> None:
        server.check_soon()

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def moved(_: types.DidChangeWatchedFilesParams) -> None:
        server.check_soon()

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(KINDS))
    async def actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        reports = await server.reports(params.text_document.uri)
        if reports is None:
            return []
        versioned = server.can("workspace.workspace_edit.document_changes")
        return code_actions(params, reports, Editing(server.documents, reports.locator, versioned))

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hovered(params: types.HoverParams) -> types.Hover | None:
        uri = params.text_document.uri
        text = server.documents.texts.get(uri)
        if text is None:
            return None
        formats = get_capability(server.client_capabilities, "text_document.hover.content_format", default=None) or ()
        reported, encoding = server.reported(uri), server.documents.encoding
        return hover(text.text, params.position, reported, encoding, markdown=types.MarkupKind.Markdown in formats)

    return server


def serve(configure: Callable[[], Configuration]) -> int:
    """Serve an editor until it says goodbye or closes standard input, and return the exit code."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(name)s: %(message)s")
    for handler in logging.getLogger().handlers:
        handler.addFilter(_told_in_one_row)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # at a terminal: what waits for input would not see an exception
    server = _session(configure)
    server.start_io(sys.stdin.buffer, _private_output())
    return server.exit_code


def _told_in_one_row(record: logging.LogRecord) -> bool:
    """Leave out where in the library a message that is none came up: that is the editor's mistake."""
    message = record.getMessage().partition("\n")[0]
    if record.name.startswith("pygls") and message in _NO_MESSAGE:
        record.msg, record.args = message, ()
        record.exc_info = record.exc_text = None
    return True


def _private_output() -> BinaryIO:
    """Return standard output for messages alone: whatever else is written to it goes to standard error."""
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return output
