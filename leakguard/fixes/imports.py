"""Names for what a fix calls: one that the module has already, else an import that is added."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from leakguard.fixes.page import CannotFixError, Change
from leakguard.fixes.tree import below, bound_names, holds
from leakguard.semantic import syntax as s

if TYPE_CHECKING:
    from leakguard.fixes.page import Page
    from leakguard.semantic.syntax import Node


@dataclass(frozen=True, slots=True)
class Imported:
    """A name that an import of the module's own level binds."""

    name: str
    qualified: str
    statement: s.Import | s.ImportFrom


class Imports:
    """What the module's imports bind, as seen from one statement."""

    def __init__(self, page: Page, at: Node) -> None:
        self.page = page
        body = page.module.program.body
        self._before = self._statements_before(body, at)
        self._other = {*bound_names(body), *_nested_imports(body)}
        self.found = [one for statement in self._before for one in _imported(statement)]
        self._all = {one.name for statement in body for one in _imported(statement)}

    def alias(self, qualified: str) -> str | None:
        """Return the name that surely means a qualified name at the statement."""
        known = {one.name: one for one in self.found}  # the last one counts
        names = (name for name, one in known.items() if one.qualified == qualified and name not in self._other)
        return next(names, None)

    def qualified(self, written: s.Expression) -> str | None:
        """Return the qualified name of what is written as a name or attributes of one."""
        match written:
            case s.Name(id=name):
                known = {one.name: one.qualified for one in self.found}
                return known.get(name) if name not in self._other else None
            case s.Attribute(value=value, name=name):
                above = self.qualified(value)
                return above and f"{above}.{name}"
            case _:
                return None

    def path(self, qualified: str) -> str | None:
        """Return how something can be written with the imports that are there."""
        module, _, last = qualified.rpartition(".")
        known = self.alias(qualified)
        if known or not module:
            return known
        above = self.path(module)
        return above and f"{above}.{last}"

    def is_free_of_bindings(self, name: str) -> bool:
        """Say whether nothing in the module gives a name another meaning."""
        return name not in self._other and name not in self._all

    def is_free(self, name: str) -> bool:
        """Say whether nothing in the module is called so."""
        body = self.page.module.program.body
        used = any(isinstance(one, s.Name) and one.id == name for one in below(body))
        return not used and self.is_free_of_bindings(name)

    def name_from(self, module: str, name: str) -> tuple[str, list[Change]]:
        """Return how to write `module.name`, with the change that imports it where nothing does yet."""
        known = self.alias(f"{module}.{name}")
        if known:
            return known, []
        if not self.is_free(name):
            raise CannotFixError
        for statement in reversed(self._before):
            if isinstance(statement, s.ImportFrom) and statement.module == module and not statement.level:
                added = self._beside(statement, name)
                if added:
                    return name, [added]
        return name, [self._new(f"from {module} import {name}")]

    def module_as(self, module: str, name: str) -> tuple[str, list[Change]]:
        """Return the name for a module such as numpy, with the change that imports it where nothing does yet."""
        known = self.alias(module)
        if known:
            return known, []
        if not self.is_free(name):
            raise CannotFixError
        return name, [self._new(f"import {module} as {name}")]

    @staticmethod
    def _statements_before(body: s.Block, at: Node) -> list[s.Statement]:
        """Return what the module runs before a statement, in a function all that it surely has run by then."""
        found: list[s.Statement] = []
        for statement in body:
            if holds(statement, at):
                break
            found.append(statement)
        return found

    def _beside(self, statement: s.ImportFrom, name: str) -> Change | None:
        """Add a name to an import from the same module."""
        origin = statement.origin
        if not isinstance(origin, cst.ImportFrom) or isinstance(origin.names, cst.ImportStar):
            return None
        _, end = self.page.span(origin.names[-1])
        comma = self.page.text[end:].lstrip()[:1] == "," and origin.lpar is not None
        first = self.page.span(origin.names[-1])[0]
        alone = not self.page.text[self.page.row_span(self.page.row_of(first))[0] : first].strip()
        between = f",\n{self.page.indent_at(first)}" if comma and alone else ", "
        return Change(end, end, f"{between}{name}")

    def _new(self, line: str) -> Change:
        """Put an import behind the last one that stands on a level with the module."""
        imports = [one for one in self._before if isinstance(one, (s.Import, s.ImportFrom))]
        if not imports:
            raise CannotFixError  # whatever needs an import uses a library that is imported
        _, end = self.page.span(imports[-1])
        _, row_end = self.page.row_span(self.page.row_of(end))
        if "\\" in self.page.text[end:row_end] or ";" in self.page.text[end:row_end]:
            raise CannotFixError
        return Change(row_end, row_end, f"\n{line}")


def _imported(statement: s.Statement) -> list[Imported]:
    match statement:
        case s.Import(bindings=bindings):
            return [Imported(name, qualified, statement) for name, qualified in bindings]
        case s.ImportFrom(module=module, level=0, names=tuple(names)):
            return [Imported(bound, f"{module}.{name}", statement) for name, bound in names]
        case _:
            return []


def _nested_imports(body: s.Block) -> set[str]:
    """The names that imports bind elsewhere than on a level with the module."""
    own = {id(statement) for statement in body}
    found: set[str] = set()
    for one in below(body):
        if isinstance(one, s.Import) and id(one) not in own:
            found.update(name for name, _ in one.bindings)
        elif isinstance(one, s.ImportFrom) and id(one) not in own:
            found.update(bound for _, bound in one.names or ())
    return found
