"""What a broken seal means: the linter's rule that names it, and what to do instead."""

from __future__ import annotations

from enum import Enum


class Cause(Enum):
    """A way in which something learned from rows that it should not have seen: rule, code, advice, and why."""

    TEST_ROWS_CHOOSE = (
        "test-set-in-tuning",
        "LG101",
        "choose by cross-validation or a validation part of the training rows, and open the test rows once at the end",
        "what was chosen by these rows fits their chance as well, so that its score on them is too good",
    )
    TEST_ROWS_STOP = (
        "test-set-early-stopping",
        "LG102",
        "stop early by a validation part of the training rows",
        "training that ends where these rows score best has learned from them when to end",
    )
    TEST_ROWS_REUSED = (
        "test-set-reuse",
        "LG103",
        "choose one model by the training rows, and score only that one on the test rows",
        "the best of several looks is better than the truth, by more with each look",
    )
    TEST_FILE_READ = (
        "test-path-in-tuning",
        "LG104",
        "read the file with the test rows only where the final score is computed, after tuning has ended",
        "rows that are read while something is tuned can steer it, and then say nothing about new rows",
    )
    GROUP_IN_BOTH_PARTS = (
        "group-in-both-parts",
        "LG107",
        "split by group, with GroupKFold or StratifiedGroupKFold for example",
        "a model that knows a group from its training rows is scored on rows of that group which are hardly new",
    )
    FITTED_BEFORE_SPLIT = (
        "fit-before-split",
        "LG201",
        "split first, and fit on the training rows only",
        "what was learned from rows that are held out later makes them look like rows that were seen before",
    )
    FITTED_OUTSIDE_FOLDS = (
        "fit-outside-folds",
        "LG202",
        "put the step into a Pipeline with the model, so that each fold fits it on its own training rows",
        "each fold is scored on rows that the step has already learned from",
    )
    FITTED_ON_TEST = (
        "fit-on-test",
        "LG203",
        "fit on the training rows, and only transform the test rows",
        "test rows that are measured by themselves are not treated as a single new row will be",
    )
    RESAMPLED_BEFORE_SPLIT = (
        "resample-before-split",
        "LG204",
        "resample the training rows of each fold only, with imbalanced-learn's Pipeline for example",
        "copies and neighbours of a row come to lie on both sides of the split",
    )

    def __init__(self, rule: str, code: str, advice: str, why: str) -> None:
        self.rule = rule
        self.code = code
        self.advice = advice
        self.why = why
