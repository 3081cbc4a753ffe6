"""The hooks that are always there: they look whether a run has any use for leakguard, and load the rest if so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pytest_leakguard import options
from pytest_leakguard.marking import ATTRIBUTE, SUBJECT, uses

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_leakguard.fixtures import OpenedOnce, Sealed

_FIXTURES = {"sealed", "opened_once"}
_MARKS = ("sealed", "final_evaluation")


def pytest_addoption(parser: pytest.Parser) -> None:
    options.add(parser)


def pytest_configure(config: pytest.Config) -> None:
    for line in options.MARKERS:
        config.addinivalue_line("markers", line)
    options.check_names(config)
    if config.getoption("tx", None) and not hasattr(config, "workerinput"):  # pytest-xdist runs the tests elsewhere
        from pytest_leakguard.summary import begin

        begin(config)  # the facts come with the workers' reports
    elif options.wants_something(config):
        from pytest_leakguard.watching import watcher

        watcher(config)


def pytest_pycollect_makeitem(collector: Any, name: str, obj: object) -> Sequence[pytest.Item] | None:  # noqa: ANN401 - a module or class
    if ATTRIBUTE not in getattr(obj, "__dict__", ()):
        return None
    from pytest_leakguard.subject_items import items

    return items(collector, name, obj)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--leakguard-check"):
        from pytest_leakguard.linting import items as linted

        items.extend(linted(session, options.checked_paths(config)))
    if any(_is_watched(item) for item in items):
        from pytest_leakguard.watching import watcher

        watcher(config)


def pytest_report_collectionfinish(config: pytest.Config, items: list[pytest.Item]) -> list[str]:
    subjects = dict.fromkeys(name for item in items if (name := getattr(item, SUBJECT, None)))
    if not subjects:
        return []
    told = (options.budget(config), config.getoption("--leakguard-seed"))
    return ["leakguard: subjects {}; budget {}, seed {}".format(", ".join(map(str, subjects)), *told)]


def _is_watched(item: pytest.Item) -> bool:
    if hasattr(item, SUBJECT):
        return True
    return any(item.get_closest_marker(mark) for mark in _MARKS) or any(uses(item, name) for name in _FIXTURES)


@pytest.fixture(scope="session")
def sealed(pytestconfig: pytest.Config) -> Sealed:
    """Seals rows by calling it, and files by its method `path`."""
    from pytest_leakguard.fixtures import Sealed
    from pytest_leakguard.watching import watcher

    return Sealed(watcher(pytestconfig))


@pytest.fixture
def opened_once(pytestconfig: pytest.Config) -> OpenedOnce:
    """Opens test rows for the final evaluation, once over all runs."""
    from pytest_leakguard.fixtures import OpenedOnce
    from pytest_leakguard.watching import watcher

    return OpenedOnce(watcher(pytestconfig))
