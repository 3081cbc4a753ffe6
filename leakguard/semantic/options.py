"""What a project's settings say that the interpreter and the rules need to know."""

from __future__ import annotations

from dataclasses import dataclass

from leakguard.knowledge.own import NOTHING_OWN, OwnKnowledge


@dataclass(frozen=True, slots=True)
class AnalysisOptions:
    """Part of the settings, so that neither the interpreter nor a rule sees the rest of them."""

    root: str = ""  # the folder that `test_paths` are relative to
    test_paths: tuple[str, ...] = ()  # patterns of files that hold test rows
    gated: bool = False  # only the final evaluation, which `knowledge` names, may read them
    log_scale_names: tuple[str, ...] = ()  # hyperparameters that live on a log scale, beside the known ones
    log_scale_span: float = 100.0  # high / low from which a linear scale is wrong: two decades
    knowledge: OwnKnowledge = NOTHING_OWN  # what the project says about its own functions and classes
    max_combinations: int = 500  # of an exhaustive search
    max_hyperparameters: int = 4  # that one grid goes through at once
    min_random_trials: int = 20  # the best of so many draws is expected among the top 5%
    timings: tuple[tuple[str, float], ...] = ()  # seconds that one fit of an estimator takes, by class
