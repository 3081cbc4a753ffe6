"""Axes to draw on, and drawings as SVG; nothing of matplotlib's global state is touched."""

from __future__ import annotations

import re
from importlib import import_module
from io import StringIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

INK, PALE, STRONG = "#3b6ea8", "#a9bcd0", "#b3541e"
_SIZE = (7.0, 3.4)
_NEEDED = "Pictures need matplotlib: pip install 'leakguard-hpo[plots]'."


def library(name: str) -> Any:
    """Return a module of matplotlib.

    Raises:
        ImportError: it is not installed.
    """
    try:
        return import_module(f"matplotlib.{name}")
    except ImportError as error:
        raise ImportError(_NEEDED) from error


def new_axes(size: tuple[float, float] = _SIZE) -> Any:
    """Return the axes of a figure of their own, of a size in inches."""
    return library("figure").Figure(figsize=size, layout="constrained").subplots()


def on(ax: Any, title: str, x: str, y: str) -> Any:
    """Return the axes, or new ones, with their labels."""
    axes = new_axes() if ax is None else ax
    axes.set_title(plain(title), loc="left", fontsize="medium")
    axes.set_xlabel(plain(x))
    axes.set_ylabel(plain(y))
    axes.spines[["top", "right"]].set_visible(False)
    return axes


def plain(name: object) -> str:
    """Return a name so that matplotlib shows it as it is: between dollar signs it would set a formula."""
    return str(name).replace("$", r"\$")


def as_svg(axes: Any) -> str:
    """Return the figure of some axes as an element for a page: its text can be read, and its ink follows the page."""
    settings = {"svg.fonttype": "none", "svg.hashsalt": "leakguard"}
    buffer = StringIO()
    with import_module("matplotlib").rc_context(settings):
        figure = axes.get_figure()
        figure.patch.set_alpha(0)
        for one in figure.get_axes():
            one.patch.set_alpha(0)
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    # Black is the ink of text and axes: on a dark page it has to be light.
    svg = re.sub(r"(stroke|fill): ?#000000", r"\1: currentColor", svg)
    return re.sub(r"<text style=\"", '<text style="fill: currentColor; ', svg)


def drawn(plot: Callable[..., Any], *args: Any, **options: Any) -> str:
    """Return what a plot function draws as SVG."""
    return as_svg(plot(*args, **options))
