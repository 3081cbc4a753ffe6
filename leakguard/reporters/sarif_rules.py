"""How SARIF describes a rule: from the rule's documentation, and from what it found."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from leakguard.address import rule_address
from leakguard.diagnostic import Severity
from leakguard.selection import all_codes, documented

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leakguard.diagnostic import Diagnostic

_MARKUP = re.compile(r"^(?:## |```\w*\n?)", re.MULTILINE)
_SUBJECTS = {
    "LG0": "checking",
    "LG1": "test-set-in-tuning",
    "LG2": "preprocessing",
    "LG3": "search-space",
    "LG4": "search-cost",
    "LG5": "evaluation",
}


def descriptor(code: str, found: Sequence[Diagnostic], documentation_url: str | None) -> dict[str, Any]:
    """Return the description of a rule; level and precision are those of its gravest and its least sure finding."""
    rule = documented()[all_codes()[code]]
    level = Severity.ERROR if any(one.severity == Severity.ERROR for one in found) else Severity.WARNING
    precision = min((one.confidence for one in found), key=lambda confidence: confidence.rank)
    short = rule.documentation.partition("\n\n")[0].replace("\n", " ")
    url = rule_address(rule.code, rule.name, documentation_url)
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": short},
        "fullDescription": {"text": _section(rule.documentation, "What it does") or short},
        "help": {"text": _MARKUP.sub("", rule.documentation).strip(), "markdown": rule.documentation.strip()},
        **({"helpUri": url} if url else {}),
        "defaultConfiguration": {"level": level.value},
        "properties": {
            "tags": ["data-leakage", "machine-learning", _SUBJECTS.get(code[:3], "evaluation")],
            "precision": precision.value,
            "problem.severity": level.value,
        },
    }


def _section(documentation: str, title: str) -> str:
    """Return the text of a section of the documentation as one paragraph, up to its first example."""
    _, _, rest = documentation.partition(f"## {title}\n")
    return rest.partition("\n## ")[0].partition("\n```")[0].strip().replace("\n", " ")
