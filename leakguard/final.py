"""The final evaluation as the settings name it: whether it is there, and in which files.

A gate that guards nothing must not look green, so an entry that means no file or no function is an error.
"""

from __future__ import annotations

import ast
import os
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING

from leakguard.configtable import ConfigError
from leakguard.knowledge.own import modules_of, parted
from leakguard.source import SkippedError, UnreadableError, read_source
from leakguard.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.config import Settings

_SOURCE_FOLDERS = ("", "src", "lib")


def check_final(settings: Settings) -> None:
    """Raise ConfigError if an entry of `final-evaluation` means nothing."""
    for place in settings.analysis.knowledge.final:
        reason = _wrong(place, settings.root)
        if reason:
            file, _ = parted(place)
            written = os.path.relpath(_plain(file), settings.root) + place[len(file) :] if file else place
            raise ConfigError(f"{settings.origin}: [tool.leakguard] `final-evaluation`: `{written}`: {reason}")


def _wrong(place: str, root: Path) -> str:
    """What is wrong with an entry, nothing if it means something."""
    file, name = parted(place)
    if not file:
        return "" if any(_modules(place, root)) else f"no such module or function below {root}"
    found = glob(file)
    if not found:
        return "no such file"
    if not name:
        return ""
    if any(_may_define(path, name) for path in found):
        return ""
    names = [one for path in found for one in _defined(path) or ()]
    where = "in the file" if len(found) == 1 else "in any of the files"
    return f"no such function or class {where}" + (f"; did you mean `{nearest(name, names)}`?" if names else "")


def _may_define(path: str, name: str) -> bool:
    """Whether a file defines a name; one that cannot be read may."""
    names = _defined(path)
    return names is None or name in names


def _plain(file: str) -> str:
    """A path whose special characters were escaped."""
    return file.replace("[[]", "[").replace("[*]", "*").replace("[?]", "?")


def _modules(dotted: str, root: Path) -> Iterator[str]:
    """The files that a dotted name means: a module, or one that defines the rest of the name."""
    parts = dotted.split(".")
    for count in range(len(parts), 0, -1):
        rest = ".".join(parts[count:])
        for folder in _SOURCE_FOLDERS:
            base = root.joinpath(folder, *parts[:count])
            for path in (f"{base}.py", f"{base}.ipynb", str(base / "__init__.py")):
                if os.path.isfile(path) and (not rest or _may_define(path, rest)):
                    yield path
    yield from (path for path in map(str, root.rglob(f"{parts[-1]}.py")) if dotted in modules_of(path))


def _defined(path: str) -> list[str] | None:
    """The functions, classes and methods of a file, None where it cannot be read."""
    try:
        tree = ast.parse(read_source(path, Path(path)).text)
    except (SyntaxError, ValueError, RecursionError, UnreadableError, SkippedError):
        return None
    return list(_names(tree.body, ""))


def _names(body: list[ast.stmt], above: str) -> Iterator[str]:
    for one in body:
        match one:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield f"{above}{name}"
            case ast.ClassDef(name=name):
                yield f"{above}{name}"
                yield from _names(one.body, f"{above}{name}.")
            case ast.If() | ast.Try() | ast.With():
                yield from _names([*one.body, *getattr(one, "orelse", [])], above)


def final_files(settings: Settings) -> Iterator[str]:
    """Yield the paths of the files that hold the final evaluation."""
    for place in settings.analysis.knowledge.final:
        file, _ = parted(place)
        yield from glob(file) if file else list(_modules(place, settings.root))[:1]
