"""The small language that the interpreter executes.

`lower` turns a parsed file into it once; nothing above knows the parser. It keeps what running the
program would need and drops parentheses, white space and comments. `origin` is the parser's node, from
which a position is computed when a finding needs one, or a number until then. Nothing else of a node is changed once
it is made; they are not frozen, since a frozen dataclass takes three times as long to make and a file has thousands.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal, TypeAlias

Origin: TypeAlias = object


@dataclass(slots=True, eq=False)
class Node:
    """Anything that has a place in the file."""

    origin: Origin


# Expressions


@dataclass(slots=True, eq=False)
class Name(Node):
    id: str


@dataclass(slots=True, eq=False)
class Constant(Node):
    """A literal number, string (adjacent ones joined), bytes, bool, None or Ellipsis; negative numbers are folded."""

    value: object


@dataclass(slots=True, eq=False)
class Text(Node):
    """An f-string: its literal pieces as constants between the embedded expressions."""

    parts: tuple[Expression, ...]


@dataclass(slots=True, eq=False)
class Attribute(Node):
    value: Expression
    name: str


@dataclass(slots=True, eq=False)
class Subscript(Node):
    """`value[index]`; several indices are a tuple `Display`."""

    value: Expression
    index: Expression


@dataclass(slots=True, eq=False)
class Slice(Node):
    lower: Expression | None
    upper: Expression | None
    step: Expression | None


@dataclass(slots=True, eq=False)
class Argument:
    """One argument of a call: `value`, `name=value`, `*value` (star "*") or `**value` (star "**")."""

    value: Expression
    name: str | None = None
    star: Literal["", "*", "**"] = ""


@dataclass(slots=True, eq=False)
class Call(Node):
    function: Expression
    arguments: tuple[Argument, ...]


@dataclass(slots=True, eq=False)
class Operation(Node):
    """A unary, binary or boolean operation; `operator` as written ("+", "not", "and", "~", "@", ...)."""

    operator: str
    operands: tuple[Expression, ...]


@dataclass(slots=True, eq=False)
class Comparison(Node):
    """`left op right op ...`; operators as written ("<", "==", "in", "not in", "is", "is not", ...)."""

    operands: tuple[Expression, ...]
    operators: tuple[str, ...]


@dataclass(slots=True, eq=False)
class Display(Node):
    """A list, tuple or set written out; items may be `Starred`."""

    kind: Literal["list", "tuple", "set"]
    items: tuple[Expression, ...]


@dataclass(slots=True, eq=False)
class DictDisplay(Node):
    """A dict written out; a key of None is `**value`."""

    items: tuple[tuple[Expression | None, Expression], ...]


@dataclass(slots=True, eq=False)
class Clause:
    """`for target in iterable if condition ...` of a comprehension."""

    target: Expression
    iterable: Expression
    conditions: tuple[Expression, ...]


@dataclass(slots=True, eq=False)
class Comprehension(Node):
    """`element` is the value for a dict comprehension, `key` None for the others."""

    kind: Literal["list", "set", "dict", "generator"]
    key: Expression | None
    element: Expression
    clauses: tuple[Clause, ...]


@dataclass(slots=True, eq=False)
class Parameter:
    """A parameter; star is "" or "*" or "**"."""

    name: str
    default: Expression | None = None
    star: Literal["", "*", "**"] = ""
    annotation: Expression | None = None


@dataclass(slots=True, eq=False)
class Lambda(Node):
    parameters: tuple[Parameter, ...]
    body: Expression


@dataclass(slots=True, eq=False)
class Conditional(Node):
    """`body if test else orelse`."""

    test: Expression
    body: Expression
    orelse: Expression


@dataclass(slots=True, eq=False)
class Starred(Node):
    value: Expression


@dataclass(slots=True, eq=False)
class Walrus(Node):
    target: Name
    value: Expression


@dataclass(slots=True, eq=False)
class Suspend(Node):
    """`await value`, `yield value` or `yield from value`."""

    kind: Literal["await", "yield", "yield from"]
    value: Expression | None


Expression: TypeAlias = (
    Name
    | Constant
    | Text
    | Attribute
    | Subscript
    | Slice
    | Call
    | Operation
    | Comparison
    | Display
    | DictDisplay
    | Comprehension
    | Lambda
    | Conditional
    | Starred
    | Walrus
    | Suspend
)

# Statements

Block: TypeAlias = "tuple[Statement, ...]"


@dataclass(slots=True, eq=False)
class Assign(Node):
    """`a = b = value` (several targets) and `a: T = value`; a target is a name, attribute, subscript or display."""

    targets: tuple[Expression, ...]
    value: Expression


@dataclass(slots=True, eq=False)
class Augment(Node):
    """`target op= value`; operator without the equals sign."""

    target: Expression
    operator: str
    value: Expression


@dataclass(slots=True, eq=False)
class Evaluate(Node):
    """An expression that stands as a statement."""

    value: Expression


@dataclass(slots=True, eq=False)
class Return(Node):
    value: Expression | None


@dataclass(slots=True, eq=False)
class Raise(Node):
    value: Expression | None


@dataclass(slots=True, eq=False)
class Break(Node):
    pass


@dataclass(slots=True, eq=False)
class Continue(Node):
    pass


@dataclass(slots=True, eq=False)
class Assert(Node):
    test: Expression


@dataclass(slots=True, eq=False)
class Delete(Node):
    targets: tuple[Expression, ...]


@dataclass(slots=True, eq=False)
class Scope(Node):
    """`global` or `nonlocal`."""

    kind: Literal["global", "nonlocal"]
    names: tuple[str, ...]


@dataclass(slots=True, eq=False)
class Import(Node):
    """`import a.b` binds "a" to "a"; `import a.b as c` binds "c" to "a.b"."""

    bindings: tuple[tuple[str, str], ...]  # (name bound, qualified name it stands for)


@dataclass(slots=True, eq=False)
class ImportFrom(Node):
    """`from ..module import x as y`: level counts the dots, names are (x, y); a star import has names None."""

    module: str
    level: int
    names: tuple[tuple[str, str], ...] | None


@dataclass(slots=True, eq=False)
class If(Node):
    test: Expression
    body: Block
    orelse: Block


@dataclass(slots=True, eq=False)
class While(Node):
    test: Expression
    body: Block
    orelse: Block


@dataclass(slots=True, eq=False)
class For(Node):
    target: Expression
    iterable: Expression
    body: Block
    orelse: Block


@dataclass(slots=True, eq=False)
class Handler:
    """`except kind as name:`."""

    kind: Expression | None
    name: str | None
    body: Block


@dataclass(slots=True, eq=False)
class Try(Node):
    body: Block
    handlers: tuple[Handler, ...]
    orelse: Block
    final: Block


@dataclass(slots=True, eq=False)
class With(Node):
    items: tuple[tuple[Expression, Expression | None], ...]  # (context manager, target)
    body: Block


@dataclass(slots=True, eq=False)
class Match(Node):
    """`match subject`: for each case the names that its pattern binds, its guard and its body."""

    subject: Expression
    cases: tuple[tuple[tuple[str, ...], Expression | None, Block], ...]


@dataclass(slots=True, eq=False)
class Function(Node):
    name: str
    parameters: tuple[Parameter, ...]
    body: Block
    decorators: tuple[Expression, ...]


@dataclass(slots=True, eq=False)
class Class(Node):
    name: str
    bases: tuple[Expression, ...]
    body: Block
    decorators: tuple[Expression, ...]
    fields: tuple[str, ...] = ()  # the names that its body annotates


Statement: TypeAlias = (
    Assign
    | Augment
    | Evaluate
    | Return
    | Raise
    | Break
    | Continue
    | Assert
    | Delete
    | Scope
    | Import
    | ImportFrom
    | If
    | While
    | For
    | Try
    | With
    | Match
    | Function
    | Class
)


def adopted(body: Block, exact: Block) -> dict[object, object]:
    """Give the nodes of a program the origins of those of an equal one, and return these by the origins before.

    Raises ValueError where the programs differ.
    """
    origins: dict[object, object] = {}
    to_visit: list[tuple[object, object]] = [(body, exact)]
    while to_visit:
        one, other = to_visit.pop()
        if type(one) is not type(other):
            raise ValueError(one)
        if isinstance(one, tuple) and isinstance(other, tuple):
            to_visit.extend(zip(one, other, strict=True))
            continue
        to_visit.extend((getattr(one, name), getattr(other, name)) for name in _fields(one))
        if isinstance(one, Node) and isinstance(other, Node):
            origins[one.origin] = one.origin = other.origin
    return origins


def _fields(node: object) -> list[str]:
    """The fields that tell what a node is; none of anything else."""
    if not isinstance(node, (Node, Argument, Clause, Parameter, Handler)):
        return []
    return [field.name for field in fields(node) if field.name != "origin"]
