"""What the Gaussian process proposes, on spaces of every kind, and after failed, infeasible and unfinished trials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from leakguard.tuners import Choice, IntUniform, LogUniform, Space, Uniform
from leakguard.tuners.bayes.cube import Cube
from leakguard.tuners.bayes.encoding import Encoding
from leakguard.tuners.bayes.model import standardised
from leakguard.tuners.bayes.suggester import GaussianProcessSuggester
from leakguard.tuners.suggesting import Trial

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MIXED = Space(
    {
        "kernel": ["linear", "rbf", "poly"],
        "C": LogUniform(1e-3, 1e3),
        "degree": IntUniform(2, 6, when={"kernel": ["poly"]}),
        "gamma": LogUniform(1e-4, 1, when={"kernel": ["rbf", "poly"]}),
    }
)
SQUARE = Space({"x": Uniform(0, 1), "y": Uniform(0, 1)})


def _run(
    suggester: GaussianProcessSuggester,
    score: Callable[[Mapping[str, Any]], float],
    trials: int,
    batch: int = 1,
    failing: Callable[[Mapping[str, Any]], bool] = lambda _: False,
) -> list[Trial]:
    rng, history = np.random.default_rng(0), list[Trial]()
    while len(history) < trials and (asked := suggester.ask(batch, rng, history)):
        for params in asked:
            failed = failing(params)
            history.append(Trial(len(history), params, np.nan if failed else score(params), failed=failed))
    return history


def _bump(params: Mapping[str, Any]) -> float:
    return -float((params["x"] - 0.3) ** 2 + (params["y"] - 0.8) ** 2)


def _mixed(params: Mapping[str, Any]) -> float:
    good = {"linear": 0.0, "rbf": 0.5, "poly": 0.6}[params["kernel"]] - (np.log10(params["C"]) - 1) ** 2 / 4
    return float(good - abs(params.get("degree", 4) - 4) - (np.log10(params.get("gamma", 0.01)) + 2) ** 2 / 4)


@pytest.mark.parametrize(("acquisition", "within"), [("log_ei", 2e-3), ("ei", 2e-3), ("ucb", 2e-3), ("pi", 2e-2)])
def test_every_acquisition_climbs_a_hill(acquisition: Any, within: float) -> None:
    history = _run(GaussianProcessSuggester(SQUARE, acquisition=acquisition), _bump, 20)
    assert max(trial.score for trial in history) > -within


@pytest.mark.parametrize("batch", ["liar", "qei"])
def test_points_asked_for_together_differ_and_serve(batch: Any) -> None:
    suggester = GaussianProcessSuggester(SQUARE, batch=batch)
    history = _run(suggester, _bump, 24, batch=4)
    assert max(trial.score for trial in history) > -2e-3
    asked = [SQUARE.to_unit(params) for params in suggester.ask(4, np.random.default_rng(0), history[:8])]
    apart = [np.abs(asked[one] - asked[other]).max() for one in range(4) for other in range(one)]
    assert min(apart) > 1e-3


def test_choices_integers_and_conditions_together() -> None:
    history = _run(GaussianProcessSuggester(MIXED), _mixed, 40, batch=2)
    best = max(history, key=lambda trial: trial.score)
    assert best.params["kernel"] == "poly"
    assert best.params["degree"] == 4
    assert best.score > 0.5
    assert all(("degree" in trial.params) == (trial.params["kernel"] == "poly") for trial in history)


def test_inactive_dimensions_make_no_difference() -> None:
    cube = Cube(MIXED)
    unit = np.array([[0.1, 0.5, 0.2, 0.9], [0.1, 0.5, 0.7, 0.3], [0.5, 0.5, 0.7, 0.3]])
    points = cube.deactivate(unit)
    np.testing.assert_array_equal(np.isnan(points), [[0, 0, 1, 1], [0, 0, 1, 1], [0, 0, 1, 0]])
    np.testing.assert_array_equal(np.isnan(cube.snap(unit)), np.isnan(points))
    features = cube.encoding.features(points)
    np.testing.assert_array_equal(features[0], features[1])


def test_any_two_categories_are_as_far_apart_as_the_ends_of_an_interval() -> None:
    features = Encoding((3, 0)).features(np.array([[0.1, 0.0], [0.5, 0.0], [0.9, 0.0], [0.9, 1.0]]))
    distances = np.linalg.norm(features[:, None] - features, axis=2)
    np.testing.assert_allclose(distances[np.triu_indices(3, 1)], 1.0)
    assert distances[2, 3] == 1.0


def test_same_seed_and_history_same_proposals() -> None:
    history = _run(GaussianProcessSuggester(MIXED), _mixed, 15)
    first, second = (
        GaussianProcessSuggester(MIXED, batch="qei").ask(3, np.random.default_rng(7), history) for _ in range(2)
    )
    assert first == second


def test_a_proposal_depends_on_the_history_alone_so_that_a_search_can_be_resumed() -> None:
    suggester = GaussianProcessSuggester(SQUARE)
    history = _run(suggester, _bump, 12)
    afresh = GaussianProcessSuggester(SQUARE).ask(1, np.random.default_rng(1), history)
    assert suggester.ask(1, np.random.default_rng(1), history) == afresh


def test_a_region_that_fails_is_left() -> None:
    def failing(params: Mapping[str, Any]) -> bool:
        return bool(params["x"] < 0.4)

    history = _run(GaussianProcessSuggester(SQUARE), _bump, 40, failing=failing)
    proposed = history[4:]
    assert sum(trial.failed for trial in proposed) < 0.5 * len(proposed)  # the best of what works is at its border
    best = max(trial.score for trial in history if not trial.failed)
    assert best > -0.013  # -0.01 is at the border of what fails


def test_a_point_that_failed_is_not_asked_for_again_nor_one_beside_it() -> None:
    def failing(params: Mapping[str, Any]) -> bool:
        return bool(abs(params["x"] - 0.3) + abs(params["y"] - 0.8) < 0.1)

    history = _run(GaussianProcessSuggester(SQUARE), _bump, 40, failing=failing)
    failures = np.array([SQUARE.to_unit(trial.params) for trial in history if trial.failed])
    apart = np.linalg.norm(failures[:, None] - failures, axis=2)[np.triu_indices(len(failures), 1)]
    assert len(failures) < 10
    assert (apart > 0.01).all()


def test_a_search_goes_on_where_everything_fails() -> None:
    history = _run(GaussianProcessSuggester(SQUARE), _bump, 20, batch=3, failing=lambda _: True)
    points = np.array([SQUARE.to_unit(trial.params) for trial in history])
    assert len(points) == 21
    assert (points.std(axis=0) > 0.2).all()


def test_batches_differ_before_anything_is_feasible() -> None:
    suggester = GaussianProcessSuggester(SQUARE, constraints=lambda trial: [1 + trial.params["x"]])
    history = _run(suggester, _bump, 12)
    asked = np.array([SQUARE.to_unit(params) for params in suggester.ask(3, np.random.default_rng(0), history)])
    assert (np.linalg.norm(asked[:, None] - asked, axis=2) + np.eye(3)).min() > 1e-3


def test_one_success_among_failures_is_enough() -> None:
    rng = np.random.default_rng(0)
    history = [Trial(at, SQUARE.sample(rng), 1.0 if at == 3 else np.nan, failed=at != 3) for at in range(6)]
    assert len(GaussianProcessSuggester(SQUARE).ask(2, rng, history)) == 2


def test_constraints_are_kept_to() -> None:
    suggester = GaussianProcessSuggester(
        SQUARE, constraints=lambda trial: [0.5 - trial.params["x"], trial.params["x"] - 0.9]
    )
    history = _run(suggester, _bump, 30)
    feasible = [trial for trial in history if 0.5 <= trial.params["x"] <= 0.9]
    assert len(feasible) > 0.6 * len(history)
    assert max(trial.score for trial in feasible) == pytest.approx(-0.04, abs=5e-3)


def test_a_finite_space_is_used_up_without_repeats() -> None:
    space = Space({"depth": IntUniform(1, 3), "criterion": Choice(["gini", "entropy"])})
    history = _run(GaussianProcessSuggester(space), lambda params: float(params["depth"]), 50, batch=4)
    assert len({space.key(trial.params) for trial in history}) == len(history) == 6


def test_scores_at_a_lower_budget_are_set_aside_once_there_are_enough_full_ones() -> None:
    full = _run(GaussianProcessSuggester(SQUARE), _bump, 10)
    cheap = [Trial(100 + at, trial.params, 50.0 + at, budget=0.1) for at, trial in enumerate(full)]
    suggester = GaussianProcessSuggester(SQUARE)
    mixed = suggester.ask(1, np.random.default_rng(0), [*cheap, *full])[0]
    assert abs(mixed["x"] - 0.3) + abs(mixed["y"] - 0.8) < 0.2
    few = suggester.ask(1, np.random.default_rng(0), [*cheap, *full[:2]])
    assert len(few) == 1


def test_expected_improvement_is_in_the_scores_units_and_falls() -> None:
    suggester = GaussianProcessSuggester(SQUARE)
    rng, history, expected = np.random.default_rng(0), list[Trial](), list[float]()
    for number in range(25):
        params = suggester.ask(1, rng, history)[0]
        history.append(Trial(number, params, 1000 * _bump(params)))
        if suggester.expected_improvement is not None:
            expected.append(suggester.expected_improvement)
    assert len(expected) == 21
    assert 1 < expected[0] < 1000
    assert expected[-1] < 0.1


def test_standardised_scores_keep_their_order_and_draw_the_bad_ones_together() -> None:
    scores = np.array([-1e6, 0.1, 0.5, 0.8, 0.9])
    values, unit = standardised(scores)
    assert (np.diff(values) > 0).all()
    assert values.mean() == pytest.approx(0)
    assert (values[4] - values[3]) * unit == pytest.approx(0.1)
    assert values[0] > -3
    assert standardised(np.full(4, 0.7))[0] == pytest.approx(0)
