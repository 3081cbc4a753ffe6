"""What `log_form` names is known, and draws on a log scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from leakguard.knowledge import loader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.knowledge.facts import Fact


def _facts() -> Iterator[Fact]:
    for name in loader.library_names():
        library = loader.read_library(name)
        yield from library.facts.values()
        yield from (fact for methods in library.methods.values() for fact in methods.values())


@pytest.mark.parametrize("fact", [fact for fact in _facts() if "log_form" in fact.options], ids=lambda fact: fact.name)
def test_a_log_form_is_a_draw_on_a_log_scale(fact: Fact) -> None:
    name = str(fact.options["log_form"])
    form = loader.methods(fact.on).get(name) if fact.on else loader.fact(name)
    assert form is not None
    assert form.options.get("scale") == "log" or "log" in form.options
    assert ("label" in form.options) == ("label" in fact.options)
    assert bool(form.options.get("layout")) == bool(fact.options.get("layout"))
