"""Writes the pages about the rules, the command line, and what can be imported, from their own texts.

Run it after a change to one of them: `python docs/generate.py`. A test compares.
"""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leakguard import cli
from leakguard.commands.rule import page
from leakguard.selection import documented

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.selection import Documented

DOCS = Path(__file__).parent
_GROUPS = {
    "LG0": "About the checked file",
    "LG1": "What test rows may not decide",
    "LG2": "What is learned too early",
    "LG3": "Where a search looks",
    "LG4": "How a search looks",
    "LG5": "What is searched over",
}
_MODULES = {
    "pytest_leakguard": "In tests",
    "leakguard.seal": "Sealing by hand",
    "leakguard.tuners": "Tuning",
}
_API = """\
# Python API

<!-- Written by docs/generate.py from the docstrings: change those. -->

All that may be imported; `help(NAME)` tells the arguments, attributes and errors of each. Everything else is internal
and may change at any time; what changes when is said in [versioning.md](versioning.md). The linter has no Python API:
its interface is the command line, with [JSON and SARIF](output-formats.md).
"""
_ABOVE = ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")  # where forges look for them
_CLI = """\
# Command line

<!-- Written by docs/generate.py from the commands' own help: change that. -->

`leakguard COMMAND --help` prints the same. Keys and variables that set options are in
[configuration.md](configuration.md).
"""
_HEAD = """\
# Rules

<!-- Written by docs/generate.py from the rules' own texts: change those. -->

`leakguard rule NAME` prints the same pages. A rule in preview is on only where it is selected, see
[configuration.md](configuration.md#preview); what may change when is said in [versioning.md](versioning.md).
"""


def pages() -> dict[str, str]:
    """Return the text of each page by its path below this folder."""
    rules = documented().values()
    made = {"rules.md": "".join(_index(list(rules))), "python-api.md": "".join(_api())}
    made["cli.md"] = "".join(_command_line())
    made |= {name.lower(): _from_above(DOCS.parent / name) for name in _ABOVE}
    return made | {f"rules/{one.name}.md": page(one) for one in rules}


def _api() -> Iterator[str]:
    yield _API
    for name, heading in _MODULES.items():
        module = import_module(name)
        yield f"\n## {heading}\n\n`from {name} import ...`\n\n| name | |\n|---|---|\n"
        for public in sorted(module.__all__, key=str.lower):
            text = " ".join((inspect.getdoc(getattr(module, public)) or "").partition("\n\n")[0].split())
            yield f"| `{public}` | {text.replace('|', chr(92) + '|')} |\n"


def _from_above(file: Path) -> str:
    """Return a page of the repository's top folder as one of the site, without links to what the site has not."""
    text = file.read_text("utf-8").replace("](docs/", "](")
    text = re.sub(r"\[([^]\n]+)\]\((?:changes|examples|leakguard|tests|benchmarks)/[^)]*\)", r"`\1`", text)
    heading, _, rest = text.partition("\n")
    return f"{heading}\n\n<!-- Written by docs/generate.py from {file.name}: change that. -->\n{rest}"


def _command_line() -> Iterator[str]:
    yield _CLI
    group = click.Context(cli.commands, info_name="leakguard", max_content_width=100, terminal_width=100)
    for name in cli.commands.list_commands(group):
        command = cli.commands.get_command(group, name)
        assert command is not None  # noqa: S101 - it is listed
        with click.Context(command, parent=group, info_name=name, terminal_width=100) as context:
            usage = " ".join(context.get_usage().removeprefix("Usage: ").split())
            yield f"\n## leakguard {name}\n\n`{usage}`\n\n{_prose(command.help or '')}\n"
            if rows := [one.get_help_record(context) for one in command.get_params(context)]:
                yield "\n"
                yield from (f"- `{row[0]}`{': ' * bool(row[1])}{row[1]}\n" for row in rows if row)


def _prose(text: str) -> str:
    """Return a help text as Markdown: what click is told to leave as it is becomes a block."""
    parts = inspect.cleandoc(text).partition("\f")[0].split("\n\n")
    blocks = (f"```text\n{part[2:].strip()}\n```" if part.startswith("\b") else part for part in parts)
    return "\n\n".join(blocks).strip()


def _index(rules: list[Documented]) -> Iterator[str]:
    yield _HEAD
    for prefix, group in groupby(rules, key=lambda one: one.code[:3]):
        yield f"\n## {_GROUPS[prefix]}\n\n| rule | code | |\n|---|---|---|\n"
        for one in group:
            summary = one.documentation.partition("\n")[0] + (" (preview)" if one.preview else "")
            yield f"| [`{one.name}`](rules/{one.name}.md) | {one.code} | {summary} |\n"


def main() -> None:
    """Write all pages, and remove those of rules that are no more."""
    written = pages()
    (DOCS / "rules").mkdir(exist_ok=True)
    for file in (DOCS / "rules").glob("*.md"):
        if f"rules/{file.name}" not in written:
            file.unlink()
    for name, text in written.items():
        (DOCS / name).write_text(text, "utf-8", newline="\n")


if __name__ == "__main__":
    main()
