"""`leakguard rule`: what a rule looks for, why it matters, and what to write instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from leakguard.console import write

if TYPE_CHECKING:
    from leakguard.selection import Documented

_PREVIEW = ", in preview: on with `preview`, or where its own name or code is selected"


@click.command("rule", short_help="Explain a rule.")
@click.argument("rule", required=False, metavar="[NAME|CODE]")
@click.option("--all", "all_rules", is_flag=True, help="Explain all rules.")
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", help="[text]")
def command(rule: str | None, output_format: str, *, all_rules: bool) -> None:
    """Print what a rule looks for, why it matters, and what to write instead."""
    from leakguard.selection import UnknownRuleError, canonical_name, documented

    if (rule is None) != all_rules:
        raise click.UsageError("name one rule, or use --all")
    name = canonical_name(rule) if rule else None
    if rule and not name:
        raise UnknownRuleError(rule, "command line")
    chosen = [one for one in documented().values() if name in {None, one.name}]
    if output_format == "text":
        write("\n".join(page(one) for one in chosen))
        return
    import json
    from dataclasses import asdict

    objects = [asdict(one) for one in chosen]
    write(json.dumps(objects if all_rules else objects[0], indent=2) + "\n")


def page(one: Documented) -> str:
    """Return the text about a rule, which is also its page in the documentation."""
    return f"# {one.name} ({one.code}{_PREVIEW if one.preview else ''})\n\n{one.documentation}\n"
