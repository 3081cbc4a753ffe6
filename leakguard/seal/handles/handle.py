"""The stand-in for a sealed object: what is known of it can be read and passed around, its values cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from leakguard.seal import ledger
from leakguard.seal.broken import refuse
from leakguard.seal.handles.reading import cause_of_read
from leakguard.seal.handles.source import CLOSED, Source, arrived

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from leakguard.seal.handles.outline import Outline

_UNARY = "neg pos abs invert int float complex index round trunc floor ceil"
_BINARY = "add sub mul matmul truediv floordiv mod divmod pow lshift rshift and xor or"
_COMPARING = "lt le eq ne gt ge"
_CONTAINING = "contains reversed setitem delitem buffer"
_READS = [
    f"__{name}__"
    for name in [
        *f"{_UNARY} {_BINARY} {_COMPARING} {_CONTAINING}".split(),
        *(f"{prefix}{name}" for prefix in "ri" for name in _BINARY.split() if name != "divmod"),
        "rdivmod",
    ]
]
_PROTOCOLS = ("__array", "__arrow", "__cuda_array", "__dataframe", "__dlpack")
_SHAPES = {"shape": "shape", "ndim": "ndim", "size": "size"}


class Sealed:
    """A sealed object, or a part of one.

    Shape, length, dtype, columns and index can be read as far as the object has them, and parts of it taken by
    slices, masks and names of columns; these are sealed too. A handle is passed around and pickled without its values.
    Everything else is recorded and refused while the seal is closed, and reaches the object itself while it is opened.
    """

    __slots__ = ("__weakref__", "_outline", "_source", "_steps")

    _outline: Outline
    _source: Source
    _steps: tuple[tuple[str, Any], ...]

    def __init__(self, source: Source, outline: Outline, steps: tuple[tuple[str, Any], ...] = ()) -> None:
        self._source = source
        self._outline = outline
        self._steps = steps

    def __repr__(self) -> str:
        return f"<sealed {self._outline}: {self._source.subject}>"

    def __len__(self) -> int:
        length = self._outline.length
        if length is None:
            raise TypeError(f"{self!r} has no length")
        return length

    def __bool__(self) -> bool:
        if hasattr(self._outline.original, "__bool__"):
            return bool(self._read("bool", bool))
        return len(self) > 0

    __hash__ = object.__hash__

    def __copy__(self) -> Sealed:
        return self

    def __deepcopy__(self, memo: object) -> Sealed:
        return self

    def __reduce_ex__(self, protocol: object) -> tuple[Any, ...]:
        source = self._source
        return _resumed, (
            type(self),
            source.token,
            source.subject,
            source.ledger_file or ledger.location(),
            self._outline,
            self._steps,
        )

    def __dir__(self) -> Iterable[str]:
        return sorted({*object.__dir__(self), *self._outline.facts(), *self._outline.indexers})

    def __getattr__(self, name: str) -> Any:
        outline = self._outline
        facts = outline.facts()
        if name in facts:
            return facts[name]
        if name in outline.indexers:
            return Indexer(self, name)
        if not _is_value(name, outline) and self._source.value is CLOSED:
            raise AttributeError(f"{self!r} has no attribute {name!r}", name=name, obj=self)
        if name == "copy" and self._source.value is CLOSED:
            return self._copy
        how = "its array interface" if name.startswith("__array") else f".{name}"
        return self._read(how, lambda value: getattr(value, name))

    def __getitem__(self, key: Any) -> Any:
        return self._selected("[]", key)

    def __iter__(self) -> Iterator[Any]:
        # As a generator: to ask whether there is an iterator, as `np.iterable` does, is no read.
        yield from self._read("iteration", iter)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:  # noqa: FBT001 - as NumPy has it
        import numpy as np

        value = self._read("its array interface", lambda value: np.asarray(value, dtype))
        return value.copy() if copy else value

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        return self._read(
            f"np.{ufunc.__name__}", lambda _: getattr(ufunc, method)(*map(opened, inputs), **_opened_items(options))
        )

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        name = function.__name__
        if name in _SHAPES and not options and len(args) == 1:
            return getattr(self, name)
        return self._read(f"np.{name}", lambda _: function(*map(opened, args), **_opened_items(options)))

    @classmethod
    def __torch_function__(cls, function: Any, types: Any, args: Any = (), options: Any = None) -> Any:
        handle = next(_handles_in((*args, *(options or {}).values())))
        act = handle._read  # noqa: SLF001 - this class's own
        return act(f"torch.{function.__name__}", lambda _: function(*map(opened, args), **_opened_items(options or {})))

    def _copy(self, *_: object, **__: object) -> Sealed:
        return self

    def _read(self, how: str, act: Callable[[Any], Any]) -> Any:
        if self._source.value is CLOSED:
            self._refuse(f"read the values of {self._outline} by {how}")
        return act(self._value())

    def _value(self) -> Any:
        value = self._source.value
        for how, key in self._steps:
            value = _part(value, how, key)
        return value

    def _selected(self, how: str, key: Any) -> Any:
        if self._source.value is not CLOSED:
            return _part(self._value(), how, key)
        outline = self._outline.selected(how, key)
        if outline is None:
            self._refuse(f"read an item of {self._outline} by {'[...]' if how == '[]' else f'.{how}[...]'}")
        return Sealed(self._source, outline, (*self._steps, (how, key)))

    def _refuse(self, what: str) -> NoReturn:
        source = self._source
        refuse(source.subject, what, cause_of_read(self), facts={"seal": source.seal}, file=source.ledger_file)


class SealedIterator(Sealed):
    """What a sealed generator or other iterator would have given."""

    __slots__ = ()

    def __next__(self) -> Any:
        return self._read("next", next)


class Indexer:
    """`handle.iloc`, `handle.loc`, or `handle.select`."""

    __slots__ = ("_handle", "_name")

    def __init__(self, handle: Sealed, name: str) -> None:
        self._handle = handle
        self._name = name

    def __getitem__(self, key: Any) -> Any:
        return self._handle._selected(self._name, key)  # noqa: SLF001 - a part of the handle

    def __setitem__(self, key: Any, value: Any) -> None:
        self._handle._read(f".{self._name}[...] = ", lambda whole: _assign(getattr(whole, self._name), key, value))  # noqa: SLF001 - as above

    __call__ = __getitem__


def opened(value: Any) -> Any:
    """Return what an opened handle stands for; anything else as it is, lists and tuples with what they hold."""
    if isinstance(value, list | tuple) and type(value) in {list, tuple}:
        return type(value)(map(opened, value))
    return value._read("its use", lambda real: real) if isinstance(value, Sealed) else value  # noqa: SLF001 - as above


def _handles_in(values: Iterable[Any]) -> Iterator[Sealed]:
    """Yield the handles among arguments, and in lists and tuples of these, as `torch.cat` takes them."""
    for value in values:
        if isinstance(value, Sealed):
            yield value
        elif type(value) in {list, tuple}:
            yield from _handles_in(value)


def _opened_items(options: Mapping[str, Any]) -> dict[str, Any]:
    return {name: opened(value) for name, value in options.items()}


def _resumed(
    kind: type[Sealed], token: str, subject: str, ledger_file: str, outline: Outline, steps: tuple[tuple[str, Any], ...]
) -> Sealed:
    return kind(arrived(token, subject, ledger_file), outline, steps)


def _part(value: Any, how: str, key: Any) -> Any:
    if how == "[]":
        return value[key]
    part = getattr(value, how)
    return part[key] if hasattr(part, "__getitem__") else part(key)


def _assign(indexer: Any, key: Any, value: Any) -> None:
    indexer[key] = value


def _is_value(name: str, outline: Outline) -> bool:
    """Whether an attribute that isn't a known fact would give values, rather than not be there at all."""
    if name.startswith(("_repr_", "_ipython_")):  # notebooks ask for these to show an object
        return False
    if name.startswith("__") and not name.startswith(_PROTOCOLS):
        return False
    return hasattr(outline.original, name) or name in outline.attributes


def _reading(name: str) -> Callable[..., Any]:
    def read(self: Sealed, *args: Any) -> Any:
        return self._read(name, lambda value: getattr(value, name)(*map(opened, args)))

    read.__name__ = name
    read.__qualname__ = f"Sealed.{name}"
    return read


for _name in _READS:
    setattr(Sealed, _name, _reading(_name))
