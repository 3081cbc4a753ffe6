"""W&B sweeps in YAML files, as programs: what `wandb.sweep({...})` would be given stands in the file.

PyYAML comes with libcst; only its nodes and their marks are used, so nothing in a file is executed.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from leakguard.semantic import syntax as s
from leakguard.semantic.documents import yaml_module
from leakguard.semantic.program import Program, Span, SyntaxProblem

if TYPE_CHECKING:
    from collections.abc import Mapping

_DEEPEST = 50  # levels; sweeps have five
_MANY = 20  # aliases
_WORDS: Mapping[str, bool] = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def parse_sweep(text: str, filename: str) -> Program:
    """Parse and lower a sweep; raise a `SyntaxProblem` if it is not YAML."""
    yaml = yaml_module()
    try:
        roots = list(yaml.compose_all(text, Loader=yaml.SafeLoader))
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        row, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        raise SyntaxProblem(str(problem.problem or problem.context or "no YAML"), row, column) from None
    except (yaml.YAMLError, RecursionError):
        raise SyntaxProblem("no YAML, or nested too deeply", 1, 1) from None
    # Aliases of aliases grow beyond measure; several documents are no sweep, which is one.
    is_one = len(roots) == 1 and isinstance(roots[0], yaml.MappingNode) and text.count("*") <= _MANY
    return Program(filename, _body(roots[0]) if is_one else (), None, text)


def _body(root: Any) -> s.Block:  # noqa: ANN401 - a node of a parser without annotations
    """`wandb.agent(wandb.sweep({...}))`; what is told of the search as a whole stands where its method does."""
    whole = _span(root, root)
    method = next((_span(key, value) for key, value in root.value if key.value == "method"), whole)
    sweep = s.Call(whole, _of_wandb(whole, "sweep"), (s.Argument(_value(root, root)),))
    agent = s.Call(method, _of_wandb(method, "agent"), (s.Argument(sweep),))
    return (s.Import(whole, (("wandb", "wandb"),)), s.Evaluate(whole, agent))


def _of_wandb(span: Span, name: str) -> s.Expression:
    return s.Attribute(span, s.Name(span, "wandb"), name)


def _value(node: Any, start: Any, above: tuple[Any, ...] = ()) -> s.Expression:  # noqa: ANN401
    """A value of the file; the entry of a mapping stands where its key begins."""
    span = _span(start, node)
    inside = (*above, node)
    match node.id if len(inside) < _DEEPEST and node not in above else "":
        case "mapping":
            pairs = ((s.Constant(_span(key, key), str(key.value)), _value(one, key, inside)) for key, one in node.value)
            return s.DictDisplay(span, tuple(pairs))
        case "sequence":
            return s.Display(span, "list", tuple(_value(one, one, inside) for one in node.value))
        case "scalar":
            return s.Constant(span, _scalar(node))
        case _:
            return s.Constant(span, None)


def _scalar(node: Any) -> object:  # noqa: ANN401
    """A number, truth value or text. YAML takes 1e-5 for a text, whoever writes it means the number."""
    text: str = node.value
    if node.style is not None:
        return text
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    for kind in (int, float):
        try:
            number = kind(text)
        except ValueError:
            continue
        if math.isfinite(number):
            return number
    return text


def _span(start: Any, node: Any) -> Span:  # noqa: ANN401
    end = _end(node)
    return Span(start.start_mark.line + 1, start.start_mark.column + 1, end.line + 1, end.column + 1)


def _end(node: Any) -> Any:  # noqa: ANN401
    """Where the last thing in a node ends; the mark of a block stands on the row behind it."""
    for _ in range(_DEEPEST):  # an alias may stand for what it stands in
        if node.id == "scalar" or node.flow_style or not node.value:
            break
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    return node.end_mark
