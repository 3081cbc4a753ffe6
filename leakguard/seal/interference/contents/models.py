"""What studies and boosters hold: their trials and trees, without the times that some of them keep."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leakguard.seal.interference.contents import Branch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.seal.interference.contents import Contents

_NAMED_BY_CHANCE = "no-name-"  # how Optuna names studies that nobody named
_OF_THE_RUN = frozenset({"model_guid", "train_finish_time"})  # in what CatBoost tells of a model


def read(value: object) -> Contents:
    """Return what a study, a trial or a booster holds; None for anything else."""
    return _optuna(value) or _boosted(value)


def _optuna(value: Any) -> Contents:  # noqa: ANN401 - anything
    optuna: Any = sys.modules.get("optuna")
    if optuna is None:
        return None
    match value:
        case optuna.Study():
            return Branch(_study(value))
        case optuna.trial.FrozenTrial():
            names = ("number", "state", "values", "params", "distributions", "intermediate_values")
            kept = [(f".{name}", getattr(value, name)) for name in (*names, "user_attrs", "system_attrs")]
            return Branch(kept)
    return None


def _study(study: Any) -> Iterator[tuple[str, object]]:  # noqa: ANN401 - of a library loaded by the user
    if not study.study_name.startswith(_NAMED_BY_CHANCE):
        yield ".study_name", study.study_name
    yield ".directions", list(study.directions)
    yield ".user_attrs", study.user_attrs
    yield ".trials", study.get_trials(deepcopy=False)


def _boosted(value: Any) -> Contents:  # noqa: ANN401 - anything
    match type(value).__module__.partition(".")[0], type(value).__name__:
        case "xgboost", "Booster":
            rounds = (".num_boosted_rounds()", value.num_boosted_rounds())
            return Branch([rounds, (".attributes()", value.attributes()), (".model", bytes(value.save_raw("ubj")))])
        case "lightgbm", "Booster":
            best = [(".best_iteration", value.best_iteration), (".best_score", dict(value.best_score))]
            return Branch([*best, (".model", value.model_to_string().splitlines())])
        case "catboost", _ if hasattr(value, "save_model") and hasattr(value, "is_fitted"):
            return _catboost(value)
    return None


def _catboost(model: Any) -> Contents:  # noqa: ANN401 - of a library loaded by the user
    """Return parameters and trees; a model tells them nowhere but in a file."""
    parts: list[tuple[str, object]] = [(".get_params()", model.get_params())]
    if model.is_fitted():
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "model.json")
            model.save_model(str(file), format="json")
            told = json.loads(file.read_text("utf-8"))
        info = told.get("model_info", {})
        told["model_info"] = {name: one for name, one in info.items() if name not in _OF_THE_RUN}
        parts += [(".model", told), (".best_score_", model.best_score_), (".evals_result_", model.evals_result_)]
    return Branch(parts)
