"""Holds a fact against what is installed: the name exists, its parameters are parameters and in their places."""

from __future__ import annotations

import importlib
import inspect
from typing import TYPE_CHECKING, Any

import pytest

from leakguard.knowledge.facts import PARAMETER_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.knowledge.facts import Fact
    from leakguard.knowledge.loader import Library

_FUNCTIONAL = "a parameter of what keras.Model makes of inputs and outputs"
_CONSTRUCTOR = "a parameter of the constructor"
_KERAS = "handed on to the fit of the Keras model"
# (fact or library, parameter) -> why the signature that is installed does not show it.
_UNSEEN = {
    ("keras.Model", "inputs"): _FUNCTIONAL,
    ("keras.Model", "outputs"): _FUNCTIONAL,
    ("sklearn", "base_estimator"): "named `estimator` since scikit-learn 1.2",
    ("imblearn", "base_estimator"): "as in scikit-learn",
    ("lightgbm", "early_stopping_rounds"): "a parameter of train and fit before LightGBM 4.0",
    ("lightgbm.DaskLGBMClassifier", "callbacks"): "among the keywords of fit",
    ("lightgbm.DaskLGBMRanker", "callbacks"): "among the keywords of fit",
    ("lightgbm.DaskLGBMRegressor", "callbacks"): "among the keywords of fit",
    ("numpy.arange", "start"): "named `start_or_stop`, and positional alone, since NumPy 2.4",
    ("hyperopt", "mu"): "among the keywords",
    ("hyperopt", "sigma"): "among the keywords",
    ("maximize", "f"): _CONSTRUCTOR,
    ("maximize", "pbounds"): _CONSTRUCTOR,
    ("maximize", "random_state"): _CONSTRUCTOR,
    ("minimize", "budget"): _CONSTRUCTOR,
    ("minimize", "parametrization"): _CONSTRUCTOR,
    ("minimize", "random_state"): "of the parametrization",
    ("ask", "budget"): _CONSTRUCTOR,
    ("ask", "dimensions"): _CONSTRUCTOR,
    ("ask", "parametrization"): _CONSTRUCTOR,
    ("ask", "random_state"): _CONSTRUCTOR,
    ("ask", "scenario"): _CONSTRUCTOR,
    ("get_next_trial", "random_seed"): _CONSTRUCTOR,
    ("get_next_trials", "random_seed"): _CONSTRUCTOR,
    ("suggest", "pbounds"): _CONSTRUCTOR,
    ("suggest", "random_state"): _CONSTRUCTOR,
    ("optimize", "scenario"): _CONSTRUCTOR,
    ("optimize", "target_function"): _CONSTRUCTOR,
    ("nevergrad", "parametrization"): "among the arguments of a configured family of optimizers",
    ("search", "x"): _KERAS,
    ("search", "y"): _KERAS,
    ("search", "callbacks"): _KERAS,
    ("search", "epochs"): _KERAS,
    ("search", "validation_data"): _KERAS,
}


def import_or_skip(library: Library) -> None:
    """Import the library, with the parts of scikit-learn that have to be asked for."""
    pytest.importorskip(library.modules[0], reason=f"{library.distribution} is not installed", exc_type=ImportError)
    if library.name == "sklearn":
        importlib.import_module("sklearn.experimental.enable_halving_search_cv")
        importlib.import_module("sklearn.experimental.enable_iterative_imputer")


def resolve(qualified: str) -> Any:  # noqa: ANN401
    """Import the longest module that the name starts with and follow attributes from there; None if that fails."""
    parts = qualified.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:cut]))
        except ImportError:
            continue
        for part in parts[cut:]:
            found = attribute(found, part)
        return found
    return None


def attribute(owner: Any, name: str) -> Any:  # noqa: ANN401
    """Return an attribute, or None if there is none."""
    try:
        return getattr(owner, name, None)
    except ImportError:  # a removed name that tells what to use instead
        return None


def real(library: Library, name: str) -> Any:  # noqa: ANN401
    """Return what the name stands for, by its own path or by one that an alias leads to it from."""
    former = (old + name.removeprefix(new) for old, new in library.aliases.items() if f"{name}.".startswith(f"{new}."))
    return next((found for path in (name, *former) if (found := resolve(path)) is not None), None)


def faults(fact: Fact, thing: Any) -> Iterator[str]:  # noqa: ANN401
    """Yield what the fact says wrongly about the thing that it describes."""
    try:
        signatures = [inspect.signature(call) for call in _calls(thing, fact)]
    except (
        TypeError,
        ValueError,
    ):  # C code without a signature; polars.col, which has any attribute
        return
    if not signatures:
        return
    known = {name for signature in signatures for name in signature.parameters}
    unseen = {name for place, name in _UNSEEN if place in {fact.name, fact.library}}
    yield from (f"{fact.name} has no parameter {name}" for name in sorted(_named_parameters(fact) - known - unseen))
    yield from (f"{fact.name} has {name} in another place" for name in _misplaced(fact, signatures[0]))


def _calls(thing: Any, fact: Fact) -> list[Any]:  # noqa: ANN401
    """Return the callables whose parameters the fact may name, the one that is called first."""
    if hasattr(owner := getattr(thing, "__self__", thing), "shapes"):  # a distribution of SciPy, or its rvs
        return [_distribution(owner)]
    if fact.name.startswith("hyperopt.hp.") and "low" in fact.options:  # a label, and what draws
        drawing = fact.name.rpartition(".")[2].replace("uniformint", "quniform")
        return [thing, importlib.import_module("hyperopt.pyll").scope._impls[drawing]]  # noqa: SLF001
    if not callable(thing):  # numpy.r_
        return []
    if fact.effect != "learner":
        return [thing]
    # Keywords of a constructor may be parameters of those of the classes above.
    above = [cls.__init__ for cls in getattr(thing, "__mro__", ()) if "__init__" in vars(cls) and cls is not object]
    return [thing, *above, *([thing.fit] if hasattr(thing, "fit") else [])]


def _distribution(thing: Any) -> Any:  # noqa: ANN401
    """Return a function with the parameters of a SciPy distribution: its shapes, then loc and scale."""
    shapes = [*(thing.shapes.split(", ") if thing.shapes else ()), "loc", "scale"]
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD

    def call() -> None: ...

    vars(call)["__signature__"] = inspect.Signature([inspect.Parameter(shape, kind) for shape in shapes])
    return call


def _named_parameters(fact: Fact) -> set[str]:
    named = {parameter.removeprefix("*") for parameter in fact.parameters}
    for key, value in fact.options.items():
        if key in PARAMETER_OPTIONS:
            named.update(value if isinstance(value, tuple) else [str(value)])
    return named - {"*", "**"}


def _misplaced(fact: Fact, signature: inspect.Signature) -> Iterator[str]:
    """Yield the parameters that stand elsewhere among the positional ones than the fact says."""
    places = [parameter for parameter in signature.parameters.values() if parameter.name != "self"]
    for place, name in enumerate(fact.parameters):
        found = signature.parameters.get(name.removeprefix("*"))
        if found is None or found.kind is inspect.Parameter.KEYWORD_ONLY:
            continue
        if (found.kind is inspect.Parameter.VAR_POSITIONAL) != name.startswith("*") or places[place : place + 1] != [
            found
        ]:
            yield name
