"""The language server, as an editor meets it: over standard input and output, message by message."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from conftest import LEAK, LEAK_ROW, plain_environment
from editor import FULL, TIMEOUT, Editor, cell, edits
from lsprotocol import types

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conftest import Project

# Of the client that plays the editor: what its library still uses is not our subject.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:pygls", "ignore::DeprecationWarning:cattrs")

ROWS = LEAK.splitlines()
FIT = ROWS[LEAK_ROW - 1]
CLEAN = LEAK.replace(FIT, 'X = df.drop(columns="churn")')
NAMES = "fit-before-split"


def names(diagnostics: Sequence[types.Diagnostic]) -> list[str]:
    return [str(one.code) for one in diagnostics]


def spans(diagnostics: Sequence[types.Diagnostic]) -> list[tuple[int, int, int, int]]:
    ranges = [one.range for one in diagnostics]
    return [(one.start.line, one.start.character, one.end.line, one.end.character) for one in ranges]


def whole(row: int) -> types.Range:
    return types.Range(types.Position(row, 0), types.Position(row, 0))


@edits
async def test_an_unsaved_text_from_the_leak_to_the_fix(editor: Editor) -> None:
    uri = editor.open("unsaved.py", LEAK)
    [found] = await editor.told(uri)
    assert (found.code, found.source, found.severity) == (NAMES, "leakguard", types.DiagnosticSeverity.Warning)
    assert spans([found]) == [(LEAK_ROW - 1, 4, LEAK_ROW - 1, len(FIT))]
    related = found.related_information or []
    rows = {one.location.range.start.line: one.message for one in related}
    assert {one.location.uri for one in related} == {uri}
    assert list(rows) == [LEAK_ROW - 1, LEAK_ROW, LEAK_ROW + 2]
    assert "split" in rows[LEAK_ROW]
    editor.change(uri, CLEAN)
    assert await editor.told(uri) == []
    editor.change(uri, LEAK)
    assert names(await editor.told(uri)) == [NAMES]


@edits
async def test_edits_are_taken_in_the_order_in_which_they_come(editor: Editor) -> None:
    uri = editor.open("unsaved.py", CLEAN)
    assert await editor.told(uri) == []
    start, end = types.Position(LEAK_ROW - 1, 0), types.Position(LEAK_ROW - 1, 99)
    for length in range(4, len(FIT) + 1):  # typed, and never a text that compiles until the end
        editor.edit(uri, types.Range(start, end), FIT[:length])
        end = types.Position(LEAK_ROW - 1, length)
    assert names(await editor.told(uri)) == [NAMES]
    editor.edit(uri, types.Range(types.Position(10, 0), types.Position(10, 0)), "def half(:\n")
    assert names(await editor.told(uri)) == ["syntax-error"]


@pytest.mark.parametrize("encoding", [None, "utf-8", "utf-16", "utf-32"])
def test_columns_count_in_the_units_of_the_encoding_that_both_know(project: Project, encoding: str | None) -> None:
    before = 'name = "\U0001f40d\u00e9"; '
    general = types.GeneralClientCapabilities(position_encodings=[encoding] if encoding else None)
    capabilities = types.ClientCapabilities(FULL.workspace, FULL.text_document, general=general)
    shift = {"utf-8": 4 + 2, "utf-32": 1 + 1}.get(encoding or "", 2 + 1) - 2

    async def story() -> None:
        async with Editor(project, capabilities) as editor:
            chosen = editor.initialized.capabilities.position_encoding
            assert chosen == (encoding or "utf-16")
            uri = editor.open("unsaved.py", LEAK.replace(FIT, before + FIT))
            [found] = await editor.told(uri)
            start = len(before) + shift
            assert spans([found]) == [(LEAK_ROW - 1, start + 4, LEAK_ROW - 1, start + len(FIT))]
            assert await editor.hover(uri, LEAK_ROW - 1, start + 3) is None
            assert NAMES in (await editor.hover(uri, LEAK_ROW - 1, start + 4) or "")

    asyncio.run(story())


@edits
async def test_edits_behind_astral_characters_hit_the_right_place(editor: Editor) -> None:
    text = f'name = "\U0001f40d"; old = 1\n{LEAK}'
    uri = editor.open("unsaved.py", text)
    assert names(await editor.told(uri)) == [NAMES]
    start = len(text[: text.index("old")]) + 1
    editor.edit(uri, types.Range(types.Position(0, start), types.Position(0, start + 3)), "x = 2; new")
    editor.edit(uri, types.Range(types.Position(1, 0), types.Position(1, 0)), "# leakguard: ignore-file[LG201]\n")
    assert await editor.told(uri) == []


@edits
async def test_form_feeds_end_no_rows(editor: Editor) -> None:
    uri = editor.open("unsaved.py", f"# a\x0cb\x1cc\u2028d\n{LEAK}")
    [found] = await editor.told(uri)
    assert found.range.start.line == LEAK_ROW
    editor.edit(uri, types.Range(types.Position(LEAK_ROW, 0), types.Position(LEAK_ROW, len(FIT))), "X = df")
    assert await editor.told(uri) == []


@edits
async def test_rows_that_end_as_on_windows(editor: Editor) -> None:
    uri = editor.open("unsaved.py", LEAK.replace("\n", "\r\n"))
    [found] = await editor.told(uri)
    assert spans([found]) == [(LEAK_ROW - 1, 4, LEAK_ROW - 1, len(FIT))]
    actions = await editor.actions(uri, found.range)
    [change] = (actions[1].edit or types.WorkspaceEdit()).document_changes or []
    assert isinstance(change, types.TextDocumentEdit)
    [edit] = change.edits
    assert isinstance(edit, types.TextEdit)
    assert edit.new_text.endswith("\r\n")


HELPER = """\
from sklearn.preprocessing import StandardScaler

def scaled(frame):
    return StandardScaler().fit_transform(frame)
"""
CALLER = LEAK.replace("from sklearn.preprocessing import StandardScaler", "from helper import scaled").replace(
    FIT, 'X = scaled(df.drop(columns="churn"))'
)


@edits
async def test_a_leak_across_two_texts_of_which_none_is_saved(editor: Editor) -> None:
    caller, helper = (
        editor.open("caller.py", CALLER),
        editor.open("helper.py", "def scaled(frame):\n    return frame\n"),
    )
    assert await editor.told(caller) == []
    editor.change(helper, HELPER)
    await editor.until(lambda: helper in editor.published and editor.published[helper].diagnostics)
    found = editor.published[helper].diagnostics
    assert names(found) == [NAMES]
    assert caller in {one.location.uri for one in found[0].related_information or ()}
    editor.change(caller, CALLER.replace("scaled(df", "(df"))
    assert await editor.told(caller) == []
    await editor.until(lambda: not editor.published[helper].diagnostics)


@edits
async def test_actions_silence_the_statement_or_the_file(editor: Editor) -> None:
    uri = editor.open("unsaved.py", LEAK)
    [found] = await editor.told(uri)
    statement, file = await editor.actions(uri, found.range)
    assert (statement.kind, statement.title) == ("quickfix", "Ignore fit-before-split on this statement")
    assert (file.kind, file.title) == ("quickfix", "Ignore fit-before-split in the whole file")
    assert [one.code for one in statement.diagnostics or ()] == [NAMES]
    editor.apply(statement)
    assert await editor.told(uri) == []
    assert editor.texts[uri].splitlines()[LEAK_ROW - 1] == f"{FIT}  # leakguard: ignore[fit-before-split]"
    editor.change(uri, LEAK)
    await editor.told(uri)
    _, file = await editor.actions(uri, whole(0))  # as editors ask that send along what stands in the row
    editor.apply(file)
    assert await editor.told(uri) == []
    assert editor.texts[uri].startswith("# leakguard: ignore-file[fit-before-split]\n")


@edits
async def test_actions_wait_for_the_text_that_they_are_for(editor: Editor) -> None:
    uri = editor.open("unsaved.py", CLEAN)
    assert await editor.told(uri) == []
    editor.change(uri, f"\n\n{LEAK}")
    span = types.Range(types.Position(LEAK_ROW + 1, 0), types.Position(LEAK_ROW + 1, 9))
    action, _ = await editor.actions(uri, span, ["quickfix"])
    editor.apply(action)
    assert await editor.told(uri) == []


@edits
async def test_actions_are_only_those_that_are_asked_for(editor: Editor) -> None:
    uri = editor.open("unsaved.py", LEAK)
    [found] = await editor.told(uri)
    assert await editor.actions(uri, found.range, ["source.organizeImports"]) == []
    assert await editor.actions(uri, found.range, ["refactor"]) == []


@edits
async def test_the_rule_is_explained_at_its_finding_and_in_its_comment(editor: Editor) -> None:
    uri = editor.open("unsaved.py", f"{LEAK}y = 1  # leakguard: ignore[LG301, fit-on-test]\n")
    assert names(await editor.told(uri)) == [NAMES, "unused-suppression", "unused-suppression"]
    found = await editor.hover(uri, LEAK_ROW - 1, 10)
    assert found
    assert found.startswith("# fit-before-split (LG201)\n\n")
    assert "## Why is this bad" in found
    row = len(ROWS)
    assert "uniform-prior-on-log-scale" in (await editor.hover(uri, row, 29) or "")
    assert "fit-on-test (" in (await editor.hover(uri, row, 40) or "")
    assert await editor.hover(uri, row, 12) is None
    assert await editor.hover(uri, 0, 0) is None
    editor.change(uri, CLEAN)
    assert await editor.hover(uri, LEAK_ROW - 1, 10) is None


@edits
async def test_a_notebook_is_one_program_in_cells(editor: Editor) -> None:
    top, middle, end = "\n".join(ROWS[:6]), f"# \U0001f40d\n%time {FIT}", "\n".join(ROWS[7:])
    cells = [("python", top), ("markdown", "# Scale"), ("sql", "select 1"), ("python", middle), ("python", "x = 1")]
    first, *_, fit, last = editor.open_notebook("study.ipynb", cells)
    assert await editor.told(last) == []
    item = editor.item("notebook-cell:new", end)
    array = types.NotebookCellArrayChange(5, 0, [cell(item)])
    structure = types.NotebookDocumentCellChangeStructure(array, did_open=[item])
    editor.change_notebook("study.ipynb", types.NotebookDocumentCellChanges(structure=structure))
    await editor.until(lambda: editor.published[fit].diagnostics)
    [found] = editor.published[fit].diagnostics
    assert (found.code, spans([found])) == (NAMES, [(1, 10, 1, 6 + len(FIT))])
    assert {one.location.uri for one in found.related_information or ()} == {fit, item.uri}
    assert await editor.told(first) == []
    statement, _ = await editor.actions(fit, found.range)
    change = types.TextDocumentContentChangePartial(types.Range(types.Position(1, 6), types.Position(1, 99)), "X = df")
    content = types.NotebookDocumentCellContentChanges(editor.changed(fit, ""), [change])
    editor.change_notebook("study.ipynb", types.NotebookDocumentCellChanges(text_content=[content]))
    assert await editor.told(fit) == []
    [edited] = (statement.edit or types.WorkspaceEdit()).document_changes or []
    assert isinstance(edited, types.TextDocumentEdit)
    assert edited.text_document.uri == fit


@edits
async def test_cells_that_go_take_their_findings_along(editor: Editor) -> None:
    cells = [("python", "\n".join(ROWS[:6])), ("python", FIT), ("python", "\n".join(ROWS[7:]))]
    first, fit, last = editor.open_notebook("study.ipynb", cells)
    assert names(await editor.told(fit)) == [NAMES]
    array = types.NotebookCellArrayChange(1, 1)
    structure = types.NotebookDocumentCellChangeStructure(array, did_close=[types.TextDocumentIdentifier(fit)])
    editor.change_notebook("study.ipynb", types.NotebookDocumentCellChanges(structure=structure))
    await editor.until(lambda: editor.published[fit].version is None)
    assert editor.published[fit].diagnostics == ()
    notebook = types.NotebookDocumentIdentifier(editor.uri("study.ipynb"))
    remaining = [types.TextDocumentIdentifier(first), types.TextDocumentIdentifier(last)]
    editor.client.notebook_document_did_close(types.DidCloseNotebookDocumentParams(notebook, remaining))
    await editor.until(lambda: editor.published[last].version is None)


@edits
async def test_settings_count_and_are_read_again(editor: Editor) -> None:
    settings = editor.project.write("pyproject.toml", '[tool.leakguard]\nignore = ["LG201"]\n')
    uri = editor.open("unsaved.py", LEAK)
    assert await editor.told(uri) == []
    await editor.until(lambda: editor.registered)
    options = editor.registered[0].register_options
    assert "pyproject.toml" in str(options)
    settings.write_text("[tool.leakguard]\n")
    changes = [types.FileEvent(settings.as_uri(), types.FileChangeType.Changed)]
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(changes))
    await editor.until(lambda: editor.published[uri].diagnostics)
    settings.write_text('[tool.leakguard]\nexclude = ["unsaved.py"]\n')
    editor.client.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(uri)))
    await editor.until(lambda: not editor.published[uri].diagnostics)


@edits
async def test_wrong_settings_are_told_once_and_then_again_when_they_are_wrong_again(editor: Editor) -> None:
    settings = editor.project.write("pyproject.toml", "[tool.leakguard]\nselekt = []\n")
    uri = editor.open("unsaved.py", LEAK)
    assert await editor.told(uri) == []
    await editor.until(lambda: editor.messages)
    assert "selekt" in editor.messages[0]
    editor.change(uri, f"{LEAK}\n")
    assert await editor.told(uri) == []
    settings.write_text('[tool.leakguard]\nselect = ["LG999"]\n')
    editor.change(uri, LEAK)
    await editor.told(uri)
    await editor.until(lambda: len(editor.messages) == 2)
    assert "LG999" in editor.messages[1]
    settings.write_text("[tool.leakguard]\n")
    editor.change(uri, f"{LEAK}\n")
    assert names(await editor.told(uri)) == [NAMES]
    assert len(editor.messages) == 2


@edits
async def test_what_is_saved_counts_where_nothing_is_open(editor: Editor) -> None:
    helper = editor.project.write("helper.py", "def scaled(frame):\n    return frame\n")
    caller = editor.open("caller.py", CALLER.replace("from helper", "from made import tidy\nfrom helper"))
    assert await editor.told(caller) == []
    copy = editor.open("helper.py", HELPER)
    await editor.until(lambda: copy in editor.published and editor.published[copy].diagnostics)
    editor.close(copy)
    await editor.until(lambda: editor.published[copy].version is None)
    assert editor.published[copy].diagnostics == ()
    helper.write_text(HELPER)
    editor.open("helper.py", HELPER)
    await editor.until(lambda: editor.published[copy].diagnostics)


@edits
async def test_what_is_no_program_is_passed_over(editor: Editor) -> None:
    notes = editor.open("notes.md", LEAK, "markdown")
    revision = editor.open("git:/old/unsaved.py", LEAK)
    sweep = editor.open("sweep.yaml", "method: grid\nparameters:\n  lr: {min: 0.0001, max: 0.1}\n", "yaml")
    script = editor.open("untitled:Untitled-1", LEAK)
    assert names(await editor.told(script)) == [NAMES]
    assert await editor.told(sweep) is not None
    assert not {notes, revision} & set(editor.published)


def test_messages_about_what_is_not_open_do_no_harm(project: Project) -> None:
    async def story() -> None:
        async with Editor(project) as editor:
            lost = editor.uri("lost.py")
            editor.versions[lost], editor.texts[lost] = 1, ""
            editor.published[lost] = types.PublishDiagnosticsParams(lost, [])
            editor.change(lost, LEAK)
            editor.edit(lost, whole(3), "x")
            assert await editor.actions(lost, whole(0)) == []
            assert await editor.hover(lost, 0, 0) is None
            editor.close(lost)
            editor.change_notebook("lost.ipynb", types.NotebookDocumentCellChanges())
            uri = editor.open("unsaved.py", LEAK)
            assert names(await editor.told(uri)) == [NAMES]
        assert editor.client.code == 0

    asyncio.run(story())


def serve(project: Project, *messages: str) -> subprocess.CompletedProcess[bytes]:
    """Run a server on messages as they are written, until standard input ends."""
    data = "".join(f"Content-Length: {len(message)}\r\n\r\n{message}" for message in messages).encode()
    return subprocess.run(
        [sys.executable, "-m", "leakguard", "server"],
        input=data,
        cwd=project.folder,
        env=plain_environment(),
        capture_output=True,
        check=False,
        timeout=TIMEOUT,
    )


INITIALIZE = '{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}, "processId": null}}'
SHUTDOWN = '{"jsonrpc": "2.0", "id": 2, "method": "shutdown"}'
EXIT = '{"jsonrpc": "2.0", "method": "exit"}'


@pytest.mark.parametrize(
    ("messages", "code"),
    [([], 1), ([INITIALIZE], 1), ([INITIALIZE, EXIT], 1), ([INITIALIZE, SHUTDOWN, EXIT], 0), (["{", INITIALIZE], 1)],
)
def test_it_ends_as_the_protocol_says(project: Project, messages: list[str], code: int) -> None:
    run = serve(project, *messages)
    assert run.returncode == code, run
    assert not run.stdout or run.stdout.startswith(b"Content-Length: ")
    assert run.stdout.count(b'"id": 1') == messages.count(INITIALIZE)


def test_a_request_with_wrong_parameters_is_answered(project: Project) -> None:
    wrong = '{"jsonrpc": "2.0", "id": 7, "method": "textDocument/hover", "params": {"textDocument": 1}}'
    run = serve(project, INITIALIZE, wrong, "{", '{"id": 8}', SHUTDOWN, EXIT)
    assert run.returncode == 0, run
    [answer] = [one for one in run.stdout.split(b"Content-Length: ") if b'"id": 7' in one]
    assert b'"code": -32602' in answer
    assert run.stdout.count(b'"id": 7') == 1
    assert b'"id": 2' in run.stdout
    assert b"Traceback" not in run.stderr
    assert b"Unable to handle message" in run.stderr


def test_an_interrupt_ends_it_at_once(project: Project) -> None:
    command = [sys.executable, "-m", "leakguard", "server"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=project.folder, env=plain_environment()
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(f"Content-Length: {len(INITIALIZE)}\r\n\r\n{INITIALIZE}".encode())
        process.stdin.flush()
        assert process.stdout.readline().startswith(b"Content-Length: ")
        process.send_signal(signal.SIGINT)
        assert process.wait(TIMEOUT) == -signal.SIGINT


def test_without_the_extra_it_says_what_to_install(project: Project) -> None:
    project.write("hidden/sitecustomize.py", "import sys\nsys.modules['pygls'] = None\n")
    environment = plain_environment()
    environment["PYTHONPATH"] += f":{project.folder / 'hidden'}"
    run = project.run("server", env={"PYTHONPATH": environment["PYTHONPATH"]})
    assert (run.code, run.out) == (2, "")
    assert "pip install 'leakguard-hpo[lsp]'" in run.err
