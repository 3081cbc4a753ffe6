"""The keys of `[tool.leakguard]`: what each may hold, and what is said when it holds something else."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from leakguard.address import is_address
from leakguard.diagnostic import OUTPUT_FORMATS, Confidence
from leakguard.errors import KnowledgeError, UserError
from leakguard.knowledge.own import OwnKnowledge, is_place, parse_own
from leakguard.spelling import kind_of, nearest

_BARE = re.compile(r"[A-Za-z0-9_-]+")  # keys that TOML takes without quotes


class ConfigError(UserError):
    """A setting that cannot be used: the text names the file, the key, and what would be right."""


class _WrongItemError(Exception):
    """One item of a table cannot be used."""

    def __init__(self, item: str, expected: str, value: object) -> None:
        super().__init__(item)
        self.item, self.expected, self.value = item, expected, value

    def told(self, key: str) -> str:
        """Say what is wrong, with the item's key as TOML spells it."""
        item = self.item if _BARE.fullmatch(self.item) else f'"{self.item}"'
        return f"`{key}.{item}`: expected {self.expected}, got {kind_of(self.value)}"


def read_table(table: Mapping[str, Any], file: str) -> dict[str, Any]:
    """Return the checked settings by field name ("extend_select"); raises ConfigError."""
    values = {}
    for key, value in table.items():
        if key not in _KEYS:
            raise ConfigError(f"{file}: [tool.leakguard]: unknown key `{key}`; did you mean `{nearest(key, _KEYS)}`?")
        expected, read = _KEYS[key]
        try:
            result = read(value)
        except KnowledgeError as error:
            raise ConfigError(f"{file}: [tool.leakguard] {error}") from error
        except _WrongItemError as error:
            raise ConfigError(f"{file}: [tool.leakguard] {error.told(key)}") from None
        if result is None:
            raise ConfigError(f"{file}: [tool.leakguard] `{key}`: expected {expected}, got {kind_of(value)}")
        values[key.replace("-", "_")] = result
    return values


def keys() -> tuple[str, ...]:
    """Return the keys of the table."""
    return tuple(_KEYS)


def _strings(value: object) -> tuple[str, ...] | None:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    return None


def _names(value: object) -> tuple[str, ...] | None:
    """Texts of which none is empty."""
    found = _strings(value)
    return found if found is not None and all(name.strip() for name in found) else None


def _file(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _span(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 1 < value < math.inf else None


def _count(value: object) -> int | None:
    return value if type(value) is int and value > 0 else None


def _seconds(value: object) -> tuple[tuple[str, float], ...] | None:
    if not isinstance(value, dict):
        return None
    for name, item in value.items():
        if type(item) not in {int, float} or not 0 < item < math.inf:
            raise _WrongItemError(name, "seconds above 0", item)
    return tuple((name, float(item)) for name, item in value.items())


def _one_of(*words: str) -> Callable[[object], str | None]:
    return lambda value: value if isinstance(value, str) and value in words else None


def _web_address(value: object) -> str | None:
    return value if isinstance(value, str) and is_address(value) else None


def _confidence(value: object) -> Confidence | None:
    return Confidence(value) if isinstance(value, str) and value in list(Confidence) else None


def _knowledge(value: object) -> OwnKnowledge | None:
    return parse_own(value) if isinstance(value, dict) else None


def _final(value: object) -> tuple[str, ...] | None:
    found = _strings(value)
    return found if found is not None and all(map(is_place, found)) else None


def _lists_by_glob(value: object) -> tuple[tuple[str, tuple[str, ...]], ...] | None:
    if not isinstance(value, dict):
        return None
    found = []
    for glob, item in value.items():
        words = _strings(item)
        if words is None:
            raise _WrongItemError(glob, 'a list of rule names, codes or prefixes, such as ["LG1"]', item)
        found.append((glob, words))
    return tuple(found)


_Reader = Callable[[object], object | None]
_KEYS: Mapping[str, tuple[str, _Reader]] = {
    **dict.fromkeys(
        ("select", "extend-select", "ignore"),
        ('a list of rule names, codes or prefixes, such as ["fit-before-split", "LG1"]', _strings),
    ),
    "preview": ("true or false", _flag),
    **dict.fromkeys(("exclude", "extend-exclude"), ('a list of path patterns, such as ["vendor/"]', _strings)),
    **dict.fromkeys(
        ("force-exclude", "respect-gitignore", "fix", "unsafe-fixes", "show-fixes"), ("true or false", _flag)
    ),
    "per-file-ignores": ('a table of lists, such as {"examples/*" = ["LG1"]}', _lists_by_glob),
    "cache-dir": ('the path of a folder, such as ".cache/leakguard"', _file),
    "baseline": ('the path of a file, such as "leakguard-baseline.json"', _file),
    "openings-budget": ("a whole number above 0, such as 3", _count),
    "openings-file": ('the path of a file, such as "evaluation/openings.sqlite3"', _file),
    "test-paths": ('a list of path patterns, such as ["data/test*.csv"]', _names),
    "final-evaluation": (
        'a list of files, functions in them and modules, such as ["src/evaluate.py::main", "src/report.py"]',
        _final,
    ),
    "log-scale-names": ('a list of hyperparameter names, such as ["ridge_strength"]', _names),
    "log-scale-span": ("a number above 1, such as 100 for two decades", _span),
    "knowledge": ("a table with `fact`, `method` and `final-evaluation`", _knowledge),
    "max-combinations": ("a whole number above 0, such as 500", _count),
    "max-hyperparameters": ("a whole number above 0, such as 4", _count),
    "min-random-trials": ("a whole number above 0, such as 20", _count),
    "timings": ("a table of seconds per fit, such as {XGBClassifier = 2.5}", _seconds),
    "output-format": ("one of " + ", ".join(f'"{word}"' for word in OUTPUT_FORMATS), _one_of(*OUTPUT_FORMATS)),
    "documentation-url": ('a web address, such as "https://docs.example.org/leakguard"', _web_address),
    "min-confidence": ("one of " + ", ".join(f'"{word}"' for word in Confidence), _confidence),
}
