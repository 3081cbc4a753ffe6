"""What a finding is recognised by when its file has changed around it: everything but the row it stands in."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from leakguard.diagnostic import Diagnostic, Place

_LENGTH = 32
# A comment for leakguard silences a finding; it does not make it another one.
_OWN_COMMENT = re.compile(r"#\s*leakguard:.*")


def fingerprints(
    found: Iterable[Diagnostic], rows: Callable[[Place], list[str]], path: Callable[[str], str]
) -> list[str]:
    """Return a fingerprint for each of the findings of a run, no two alike.

    It is made of the rule, the path, the text of the statement, and a number where all these occur again.
    """
    times: Counter[tuple[str, str, str]] = Counter()
    result = []
    for one in found:
        key = (one.name, path(one.place.filename), _statement(one, rows(one.place)))
        times[key] += 1
        text = "\0".join((*key, str(times[key])))
        result.append(hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH])
    return result


def _statement(one: Diagnostic, rows: list[str]) -> str:
    """Return the text of the statement without indentation, blank rows and comments for leakguard."""
    first, last = one.statement_rows or (one.place.row, one.place.end_row)
    texts = (_OWN_COMMENT.sub("", row).strip() for row in rows[first - 1 : last])
    return "\n".join(text for text in texts if text)
