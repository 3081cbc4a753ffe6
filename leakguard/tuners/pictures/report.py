"""The page of a search: what was found, what it is worth, and the pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from leakguard.tuners.pictures import plots
from leakguard.tuners.pictures.drawing import drawn
from leakguard.tuners.pictures.page import Section, figure, page, table
from leakguard.tuners.pictures.results import full, scores_of
from leakguard.tuners.space import Space
from leakguard.writing import write_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

    from leakguard.tuners.search import TunerSearchCV

_SHOWN = 10
_FEWEST_FOR_IMPORTANCE = 6


def report(search: TunerSearchCV, file: str | PathLike[str]) -> None:
    """Write the page of a fitted search to a file.

    Raises:
        ImportError: matplotlib is not installed.
        NotFittedError: the search was not fitted.
        UserError: the file cannot be written.
    """
    scores_of(search)  # fitted?
    write_text("report", str(file), page(f"{type(search).__name__} of {_model(search)}", _sections(search)))


def _model(search: TunerSearchCV) -> str:
    members = getattr(search.estimator, "members", None)  # of a search across families
    if members:
        return ", ".join(name for name, _ in members)
    steps = getattr(search.estimator, "steps", None)
    return " + ".join(type(step).__name__ for _, step in steps) if steps else type(search.estimator).__name__


def _sections(search: TunerSearchCV) -> Iterator[Section]:
    yield Section("What was found", _found(search), table(_best(search)))
    yield Section("Best so far", _worth(search), figure(drawn(plots.plot_best_so_far, search), "best score by trial"))
    if full(search).sum() >= _FEWEST_FOR_IMPORTANCE:
        svg = drawn(plots.plot_importance, search)
        yield Section("What mattered", "Main effects of a forest over the trials.", figure(svg, "importances"))
    names = Space.of(search.space).names
    curves = (figure(drawn(plots.plot_validation_curve, search, name), f"scores by {name}") for name in names)
    yield Section("Each parameter", "Other parameters vary along.", "\n".join(curves))
    if len(names) > 1 and full(search).any():
        yield Section("All together", "", figure(drawn(plots.plot_parallel_coordinates, search), "trials"))
    if (np.asarray(search.cv_results_["rung"]) >= 0).any():
        yield Section("Rungs", "", figure(drawn(plots.plot_rungs, search), "scores by budget"))
    if hasattr(search, "best_schedule_"):
        drawings = (drawn(plots.plot_schedule, search, name) for name in plots.numeric_parameters(search))
        yield Section("Schedules", "", "\n".join(figure(svg, "schedule") for svg in drawings))


def _found(search: TunerSearchCV) -> str:
    scores = scores_of(search)
    failed = int((~np.isfinite(scores)).sum())
    told = f"{len(scores)} trials on {search.n_splits_} folds"
    told += f", {failed} of which failed" if failed else ""
    told += f"; stopped early: {search.stopped_because_}" if getattr(search, "stopped_because_", None) else ""
    return f"{told}."


def _worth(search: TunerSearchCV) -> str:
    if not hasattr(search, "honest_score_"):
        return "What the best score is worth is not known: the choice was made by a function."
    low, high = search.honest_interval_
    return (
        f"The best score is {search.best_score_:.4g}. As the best of several it is too good on average; the honest "
        f"score is {search.honest_score_:.4g} (95 %: {low:.4g} to {high:.4g}, {search.honest_method_})."
    )


def _best(search: TunerSearchCV) -> Iterator[dict[str, Any]]:
    """Yield the best trials of full budget, best first."""
    scores, results = scores_of(search), search.cv_results_
    able = np.flatnonzero(full(search))
    for rank, place in enumerate(able[np.argsort(-scores[able], kind="stable")][:_SHOWN], 1):
        params = {name: results["params"][place].get(name, "") for name in Space.of(search.space).names}
        yield {"": rank, "score": float(scores[place]), **params}
