"""The keys of `[tool.leakguard]`: what each may hold, and what is said when it holds something else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from leakguard.diagnostic import Confidence
from leakguard.errors import UserError
from leakguard.knowledge.loader import KnowledgeError
from leakguard.knowledge.own import OwnKnowledge, parse_own
from leakguard.spelling import nearest

OUTPUT_FORMATS = ("full", "concise", "json")


class ConfigError(UserError):
    """A setting that cannot be used: the text names the file, the key, and what would be right."""


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
        if result is None:
            raise ConfigError(f"{file}: [tool.leakguard] {key}: expected {expected}, got {kind_of(value)}")
        values[key.replace("-", "_")] = result
    return values


def kind_of(value: object) -> str:
    """Name a TOML value for a message: its kind, and the value itself where it is short."""
    match value:
        case bool():
            return f"`{str(value).lower()}`"
        case str() | int() | float():
            return f"`{value!r}`"
        case list():
            return "a list" if all(isinstance(item, str) for item in value) else "a list of other things"
        case dict():
            return "a table"
        case _:
            return "a date or time"


def _strings(value: object) -> tuple[str, ...] | None:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    return None


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _span(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if value > 1 else None


def _count(value: object) -> int | None:
    return value if type(value) is int and value > 0 else None


def _seconds(value: object) -> tuple[tuple[str, float], ...] | None:
    if not isinstance(value, dict):
        return None
    pairs = [(name, float(item)) for name, item in value.items() if type(item) in {int, float} and item > 0]
    return tuple(pairs) if len(pairs) == len(value) else None


def _one_of(*words: str) -> Callable[[object], str | None]:
    return lambda value: value if isinstance(value, str) and value in words else None


def _confidence(value: object) -> Confidence | None:
    return Confidence(value) if isinstance(value, str) and value in list(Confidence) else None


def _knowledge(value: object) -> OwnKnowledge | None:
    return parse_own(value) if isinstance(value, dict) else None


def _lists_by_glob(value: object) -> tuple[tuple[str, tuple[str, ...]], ...] | None:
    if not isinstance(value, dict):
        return None
    pairs = [(glob, words) for glob, item in value.items() if (words := _strings(item)) is not None]
    return tuple(pairs) if len(pairs) == len(value) else None


_Reader = Callable[[object], object | None]
_KEYS: Mapping[str, tuple[str, _Reader]] = {
    **dict.fromkeys(
        ("select", "extend-select", "ignore"),
        ('a list of rule names, codes or prefixes, such as ["fit-before-split", "LG1"]', _strings),
    ),
    **dict.fromkeys(("exclude", "extend-exclude"), ('a list of path patterns, such as ["vendor/"]', _strings)),
    "force-exclude": ("true or false", _flag),
    "respect-gitignore": ("true or false", _flag),
    "per-file-ignores": ('a table of lists, such as {"examples/*" = ["LG1"]}', _lists_by_glob),
    "test-paths": ('a list of path patterns, such as ["data/test*.csv"]', _strings),
    "log-scale-names": ('a list of hyperparameter names, such as ["ridge_strength"]', _strings),
    "log-scale-span": ("a number above 1, such as 100 for two decades", _span),
    "knowledge": ("a table with `fact`, `method` and `final-evaluation`", _knowledge),
    "max-combinations": ("a whole number above 0, such as 500", _count),
    "max-hyperparameters": ("a whole number above 0, such as 4", _count),
    "min-random-trials": ("a whole number above 0, such as 20", _count),
    "timings": ("a table of seconds per fit, such as {XGBClassifier = 2.5}", _seconds),
    "output-format": ("one of " + ", ".join(f'"{word}"' for word in OUTPUT_FORMATS), _one_of(*OUTPUT_FORMATS)),
    "min-confidence": ("one of " + ", ".join(f'"{word}"' for word in Confidence), _confidence),
}
