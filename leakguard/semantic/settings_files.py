"""Settings that the checked program reads from files of its project, as far as they name files.

Only texts are taken over: numbers stay what the program knows of them, which is nothing, and so do texts that name no
file unless the project asks for the gate on test paths.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from leakguard.semantic.alternatives import looks_like_path
from leakguard.semantic.documents import is_document
from leakguard.semantic.values import Const, Data, Sequence, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.semantic.machine import Machine

_DEPTH = 12
_MANY = 400  # entries of one level
_LEVELS = 8  # folders above a file
_REFERENCE = re.compile(r"\$\{([^${}]*)\}")
_OWN = re.compile(r"\.?[A-Za-z_][\w.\-]*")


def holds_settings(path: str) -> bool:
    """Whether a file's name ends like one of settings."""
    return is_document(path)


def read_settings(machine: Machine, path: str) -> Value | None:
    """What a file of settings of the project holds, None where there is none."""
    found = find_settings(machine, path)
    document = None if found is None else document_of(machine, found)
    return None if found is None or document is None else value_of(machine, document, shown(machine, found))


def document_of(machine: Machine, path: str) -> object:
    """The plain contents of a file that was found."""
    return machine.project.document(path) if machine.project is not None else None


def find_settings(machine: Machine, path: str) -> str | None:
    """The absolute path of a file of settings: beside the running module, in a folder above it, or below the root."""
    if machine.project is None or not path or not is_document(path):
        return None
    for place in _places(machine, path):
        machine.trace.inputs.add(place)
        if os.path.isfile(place):
            return place
    return None


def folders(machine: Machine) -> Iterator[str]:
    """Where a relative path may begin: at the module's folder or the one of the checked file, or above."""
    root = os.path.abspath(machine.options.root or os.getcwd())
    seen: set[str] = set()
    for filename in dict.fromkeys((machine.filename, machine.home)):
        folder = os.path.dirname(os.path.abspath(filename))
        for _ in range(_LEVELS):
            if folder not in seen:
                seen.add(folder)
                yield folder
            if folder in {root, os.path.dirname(folder)} or not folder.startswith(os.path.join(root, "")):
                break
            folder = os.path.dirname(folder)
    if root not in seen:
        yield root


def _places(machine: Machine, path: str) -> Iterator[str]:
    known = path
    while known.startswith("{}/"):
        known = known[3:]
    if "{}" in known:
        return
    if os.path.isabs(known):
        yield os.path.normpath(known)
        return
    for folder in folders(machine):
        yield os.path.normpath(os.path.join(folder, known))


def shown(machine: Machine, path: str) -> str:
    """A file's name for people."""
    return os.path.relpath(path, machine.options.root or os.getcwd())


def value_of(machine: Machine, document: object, origin: str) -> Data:
    """The settings of a document as a value with entries that are also attributes."""
    found = _value(machine, document, document, origin, 0)
    return found if isinstance(found, Data) else Data()


def _value(machine: Machine, whole: object, part: object, origin: str, depth: int) -> Value | None:
    match part:
        case dict() if depth < _DEPTH:
            entries = {
                str(key): value
                for key, item in list(part.items())[:_MANY]
                if (value := _value(machine, whole, item, origin, depth + 1)) is not None
            }
            return Data(attributes=entries, told=True) if entries or not depth else None
        case list() if part and depth < _DEPTH and all(isinstance(item, str) for item in part):
            items = [_value(machine, whole, item, origin, depth + 1) for item in part[:_MANY]]
            known = [item for item in items if item is not None and looks_like_path(getattr(item, "value", None))]
            return Sequence(known, "list") if len(known) == len(part) else None
        case list() if depth < _DEPTH and any(isinstance(item, dict) for item in part[:_MANY]):
            records = [_value(machine, whole, item, origin, depth + 1) or Data() for item in part[:_MANY]]
            return (
                Sequence(records, "list") if any(isinstance(one, Data) and one.attributes for one in records) else None
            )
        case str():
            return told_text(machine, _resolved(whole, part), origin)
        case _:
            return None


def told_text(machine: Machine, text: str, origin: str) -> Const | None:
    """A text that a default or a file of settings gives; None where it can matter to nobody."""
    if looks_like_path(text) or (machine.gate is not None and _OWN.fullmatch(text)):
        return Const(text, told=origin)
    return None


def _resolved(whole: object, text: str, depth: int = 4) -> str:
    """A text in which `${data.dir}` stands for what the document says elsewhere, as OmegaConf has it."""
    if "${" not in text or not depth:
        return text
    filled = _REFERENCE.sub(lambda found: _referred(whole, found[1].strip()), text)
    return _resolved(whole, filled, depth - 1) if filled != text else text


def _referred(whole: object, name: str) -> str:
    if name.startswith(("oc.env:", "env:")):
        _, comma, default = name.partition(",")
        return default.strip() if comma else "{}"
    if name in {"hydra:runtime.cwd", "hydra:runtime.original_cwd"}:
        return "."
    found = whole
    for key in name.split("."):
        found = found.get(key) if isinstance(found, dict) else None
    return str(found) if isinstance(found, (str, int, float)) else "{}"
