"""Rows that nothing is known of yet: given an origin of their own once they are used as rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from leakguard.semantic.events import Provenance
from leakguard.semantic.rows import Rows, Source
from leakguard.semantic.values import Data, Instance, Sequence, Value, origin_of

if TYPE_CHECKING:
    from leakguard.semantic.site import Site


def materialised(site: Site, value: Value) -> Provenance:
    """What a value is made of; something unknown that is fitted or split at `site` becomes rows of its own."""
    origin = origin_of(realised(value))
    if origin.rows:
        return origin
    holder = Data()  # its identity is the key: no two unknowns are the same rows
    origin = replace(origin, rows=frozenset({Rows(Source((site, holder), "rows"))}))
    if isinstance(value, Data):
        value.origin = origin
    elif isinstance(value, Instance):
        value.item = Data(origin, single=True)
    return origin


def realised(value: Value) -> Value:
    """A value that is now used as rows: what may have been rows is."""
    match value:
        case Data(latent=latent) if latent and not value.origin.rows:
            value.origin = replace(value.origin, rows=latent)
        case Instance(latent=latent) if latent and not origin_of(value).rows:
            value.item = Data(Provenance(latent), single=True)
        case Sequence(kind="tuple"):
            for item in value.items[:4]:
                realised(item)
    return value
