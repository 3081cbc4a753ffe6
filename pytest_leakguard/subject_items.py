"""The tests of subjects: one for each reference tuner."""

from __future__ import annotations

import inspect
from contextlib import nullcontext
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pytest

from leakguard.seal import Ruling, Verdict
from leakguard.spelling import nearest
from leakguard.subjects import CHECKS, Subject, examine
from leakguard.tuners import reference_tuners
from pytest_leakguard import options
from pytest_leakguard.marking import ATTRIBUTE, SUBJECT
from pytest_leakguard.watching import Leak, watcher

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from leakguard.tuners import ReferenceTuner
    from pytest_leakguard.marking import Marked

_NAME = "test_leakguard"
_WORKERS = 2
_MADE = pytest.StashKey[dict[str, Any]]()  # the functions of a file's subjects, by the subjects' names


class Making:
    """A function that makes a subject, called once for all tests of it."""

    def __init__(self, function: Any) -> None:  # noqa: ANN401 - the user's
        self.function = function
        self.marked: Marked = getattr(function, ATTRIBUTE)

    @cached_property
    def subject(self) -> Subject:
        """What the function returns; raises TypeError if that is none."""
        made = self.function()
        if not isinstance(made, Subject):
            raise TypeError(f"{self.marked.name} returned {type(made).__name__}: a subject returns a Subject")
        return made


class SubjectItem(pytest.Item):
    """Runs one tuner with one subject; any witness that says violated fails it."""

    def __init__(self, *, making: Making, tuner: ReferenceTuner, **given: Any) -> None:  # noqa: ANN401 - pytest's own
        super().__init__(**given)
        self._making = making
        self._tuner = tuner
        self.obj = making.function  # so that conditions of skipif see the module's names
        setattr(self, SUBJECT, making.marked.name)
        self.own_markers.extend(getattr(making.function, "pytestmark", []))

    def runtest(self) -> None:
        """Examine, and compare what fails with what is expected to."""
        expected = self._making.marked.expected_of(self._tuner.name)
        if unknown := [check for check in expected if check not in {"*", *CHECKS}]:
            pytest.fail(_no_such("check", unknown[0], CHECKS), pytrace=False)
        verdict = self._examined()
        watcher(self.config).note(self, verdict)
        failed = [one.witness for one in verdict.evidence if one.ruling is Ruling.VIOLATED]
        if unexpected := [one for one in failed if one not in expected and "*" not in expected]:
            raise Leak(_failure(verdict, unexpected))
        if failed:
            pytest.xfail("; ".join(dict.fromkeys(expected.get(one) or expected["*"] for one in failed)))
        if expected and self.config.getini("xfail_strict"):
            pytest.fail(f"expected to fail, and held: {', '.join(expected.values())}", pytrace=False)

    def _examined(self) -> Verdict:
        from leakguard.subjects.backends import BackendError, connect
        from leakguard.tuners.budgets import BudgetError

        if missing := _missing(self._tuner):
            pytest.skip(f"{self._tuner.name} needs {', '.join(missing)}")
        subject = self._making.subject
        backend = self.config.getoption("--leakguard-backend")
        try:
            with connect(backend, _WORKERS) if backend else nullcontext() as parallel:
                return examine(
                    subject,
                    self._tuner,
                    budget=options.budget(self.config),
                    seed=self.config.getoption("--leakguard-seed"),
                    backend=parallel,
                    n_jobs=_WORKERS if backend else None,
                    name=self._tuner.name,
                )
        except BudgetError as error:
            pytest.skip(f"{self._tuner.name}: {error}")
        except BackendError as error:
            pytest.exit(f"--leakguard-backend {backend}: {error}", pytest.ExitCode.USAGE_ERROR)

    def reportinfo(self) -> tuple[Path, int, str]:
        code = getattr(inspect.unwrap(getattr(self._making.function, "func", self._making.function)), "__code__", None)
        return self.path, code.co_firstlineno - 1 if code else 0, self.name


def items(collector: Any, name: str, function: Any) -> list[pytest.Item]:  # noqa: ANN401 - as above
    """Return the tests of a subject.

    Raises:
        pytest.Collector.CollectError: the function takes arguments, or an option names an unknown tuner.
    """
    if wrong := _wrong_with(function):
        raise collector.CollectError(f"{name}: {wrong}")
    making = Making(function)
    made = collector.stash.setdefault(_MADE, {})
    if making.marked.name in made:
        if made[making.marked.name] is function:
            return []  # that was marked under another name of it
        raise collector.CollectError(f"{name}: this file has another subject {making.marked.name!r}; rename one")
    made[making.marked.name] = function
    return [
        SubjectItem.from_parent(
            collector, name=f"{_NAME}[{making.marked.name}-{tuner.name}]", making=making, tuner=tuner
        )
        for tuner in chosen(collector.config)
    ]


def _wrong_with(function: Any) -> str:  # noqa: ANN401 - as above
    """Return why a function cannot be called for a subject, or what its marks say in vain; "" for nothing."""
    if not callable(function) or _needs_arguments(function):
        return "a subject takes no arguments; it is called for each tuner"
    if any(mark.name == "parametrize" for mark in getattr(function, "pytestmark", [])):
        return "a subject cannot be parametrized; write one function for each set of values"
    expected = getattr(function, ATTRIBUTE).expected
    known = [tuner.name for tuner in reference_tuners()]
    unknown = [] if callable(expected) else [tuner for tuner in expected if tuner not in known]
    return _no_such("tuner", unknown[0], known) if unknown else ""


def _no_such(kind: str, name: str, known: Sequence[str]) -> str:
    return f"expected_failed_checks: no {kind} {name!r}; did you mean {nearest(name, known)!r}?"


def _needs_arguments(function: Any) -> bool:  # noqa: ANN401 - as above
    asked = inspect.signature(function).parameters.values()
    optional = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}
    return any(one.default is one.empty and one.kind not in optional for one in asked)


def chosen(config: pytest.Config) -> Sequence[ReferenceTuner]:
    """Return the tuners that an option names, or all; raises pytest.UsageError for one that there is not."""
    known = {tuner.name: tuner for tuner in reference_tuners()}
    wanted = options.tuner_names(config)
    for name in wanted:
        if name not in known:
            raise pytest.UsageError(f"--leakguard-tuners: no tuner {name!r}; did you mean {nearest(name, known)!r}?")
    return [known[name] for name in wanted] if wanted else list(known.values())


def _missing(tuner: ReferenceTuner) -> list[str]:
    from importlib.util import find_spec

    return [name for name in tuner.needs if find_spec(name) is None]


def _failure(verdict: Verdict, failed: Sequence[str]) -> str:
    """Return the message: the checks that failed first, then all that was seen."""
    from leakguard.seal.rendering import as_text

    return f"failed: {', '.join(failed)}\n\n{as_text(verdict)}".rstrip()
