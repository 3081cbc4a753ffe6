"""Where a rule is documented, if somebody has said so."""

from __future__ import annotations

import re

_WEB = re.compile(r"https?://[^\s/]\S*")


def is_address(text: str) -> bool:
    """Say whether a text can be the address of a web page."""
    return _WEB.fullmatch(text) is not None


def rule_address(code: str, name: str, base: str | None) -> str | None:
    """Return the address of a rule's page: the base with `{name}` and `{code}` filled in, or the name put behind it."""
    if not base:
        return None
    if "{" not in base:
        return f"{base.rstrip('/')}/{name}"
    return base.replace("{name}", name).replace("{code}", code)
