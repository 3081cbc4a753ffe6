"""Files of settings as plain dicts, lists and texts: JSON, TOML, YAML, INI. Nothing in them is executed."""

from __future__ import annotations

import configparser
import importlib
import json
import tomllib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import ModuleType

_DEEPEST = 30  # levels
_MANY = 50  # aliases
_LARGEST = 1 << 20  # characters of JSON, TOML and INI
_LARGEST_YAML = 1 << 18  # which takes longer to read


def parse_document(text: str, ending: str) -> object:
    """Return what a file with this ending says, None where it cannot be read."""
    parse = _PARSERS.get(ending)
    limit = _LARGEST_YAML if parse is _yaml else _LARGEST
    if parse is None or len(text) > limit:
        return None
    try:
        return parse(text)
    except (ValueError, RecursionError, configparser.Error):
        return None


def is_document(path: str) -> bool:
    """Whether a file's name ends like one of settings."""
    return path.rpartition(".")[2].lower() in _PARSERS


def yaml_module() -> ModuleType:
    """The parser, which has another name where libcst brings the one for threads that run freely."""
    try:
        return importlib.import_module("yaml")
    except ImportError:
        return importlib.import_module("yaml_ft")


def _yaml(text: str) -> object:
    yaml = yaml_module()
    if text.count("*") > _MANY:  # aliases of aliases grow beyond measure
        return None
    try:
        return _plain(yaml.compose(text, Loader=yaml.SafeLoader), 0)
    except yaml.YAMLError:
        return None


def _plain(node: Any, depth: int) -> object:  # noqa: ANN401 - a node of a parser without annotations
    match node.id if node is not None and depth < _DEEPEST else "":
        case "mapping":
            return _merged({_key(key): _plain(value, depth + 1) for key, value in node.value})
        case "sequence":
            return [_plain(one, depth + 1) for one in node.value]
        case "scalar":
            return str(node.value)
        case _:
            return None


def _key(node: Any) -> str:  # noqa: ANN401 - as above
    return node.value if isinstance(node.value, str) else ""


def _merged(found: dict[str, object]) -> dict[str, object]:
    """`<<: *base` takes over what it names."""
    base = found.pop("<<", None)
    return {**base, **found} if isinstance(base, dict) else found


def _ini(text: str) -> object:
    parser = configparser.ConfigParser(strict=False)
    parser.read_string(text)
    raw = {name: dict(parser.items(name, raw=True)) for name in parser.sections()}
    try:
        return {name: dict(parser.items(name)) for name in parser.sections()}
    except configparser.Error:  # something else than `%(name)s` stands behind a percent sign
        return raw


_PARSERS: Mapping[str, Callable[[str], object]] = {
    "json": json.loads,
    "toml": tomllib.loads,
    "yaml": _yaml,
    "yml": _yaml,
    "ini": _ini,
    "cfg": _ini,
    "conf": _ini,
}
