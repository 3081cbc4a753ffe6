"""The profile as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leakguard.tuners.pictures.drawing import INK, as_svg, on, plain
from leakguard.tuners.pictures.page import Section, figure, page, table
from leakguard.tuners.profiling.bounds import as_text
from leakguard.writing import write_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

    from leakguard.tuners.profiling.profile import Profile

_MOST = 30


def write(profile: Profile, file: str | PathLike[str]) -> None:
    """Write the page; raises ImportError without matplotlib, and UserError where the file cannot be written."""
    write_text("--report", str(file), page("Profile of the training rows", _sections(profile)))


def plot_columns(profile: Profile, ax: Any = None) -> Any:
    """Draw how far the columns' tails reach, as multiples of a normal distribution's; returns matplotlib's axes."""
    axes = on(ax, "Tails of the columns", "times those of a normal distribution", "")
    shown = sorted((one for one in profile.numeric if not one.constant), key=lambda one: one.tails)[-_MOST:]
    axes.barh([plain(one.name) for one in shown], [one.tails for one in shown], color=INK)
    axes.axvline(1, color="#888888", linewidth=1)
    return axes


def _sections(profile: Profile) -> Iterator[Section]:
    told = [line for line in str(profile).splitlines() if not line.startswith(("bounds:", "  "))]
    yield Section("At a glance", "", table({"": line} for line in told))
    bounds = ({"hyperparameter": name, "bounds": as_text(one)} for name, one in profile.bounds.items())
    yield Section("Bounds that follow from the rows", "", table(bounds))
    columns = (
        {
            "column": one.name,
            "missing": f"{one.missing:.1%}",
            "values": one.distinct,
            "skew": one.skew,
            "tails": one.tails,
            "outliers": f"{one.outliers:.1%}",
        }
        for one in profile.numeric
    )
    yield Section("Columns", "", table(columns))
    if any(not one.constant for one in profile.numeric):
        yield Section("Tails", "", figure(as_svg(plot_columns(profile)), "how far the columns' tails reach"))
