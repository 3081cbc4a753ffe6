"""What the files say about a library holds for the library that is installed; those that are not are skipped."""

from __future__ import annotations

from importlib import metadata
from typing import TYPE_CHECKING

import pytest
from verification import attribute, faults, import_or_skip, real

from leakguard.knowledge import loader
from leakguard.knowledge.facts import Fact

if TYPE_CHECKING:
    from leakguard.knowledge.loader import Library

# The libraries' own deprecations are not ours.
pytestmark = pytest.mark.filterwarnings("ignore")

# Parts of a library that need another distribution.
_OPTIONAL_PARTS = {
    "optuna.integration.": "optuna-integration",
    "optuna.integration.lightgbm.": "lightgbm",
    "optuna.visualization.": "plotly",
    "xgboost.dask.": "dask",
}


def _each_with(part: str) -> pytest.MarkDecorator:
    """Run a test for each library whose file has that part."""
    libraries = [loader.read_library(name) for name in loader.library_names() if name != "protocol"]
    with_part = [library for library in libraries if getattr(library, part)]
    return pytest.mark.parametrize("library", with_part, ids=[library.name for library in with_part])


def _part_is_missing(name: str) -> bool:
    needed = (distribution for part, distribution in _OPTIONAL_PARTS.items() if name.startswith(part))
    return not all(any(metadata.Distribution.discover(name=distribution)) for distribution in needed)


@_each_with("facts")
def test_functions_and_classes_are_as_described(library: Library) -> None:
    import_or_skip(library)
    found: list[str] = []
    for fact in library.facts.values():
        if fact.name not in library.removed and not _part_is_missing(fact.name):
            thing = real(library, fact.name)
            found += [f"{fact.name} does not exist"] if thing is None else faults(fact, thing)
    assert found == []


@_each_with("methods")
def test_methods_of_classes_are_as_described(library: Library) -> None:
    import_or_skip(library)
    found: list[str] = []
    for on, methods in library.methods.items():
        owner = real(library, on)
        for fact in methods.values():
            if f"{on}.{fact.name}" not in library.removed:
                method = attribute(owner, fact.name)
                found += [f"{on} has no method {fact.name}"] if method is None else faults(fact, method)
    assert found == []


@_each_with("removed")
def test_removed_names_are_gone(library: Library) -> None:
    """A name that came back, or never left, has to be checked like the others."""
    import_or_skip(library)
    places = [name.rpartition(".") for name in library.removed]
    assert [f"{on}.{name}" for on, _, name in places if attribute(real(library, on), name) is not None] == []


@pytest.mark.parametrize(
    ("parameters", "options", "fault"),
    [
        (("a", "b"), {}, []),
        (("b", "a"), {}, ["name has b in another place", "name has a in another place"]),
        (("*a",), {}, ["name has *a in another place"]),
        (("a", "c"), {}, ["name has no parameter c"]),
        ((), {"data": ("a", "d")}, ["name has no parameter d"]),
        ((), {"data": ("a", "keyword")}, []),
        ((), {"learns": "scale"}, []),
    ],
)
def test_a_wrong_description_is_seen(parameters: tuple[str, ...], options: dict[str, object], fault: list[str]) -> None:
    def described(a: int, b: int, *, keyword: int) -> None: ...

    assert list(faults(Fact("name", "library", "learn", parameters, options), described)) == fault
