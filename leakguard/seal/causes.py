"""What a broken seal means: the linter's rule that names it, and what to do instead."""

from __future__ import annotations

from enum import Enum


class Cause(Enum):
    """A way in which something learned from rows that it should not have seen: rule, code, and advice."""

    TEST_ROWS_CHOOSE = (
        "test-set-in-tuning",
        "LG101",
        "choose by cross-validation or a validation part of the training rows, and open the test rows once at the end",
    )
    TEST_ROWS_STOP = (
        "test-set-early-stopping",
        "LG102",
        "stop early by a validation part of the training rows",
    )
    TEST_ROWS_REUSED = (
        "test-set-reuse",
        "LG103",
        "choose one model by the training rows, and score only that one on the test rows",
    )
    TEST_FILE_READ = (
        "test-path-in-tuning",
        "LG104",
        "read the file with the test rows only where the final score is computed, after tuning has ended",
    )
    FITTED_BEFORE_SPLIT = (
        "fit-before-split",
        "LG201",
        "split first, and fit on the training rows only",
    )
    FITTED_OUTSIDE_FOLDS = (
        "fit-outside-folds",
        "LG202",
        "put the step into a Pipeline with the model, so that each fold fits it on its own training rows",
    )
    FITTED_ON_TEST = (
        "fit-on-test",
        "LG203",
        "fit on the training rows, and only transform the test rows",
    )
    RESAMPLED_BEFORE_SPLIT = (
        "resample-before-split",
        "LG204",
        "resample the training rows of each fold only, with imbalanced-learn's Pipeline for example",
    )

    def __init__(self, rule: str, code: str, advice: str) -> None:
        self.rule = rule
        self.code = code
        self.advice = advice
