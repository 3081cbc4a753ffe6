"""Which settings hold for a path, and where each comes from: file, environment, command line, or nobody."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leakguard.config import DEFAULT_EXCLUDE, Settings, written_in
from leakguard.configtable import keys
from leakguard.selection import all_codes, enabled
from leakguard.source import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# The file's words and the command line's count together, unless the latter select anew.
_ADDED = ("extend-select", "ignore", "extend-exclude")
_DEFAULTS: Mapping[str, object] = {
    "select": ("ALL",),
    "exclude": DEFAULT_EXCLUDE,
    "knowledge": {},
    "timings": {},
    "per-file-ignores": {},
    "final-evaluation": None,
}


@dataclass(frozen=True, slots=True)
class Set:
    """A value of a setting and who set it; several of one key count together."""

    key: str
    value: object
    source: str


def settings_with_sources(settings: Settings, given: Mapping[str, Any], variables: Mapping[str, str]) -> list[Set]:
    """Return all settings in the order of their documentation.

    `given` is what options say, by the name of the setting's field, and `variables` the variable behind an option.
    """
    written = written_in(settings)
    found: list[Set] = []
    for key in keys():
        over = list(_over(key, given, variables))
        below = [Set(key, written[key], f"file:{shown(settings.origin)}")] if key in written else []
        if (over and key not in _ADDED) or (key in {"extend-select", "ignore"} and given.get("select")):
            below = []
        found += [*below, *over] or [Set(key, _default(key), "default")]
    return found


def rules_on(settings: Settings, path: str) -> list[tuple[str, str]]:
    """Return the code and name of each rule and remark that is on for a file, in order."""
    on = enabled(settings, path)
    return [(code, name) for code, name in all_codes().items() if name in on]


def _over(key: str, given: Mapping[str, Any], variables: Mapping[str, str]) -> Iterator[Set]:
    name = key.replace("-", "_")
    if key == "baseline" and given.get("no_baseline"):
        yield Set(key, None, "command line")
    elif given.get(name) not in {None, ()}:
        yield Set(key, given[name], f"environment:{variables[name]}" if name in variables else "command line")


def _default(key: str) -> object:
    if key in _DEFAULTS:
        return _DEFAULTS[key]
    values = asdict(Settings("", Path()))
    return (values | values["analysis"]).get(key.replace("-", "_"), ())
