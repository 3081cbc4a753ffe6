"""The settings that Hydra puts together from a folder of YAML files."""

from __future__ import annotations

import os
from copy import deepcopy
from typing import TYPE_CHECKING

from leakguard.semantic.settings_files import document_of, find_settings, shown, value_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.semantic.machine import Machine
    from leakguard.semantic.values import Value

_DEPTH = 4  # lists of defaults within lists of defaults


def composed(machine: Machine, folder: str, name: str) -> Value | None:
    """What `@hydra.main(config_path=folder, config_name=name)` hands to its function."""
    if not name:
        return None
    file = name if name.endswith((".yaml", ".yml")) else f"{name}.yaml"
    found = find_settings(machine, os.path.join(folder, file) if folder else file)
    if found is None:
        return None
    document = _with_defaults(machine, os.path.dirname(found), found, _DEPTH)
    return value_of(machine, document, shown(machine, found))


def _with_defaults(machine: Machine, top: str, path: str, depth: int) -> dict[str, object]:
    """A document on top of what its list of defaults names."""
    document = document_of(machine, path)
    if not isinstance(document, dict):
        return {}
    whole: dict[str, object] = {}
    for group, option in _defaults(document.get("defaults")) if depth else ():
        part = os.path.join(top, group, f"{option}.yaml") if group else _sibling(path, option)
        machine.trace.inputs.add(part)
        below = _with_defaults(machine, top, part, depth - 1) if os.path.isfile(part) else {}
        _merge(whole, _under(group, below))
    _merge(whole, {key: value for key, value in document.items() if key != "defaults"})
    return whole


def _sibling(path: str, option: str) -> str:
    return os.path.join(os.path.dirname(path), f"{option}.yaml")


def _defaults(listed: object) -> Iterator[tuple[str, str]]:
    """The groups and options of a list of defaults: `- data: small`, `- base`."""
    for one in listed if isinstance(listed, list) else ():
        match one:
            case str() if one != "_self_":
                group, _, option = one.rpartition("/")
                yield group, option
            case dict():
                for group, option in one.items():
                    if isinstance(option, str):
                        yield group.removeprefix("override ").removeprefix("optional ").partition("@")[0], option


def _under(group: str, part: dict[str, object]) -> dict[str, object]:
    """A group's settings stand under its name."""
    for name in reversed(group.split("/") if group else []):
        part = {name: part}
    return part


def _merge(whole: dict[str, object], part: dict[str, object]) -> None:
    for key, value in part.items():
        old = whole.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            _merge(old, value)
        else:
            whole[key] = deepcopy(value)  # documents are kept, and are merged into below
