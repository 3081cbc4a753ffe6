"""One function for each picture of a fitted search; each returns matplotlib's axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from leakguard.tuners.pictures.drawing import INK, PALE, STRONG, library, on, plain
from leakguard.tuners.pictures.importance import importances
from leakguard.tuners.pictures.results import full, scores_of, unit_points, values_of
from leakguard.tuners.space import Space

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from leakguard.tuners.population import PopulationSearchCV
    from leakguard.tuners.search import TunerSearchCV


def plot_best_so_far(search: TunerSearchCV, ax: Any = None) -> Any:
    """Draw each trial's score, the best so far, and what the best is worth with its 95 % interval."""
    scores, able = scores_of(search), full(search)
    axes = on(ax, "Best so far", "trial", "score")
    numbers = np.arange(1, len(scores) + 1)
    axes.scatter(numbers[able], scores[able], s=12, color=PALE, label="trials")
    if (~able & np.isfinite(scores)).any():
        part = ~able & np.isfinite(scores)
        axes.scatter(numbers[part], scores[part], s=12, facecolors="none", edgecolors=PALE, label="smaller budgets")
    if able.any():
        best = np.fmax.accumulate(np.where(able, scores, np.nan))
        axes.step(numbers, best, where="post", color=INK, label="best so far")
    if hasattr(search, "honest_score_"):
        axes.axhline(search.honest_score_, color=STRONG, linestyle="--", label="honest score")
        axes.axhspan(*search.honest_interval_, color=STRONG, alpha=0.12, linewidth=0)
    axes.legend(frameon=False, fontsize="small")
    return axes


def plot_importance(search: TunerSearchCV, ax: Any = None) -> Any:
    """Draw how much of the scores' variance each parameter explains, see `importances`."""
    found = importances(search)
    axes = on(ax, "Importance of the parameters", "share of the scores' variance", "")
    names = sorted(found, key=lambda name: found[name])
    axes.barh([plain(name) for name in names], [found[name] for name in names], color=INK)
    return axes


def plot_validation_curve(search: TunerSearchCV, name: str, ax: Any = None) -> Any:
    """Draw the scores over one parameter; others vary along, so that a curve is the upper edge."""
    values, numeric, log = values_of(search, name)
    scores, able = scores_of(search), full(search)
    axes = on(ax, f"Scores by {name}", name, "score")
    if numeric:
        able &= np.isfinite(values)
        axes.scatter(values[able], scores[able], s=14, color=INK)
        if log:
            axes.set_xscale("log")
    else:
        labels = sorted({value for value in values[able] if value is not None}, key=_number_or_text)
        axes.boxplot([scores[able & (values == label)] for label in labels])
        axes.set_xticks(range(1, len(labels) + 1), [plain(label) for label in labels])
    if hasattr(search, "best_index_") and numeric:
        axes.scatter([values[search.best_index_]], [scores[search.best_index_]], s=60, color=STRONG, label="best")
        axes.legend(frameon=False, fontsize="small")
    return axes


def _number_or_text(label: str) -> tuple[bool, float, str]:
    """Sort numbers by their size, before texts."""
    try:
        return False, float(label), label
    except ValueError:
        return True, 0.0, label


def plot_parallel_coordinates(search: TunerSearchCV, ax: Any = None) -> Any:
    """Draw each trial as a line over all parameters, by the quantiles of their priors; the redder, the better."""
    names = Space.of(search.space).names
    able = full(search)
    points, scores = unit_points(search)[able], scores_of(search)[able]
    axes = on(ax, "Trials over all parameters", "", "quantile of the prior")
    low, high = (float(scores.min()), float(scores.max())) if len(scores) else (0.0, 1.0)
    colours = _colours(low, high)
    for place in np.argsort(scores, kind="stable"):
        line = np.where(points[place] < 0, np.nan, points[place])
        axes.plot(range(len(names)), line, color=colours.to_rgba(scores[place]), linewidth=1, marker=".")
    axes.set_xticks(range(len(names)), [plain(name) for name in names])
    axes.set_ylim(-0.05, 1.05)
    axes.get_figure().colorbar(colours, ax=axes, label="score")
    return axes


def _colours(low: float, high: float) -> Any:
    """Return a scale of colours that can be seen on light and dark pages."""
    colors = library("colors")
    scale = colors.LinearSegmentedColormap.from_list("leakguard", [PALE, STRONG])
    return library("cm").ScalarMappable(colors.Normalize(low, high if high > low else low + 1), scale)


def plot_rungs(search: TunerSearchCV, ax: Any = None) -> Any:
    """Draw the candidates of a bandit, rung by rung: who had how much of the budget, and how they scored with it.

    Raises:
        ValueError: the search has no rungs.
    """
    results = search.cv_results_ if hasattr(search, "cv_results_") else {}
    scores = scores_of(search)
    if not (np.asarray(results["rung"]) >= 0).any():
        raise ValueError(f"{type(search).__name__} gives all trials the full budget: there are no rungs to draw.")
    axes = on(ax, "Rungs", "share of the budget", "score")
    lines: dict[tuple[Any, ...], list[int]] = {}
    for place, params in enumerate(results["params"]):
        lines.setdefault((results["bracket"][place], *map(repr, sorted(params.items()))), []).append(place)
    for places in lines.values():
        budgets = np.asarray(results["budget"])[places]
        reached = budgets.max() >= 1
        axes.plot(budgets, scores[places], color=INK if reached else PALE, marker="o", markersize=3, linewidth=1)
    axes.set_xscale("log")
    return axes


def plot_schedule(search: PopulationSearchCV, name: str, ax: Any = None) -> Any:
    """Draw one parameter of the best member over its iterations.

    Raises:
        ValueError: the search is no population-based training, or has no such parameter.
    """
    if not hasattr(search, "best_schedule_"):
        raise ValueError(f"{type(search).__name__} has no schedules to draw: PopulationSearchCV has.")
    values_of(search, name)
    stages = search.best_schedule_
    axes = on(ax, f"Schedule of {name} in the best member", search.resource, name)
    edges = [stages[0].begin, *(stage.end for stage in stages)]
    axes.stairs([float(stage.params.get(name, np.nan)) for stage in stages], edges, color=INK, baseline=None)
    if values_of(search, name)[2]:
        axes.set_yscale("log")
    return axes


def numeric_parameters(search: TunerSearchCV) -> list[str]:
    """Return the names of the parameters that are numbers."""
    return [name for name in Space.of(search.space).names if values_of(search, name)[1]]


def counts(values: NDArray[np.float64]) -> int:
    """Return how many bins a histogram of values gets: those of Freedman and Diaconis, at most 40."""
    return min(40, max(5, len(np.histogram_bin_edges(values, "fd")) - 1))
