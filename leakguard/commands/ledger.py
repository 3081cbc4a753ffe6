"""`leakguard ledger`: how often each test set was opened, and what is left of the budget."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from leakguard.console import say, write
from leakguard.errors import UserError

if TYPE_CHECKING:
    from leakguard.seal.openings.place import Place
    from leakguard.seal.openings.summary import OneSet


@click.command("ledger", short_help="Show how often each test set was opened.")
@click.option("--file", metavar="FILE", help="The opening ledger, instead of the project's own.")
@click.option("--check", "checked", is_flag=True, help="Exit with 1 if the openings of a test set are used up.")
@click.option("--output-format", type=click.Choice(["full", "json"]), default="full", help="[full]")
def command(file: str | None, output_format: str, *, checked: bool) -> int:
    """Show each test set that was opened by `leakguard.seal`: how often, by whom, when, from which commit, and why.

    Sets are known by their content, not by their names. The budget is `openings-budget` in `[tool.leakguard]`; with
    --check, a set that has used it up makes the exit code 1, and so does one opened more than once without a budget.
    """
    from leakguard.seal.openings.journal import openings
    from leakguard.seal.openings.place import place
    from leakguard.seal.openings.summary import by_test_set

    where = place(file)
    if file is not None and not where.file.exists():
        raise UserError(f"no such file: {where.file}")
    found = by_test_set(openings(file=where.file), where.budget)
    write(_as_json(where, found) if output_format == "json" else _as_text(where, found))
    used_up = [", ".join(one.names) for one in found if one.used_up]
    if checked and used_up:
        say(f"the openings are used up: {'; '.join(used_up)}")
    return int(checked and bool(used_up))


def _as_text(where: Place, found: list[OneSet]) -> str:
    from leakguard.reporters.terminal import visible
    from leakguard.seal.openings.summary import as_text

    if not found:
        return f"no test set was opened yet, by {where.file}\n"
    return "".join(f"{visible(line)}\n" for line in as_text(found))


def _as_json(where: Place, found: list[OneSet]) -> str:
    from leakguard.seal.openings.summary import as_json

    document = {"file": str(where.file), "budget": where.budget, "test_sets": [as_json(one) for one in found]}
    return json.dumps(document, indent=2) + "\n"
