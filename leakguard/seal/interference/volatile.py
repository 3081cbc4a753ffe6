"""Names of what differs from run to run without telling anything about rows: times, processes, private contexts."""

from __future__ import annotations

import re

# `mean_fit_time`, `refit_time_`, `fit_times`, `train_time_ms`; `elapsed`, `duration_`; Optuna's `datetime_start`.
_TIMES = re.compile(
    r"_time(s|stamp)?(_(ms|us|ns|s|secs?|seconds))?_?$|^(datetime_(start|complete)|(start_|train_)?(elapsed|duration|timestamp)_?)$"
)
# scikit-learn 1.9 leaves the context of its callbacks on fitted estimators.
_PRIVATE = re.compile(r"^_(parent_)?callback(_fit)?_ctx$|^_skl_callbacks")
_NUMBERS_OF_A_RUN = frozenset({"n_jobs", "pid", "process_id", "thread_id"})
_LABEL = re.compile(r"^(?:\.(?P<attribute>\w+)|\['(?P<key>[^']*)'\])$")


def is_private(label: str, part: object) -> bool:
    """Whether a part of this label, `.name` or `['name']`, belongs to a library's run and to nobody's result."""
    name = _name(label)
    if name in _NUMBERS_OF_A_RUN:
        return part is None or (isinstance(part, int) and not isinstance(part, bool))
    return label.startswith(".") and bool(_PRIVATE.search(name))


def is_time(label: str, part: object) -> bool:
    """Whether a part is a time by its name; that is believed unless a text or nothing is behind it."""
    return bool(_TIMES.search(_name(label))) and part is not None and not isinstance(part, (str, bytes, bool))


def _name(label: str) -> str:
    found = _LABEL.match(label)
    return (found["attribute"] or found["key"]) if found else ""
