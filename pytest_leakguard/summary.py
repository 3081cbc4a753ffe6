"""What the run shows of all this: lines at its start, a section at its end, and a page of HTML."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from pytest_leakguard import distribution, options

if TYPE_CHECKING:
    from pathlib import Path

_KEY = pytest.StashKey["Summary"]()
FACTS, OPENINGS = "leakguard_facts", "leakguard_openings"
_ORDER = ("violated", "not proven", "held")


def begin(config: pytest.Config) -> Summary:
    """Return the summary of the run, begun if it has not yet."""
    if _KEY not in config.stash:
        config.stash[_KEY] = Summary(config, options.report_file(config))
        config.pluginmanager.register(config.stash[_KEY], "leakguard-summary")
    return config.stash[_KEY]


@dataclass(frozen=True, slots=True)
class Fact:
    """A verdict that a test came to, as data."""

    test: str
    verdict: dict[str, Any]

    @property
    def ruling(self) -> str:
        return str(self.verdict["ruling"])

    def __str__(self) -> str:
        """Return the fact in one line."""
        from leakguard.seal.rendering import from_data
        from pytest_leakguard.messages import in_one_line

        return f"{self.test}: {in_one_line(from_data(self.verdict))}"


@dataclass(eq=False)
class Summary:
    """Gathers the facts that come with the reports of tests."""

    config: pytest.Config
    page: Path | None
    facts: list[Fact] = field(default_factory=list)
    openings: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    _ledgers: set[Path] = field(default_factory=set)

    def pytest_report_header(self) -> list[str]:
        patterns = options.sealed_patterns(self.config)
        return [f"leakguard: sealed for the whole run: {', '.join(patterns)}"] if patterns else []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.facts += [Fact(report.nodeid, one) for one in getattr(report, FACTS, ())]
        self.openings += getattr(report, OPENINGS, ())

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:  # noqa: ANN401 - xdist's
        self.late += distribution.taken_over(node)
        if (ledger := distribution.ledger_of(node)) is not None:
            self._ledgers.add(ledger)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if (self.late or self._unproven()) and session.exitstatus in {
            pytest.ExitCode.OK,
            pytest.ExitCode.NO_TESTS_COLLECTED,
        }:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        for ledger in self._ledgers:
            ledger.unlink(missing_ok=True)
        if self.page is not None:
            self._write(self.page)

    def _unproven(self) -> bool:
        """Whether something is not proven in a run that asks for that."""
        strict = self.config.getoption("--leakguard-strict")
        return strict and (
            bool(options.idle_patterns(self.config)) or any(one.ruling == "not proven" for one in self.facts)
        )

    def _write(self, file: Path) -> None:
        from leakguard.seal.rendering import as_page, from_data
        from leakguard.writing import write_text

        verdicts = [from_data(one.verdict | {"subject": f"{one.test}: {one.verdict['subject']}"}) for one in self.facts]
        write_text("--leakguard-report", str(file), as_page(verdicts, "leakguard: verdicts of the test run"))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:  # noqa: ANN401 - has no public type
        idle = options.idle_patterns(self.config)
        if not (self.facts or self.late or idle):
            return
        terminalreporter.section("leakguard")
        for pattern in idle:
            terminalreporter.line(f"not proven: there is no file {pattern}, which was to be sealed for the whole run")
        for one in sorted(self.facts, key=lambda one: _ORDER.index(one.ruling)):
            terminalreporter.line(str(one))
        for text in self.late:
            terminalreporter.line(f"violated: {text}")
        for text in dict.fromkeys(self.openings):
            terminalreporter.line(text)
        counts = Counter(one.ruling for one in self.facts)
        counts["violated"] += len(self.late)
        counts["not proven"] += len(idle)
        terminalreporter.line(", ".join(f"{counts[ruling]} {ruling}" for ruling in _ORDER if counts[ruling]))
        if self.page is not None:
            terminalreporter.line(f"all verdicts: {self.page}")
