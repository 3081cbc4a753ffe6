"""Watches each test of this process: what the ledger says fails the test, whatever became of the error."""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from leakguard.seal import AlreadyOpened, SealBroken, Verdict, seal_paths
from leakguard.seal.rendering import as_data
from pytest_leakguard import distribution, messages, options, summary
from pytest_leakguard.guards import Guards, Happened, openings_used, verdicts
from pytest_leakguard.marking import uses

if TYPE_CHECKING:
    from collections.abc import Generator

    from leakguard.seal import PathSeal, Seal

_KEY = pytest.StashKey["Watcher"]()
_SECTIONS = pytest.StashKey[list[str]]()
_OPENINGS = pytest.StashKey[list[str]]()
_FACTS = pytest.StashKey[list[dict[str, Any]]]()
_ENDS_THE_RUN = (KeyboardInterrupt, pytest.exit.Exception)
_SAYS_NOTHING = (SealBroken, pytest.skip.Exception, pytest.xfail.Exception)
_WHOLE_RUN = "what is sealed for the whole run"


class Leak(pytest.fail.Exception):  # type: ignore[name-defined,misc]
    """Fails a test with a message, and without a traceback, which would end in leakguard."""

    __module__ = "builtins"  # as pytest's own outcomes, so that pytest shows the bare name

    def __init__(self, message: str) -> None:
        super().__init__(message, pytrace=False)


def watcher(config: pytest.Config) -> Watcher:
    """Return what watches this process, begun if it has not yet."""
    if _KEY not in config.stash:
        distribution.join_ledger(config)
        config.stash[_KEY] = Watcher(config)
        config.pluginmanager.register(config.stash[_KEY], "leakguard-watcher")
        if not distribution.is_worker(config):
            summary.begin(config)
    return config.stash[_KEY]


class Watcher:
    """The hooks around tests, and the seals that tests make."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self._guards = Guards()
        self._item: pytest.Item | None = None
        self._fixtures: list[Any] = []  # those that are being set up, the innermost last
        self._late: list[Happened] = []
        patterns = options.sealed_patterns(config)
        self._whole_run = seal_paths(patterns, _WHOLE_RUN) if patterns else None
        if self._whole_run is not None:
            self._guards.add(self._whole_run, "")

    def take(self, seal: Seal | PathSeal) -> None:
        """Watch a seal until the end of the test, or of the fixture of a wider scope, that has made it."""
        guard = self._guards.add(seal, self._item.nodeid if self._item else "")
        wider = [one for one in self._fixtures if one.scope != "function"]
        if wider:
            guard.home = ""
            wider[-1].addfinalizer(lambda: self._guards.end(guard))

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Generator[None, object, object]:  # noqa: ANN401 - of any value
        self._fixtures.append(fixturedef)
        try:
            return (yield)
        finally:
            self._fixtures.pop()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_make_collect_report(self, collector: Any) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:  # noqa: ANN401
        report = yield
        if happened := self._guards.news():
            report.outcome = "failed"
            report.longrepr = f"while {collector.nodeid} was collected\n{messages.failure(verdicts(happened))}"
        return report

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        self._item = item
        with ExitStack() as allowed:
            if self._whole_run is not None and is_final(item):
                allowed.enter_context(self._whole_run.allow())
            result = yield
        self._item = None
        for guard in self._guards.all:
            if guard.home == item.nodeid and not guard.ended:
                self._guards.end(guard)
        self._guards.note_threads(item.nodeid)
        return result

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, None, None]:
        wrong = self._seal_marked(item)
        yield from self._phase(item)
        if wrong is not None:  # told only now, so that the other plugins have set up what they take down
            raise wrong

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, None, None]:
        yield from self._phase(item)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, None, None]:
        try:
            yield from self._phase(item)
        finally:
            self._sum_up(item)

    def _seal_marked(self, item: pytest.Item) -> Exception | None:
        """Seal what the test's markers name; return what is wrong with them."""
        try:
            for marker in item.iter_markers("sealed"):
                self.take(seal_paths(_marked_paths(item, marker), f"the files sealed for {item.name}"))
        except (pytest.UsageError, OSError, ValueError) as error:
            return error
        return None

    def paths(self) -> list[PathSeal]:
        """Return the seals on files that hold now, of this test and of the whole run."""
        return self._guards.paths()

    def _phase(self, item: pytest.Item) -> Generator[None, None, None]:
        try:
            yield
        except _ENDS_THE_RUN:
            raise
        except BaseException as error:
            self._judge(item, error)
            raise
        self._judge(item, None)

    def _judge(self, item: pytest.Item, error: BaseException | None) -> None:
        """Raise Leak for what has happened in a phase, or add it to the report of one that failed anyway."""
        happened = self._guards.news()
        self._late += [one for one in happened if one.outlived not in {"", item.nodeid}]
        own = [one for one in happened if one.outlived in {"", item.nodeid}]
        if not own:
            return
        found = verdicts(own)
        self._note(item, [one for one in found if not _has_own_guard(one, item, self._guards)])
        text = messages.failure(found)
        if isinstance(error, AlreadyOpened):
            raise Leak(f"{text}\n\n{error}") from None
        if error is None or isinstance(error, _SAYS_NOTHING):
            raise Leak(text) from None
        item.stash.setdefault(_SECTIONS, []).append(text)

    def _sum_up(self, item: pytest.Item) -> None:
        """Take down what was seen of the test's own seals, before their rows are gone."""
        own = [guard for guard in self._guards.all if guard.home == item.nodeid]
        self._note(item, [guard.verdict() for guard in own])
        item.stash[_OPENINGS] = [told for guard in own if (told := openings_used(guard))]

    def _note(self, item: pytest.Item, found: list[Verdict]) -> None:
        for verdict in found:
            item.stash.setdefault(_FACTS, []).append(as_data(verdict))
            item.user_properties.append(("leakguard", messages.in_one_line(verdict)))

    def note(self, item: pytest.Item, verdict: Verdict) -> None:
        """Add a verdict that a test came to by itself."""
        self._note(item, [verdict])

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        report.sections.extend(("leakguard", text) for text in item.stash.setdefault(_SECTIONS, []))
        item.stash[_SECTIONS] = []
        if report.when == "teardown":
            setattr(report, summary.FACTS, item.stash.get(_FACTS, []))
            setattr(report, summary.OPENINGS, item.stash.get(_OPENINGS, []))
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        self._late += self._guards.news()
        for guard in self._guards.all:
            if not guard.ended:
                self._guards.end(guard)
        late = messages.too_late(self._late)
        if distribution.is_worker(self.config):
            distribution.hand_over(self.config, late)
        else:
            summary.begin(self.config).late.extend(late)


def is_final(item: pytest.Item) -> bool:
    """Tell whether a test may read what is sealed for the whole run."""
    return item.get_closest_marker("final_evaluation") is not None or uses(item, "opened_once")


def _marked_paths(item: pytest.Item, marker: pytest.Mark) -> list[str]:
    given = [*marker.args, marker.kwargs.get("paths", [])]
    listed = [one if isinstance(one, list | tuple | set) else [one] for one in given]
    paths = [os.fspath(path) for one in listed for path in one if isinstance(path, str | os.PathLike)]
    if not paths or not all(paths) or len(paths) < sum(map(len, listed)) or set(marker.kwargs) - {"paths"}:
        raise pytest.UsageError(f"{item.nodeid}: write @pytest.mark.sealed(paths=[...]) with at least one path")
    return [str(item.config.rootpath / path) for path in paths]


def _has_own_guard(verdict: Verdict, item: pytest.Item, guards: Guards) -> bool:
    """Tell whether a seal is the test's own, whose verdict is taken down at its end."""
    return any(guard.name == verdict.subject and guard.home == item.nodeid for guard in guards.all)
