"""What tests say of themselves: that a function makes a subject, and which fixtures they use."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pytest

    from leakguard.subjects import Subject

    Making = Callable[[], Subject]
    Expected = Mapping[str, str] | Callable[[str], Mapping[str, str]]

_M = TypeVar("_M", bound="Making")
ATTRIBUTE = "_leakguard_subject"
SUBJECT = "leakguard_subject"  # the attribute of a test that holds its subject's name
_FIXTURES = "pytest_leakguard.plugin"


@dataclass(frozen=True, slots=True)
class Marked:
    """What `subject` says of a function."""

    name: str
    expected: Expected = field(default_factory=dict)

    def expected_of(self, tuner: str) -> Mapping[str, str]:
        """Return the checks that are expected to fail with a tuner, with the reasons; "*" stands for any."""
        if callable(self.expected):
            return self.expected(tuner)
        return {"*": self.expected[tuner]} if tuner in self.expected else {}


@overload
def subject(function: _M, /) -> _M: ...
@overload
def subject(*, name: str = ..., expected_failed_checks: Expected = ...) -> Callable[[_M], _M]: ...
def subject(
    function: _M | None = None, /, *, name: str = "", expected_failed_checks: Expected | None = None
) -> _M | Callable[[_M], _M]:
    """Mark a function that returns a `Subject`: each reference tuner becomes a test of it.

        @pytest_leakguard.subject
        def churn():
            return Subject(make_pipeline(StandardScaler(), SVC()), {"svc__C": LogUniform(1e-3, 1e3)}, X, y)

    The tests are called `test_leakguard[churn-random]`, and so on. Marks of the function, such as
    `pytest.mark.skipif`, hold for all of them.

    Args:
        function: takes no arguments, and is called once in each process that runs a test of it.
        name: what the tests call it; by default the function's name.
        expected_failed_checks: tests that are expected to fail, with the reason: a mapping from names of tuners to
            reasons; or, in the shape of scikit-learn's `parametrize_with_checks`, a function of a tuner's name that
            returns a mapping from checks to reasons.
    """

    def marked(made: _M) -> _M:
        setattr(
            made,
            ATTRIBUTE,
            Marked(name or getattr(made, "__name__", type(made).__name__), expected_failed_checks or {}),
        )
        return made

    return marked if function is None else marked(function)


def uses(item: pytest.Item, name: str) -> bool:
    """Tell whether a test asks for this plugin's fixture of a name, and not for one of the project's own."""
    known: Any = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})
    return name in known and known[name][-1].func.__module__ == _FIXTURES
