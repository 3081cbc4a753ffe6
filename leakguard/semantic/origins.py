"""Rows that nothing is known of yet: given an origin of their own once they are used as rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from leakguard.semantic.rows import Rows, Source
from leakguard.semantic.values import Data, Value, origin_of

if TYPE_CHECKING:
    from leakguard.semantic.events import Provenance
    from leakguard.semantic.site import Site


def materialised(site: Site, value: Value) -> Provenance:
    """What a value is made of; something unknown that is fitted or split at `site` becomes rows of its own."""
    origin = origin_of(value)
    if origin.rows:
        return origin
    holder = Data()  # its identity is the key: no two unknowns are the same rows
    origin = replace(origin, rows=frozenset({Rows(Source((site, holder), "rows"))}))
    if isinstance(value, Data):
        value.origin = origin
    return origin
