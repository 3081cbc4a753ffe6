"""Names lead to facts, and a wrong knowledge file says where it is wrong."""

from __future__ import annotations

import subprocess
import sys

import pytest

from leakguard.errors import KnowledgeError
from leakguard.knowledge import loader
from leakguard.knowledge.facts import EFFECTS, LEARNS, PARAMETER_OPTIONS, PLURAL, RECEIVERS, Fact


@pytest.mark.parametrize(
    ("written", "public"),
    [
        ("sklearn.svm.SVC", "sklearn.svm.SVC"),
        ("sklearn.preprocessing._data.StandardScaler", "sklearn.preprocessing.StandardScaler"),
        ("sklearn.ensemble.forest.RandomForestClassifier", "sklearn.ensemble.RandomForestClassifier"),
        ("sklearn.cross_validation.train_test_split", "sklearn.model_selection.train_test_split"),
        ("sklearn.grid_search.GridSearchCV", "sklearn.model_selection.GridSearchCV"),
        ("sklearn.tests.moved.GridSearchCV", "sklearn.model_selection.GridSearchCV"),
        ("sklearn.externals.joblib.dump", "joblib.dump"),
        ("pandas.core.frame.DataFrame", "pandas.DataFrame"),
        ("pandas.io.parsers.read_csv", "pandas.read_csv"),
        ("numpy.core.fromnumeric.mean", "numpy.mean"),
        ("numpy.random.mtrand.uniform", "numpy.random.uniform"),
        ("imblearn.over_sampling._smote.base.SMOTE", "imblearn.over_sampling.SMOTE"),
        ("tensorflow.keras.models.Sequential", "keras.Sequential"),
        ("tensorflow.python.keras.callbacks.EarlyStopping", "keras.callbacks.EarlyStopping"),
        ("kerastuner.tuners.RandomSearch", "keras_tuner.RandomSearch"),
        ("optuna_integration.OptunaSearchCV", "optuna.integration.OptunaSearchCV"),
        ("optuna.study.create_study", "optuna.create_study"),
    ],
)
def test_a_name_leads_to_the_public_fact(written: str, public: str) -> None:
    fact = loader.fact(written)
    assert fact is not None
    assert fact.name == public


@pytest.mark.parametrize(
    "written",
    [
        "scipy.linalg.norm",  # scipy.stats.norm is another thing
        "sklearn.svm",
        "sklearn.nowhere.thing",
        "somewhere.train_test_split",
        "numpy",
        "",
    ],
)
def test_an_unknown_name_has_no_fact(written: str) -> None:
    assert loader.fact(written) is None


def test_of_several_names_that_end_alike_the_nearest_counts() -> None:
    fact = loader.fact("imblearn.pipeline.moved.Pipeline")
    assert fact is not None
    assert (fact.name, fact.library) == ("imblearn.pipeline.Pipeline", "imblearn")


def test_a_star_import_brings_what_stands_directly_below() -> None:
    names = loader.star_names("sklearn.preprocessing")
    assert names["StandardScaler"] == "sklearn.preprocessing.StandardScaler"
    assert not any("." in name for name in names)
    assert "text" not in loader.star_names("sklearn.feature_extraction")


def test_a_star_import_of_a_former_module_brings_the_public_names() -> None:
    names = loader.star_names("sklearn.cross_validation")
    assert names["train_test_split"] == "sklearn.model_selection.train_test_split"


def test_a_star_import_of_an_unknown_module_brings_nothing() -> None:
    assert loader.star_names("nowhere.at.all") == {}


def test_a_class_has_its_methods_by_every_path() -> None:
    assert loader.class_methods("optuna.study.Study")["optimize"].options["objective"] == "func"
    assert loader.class_methods("optuna.Study") == loader.class_methods("optuna.study.Study")
    assert loader.class_methods("tensorflow.keras.models.Model")["fit"].options["watch"] == ("validation_data",)


def test_an_unknown_class_has_no_methods() -> None:
    assert loader.class_methods("optuna.samplers.TPESampler") == {}
    assert loader.class_methods("nowhere.Thing") == {}


@pytest.mark.parametrize(
    ("on", "method", "effect"),
    [
        ("learner", "fit", "fit"),
        ("data", "mean", "statistic"),
        ("splitter", "split", "split"),
        ("any", "suggest_float", "sample"),
    ],
)
def test_every_receiver_has_methods(on: str, method: str, effect: str) -> None:
    assert loader.methods(on)[method].effect == effect
    assert loader.methods(on)[method].on == on


def test_a_root_is_known_by_its_module_not_by_its_file() -> None:
    assert loader.library_of("tensorflow.keras.Model") == "keras"
    assert loader.is_known_root("sklearn")
    assert not loader.is_known_root("protocol")
    assert loader.library_of("requests.get") is None


def test_options_that_name_several_are_always_tuples() -> None:
    facts = [fact for name in loader.library_names() for fact in loader.read_library(name).facts.values()]
    plural = [value for fact in facts for key, value in fact.options.items() if key in PLURAL]
    assert plural
    assert all(isinstance(value, tuple) for value in plural)


_RIGHT = """
[library]
modules = ['thing']

[[fact]]
effect = 'judge'
names = ['thing.loss']
parameters = ['truth', 'guess']
truth = 'truth'
prediction = 'guess'
"""


@pytest.mark.parametrize(
    ("before", "after", "parts"),
    [
        ("effect = 'judge'", "effect = 'juge'", ["thing.toml: fact 1", "effect `juge`", "`judge`"]),
        ("truth = 'truth'", "trut = 'truth'", ["thing.toml: fact 1", "key `trut`", "`truth`"]),
        ("prediction = 'guess'", "learns = 'scale'", ["thing.toml: fact 1 (judge)", "key `learns`"]),
        ("effect = 'judge'\n", "", ["thing.toml: fact 1", "`effect` is missing"]),
        ("names = ['thing.loss']", "names = 'thing.loss'", ["thing.toml: fact 1", "`names` must be a list"]),
        ("names = ['thing.loss']", "names = ['thing.loss', 'thing.loss']", ["fact 1", "`thing.loss` is already"]),
        ("modules = ", "module = ", ["thing.toml: [library]", "key `module`", "`modules`"]),
        ("[[fact]]", "[[facts]]", ["thing.toml", "key `facts`", "`fact`"]),
        ("[[fact]]", "[[method]]", ["thing.toml: method 1", "`on` is missing", "learner"]),
        ("[[fact]]", "[[method]]\non = 'learners'", ["thing.toml: method 1", "`on` is `'learners'`", "learner"]),
        ("[library]", "[library", ["thing.toml", "line 2"]),
    ],
)
def test_an_error_names_file_entry_key_and_the_nearest_known_one(before: str, after: str, parts: list[str]) -> None:
    loader.parse_library("thing", _RIGHT)
    assert before in _RIGHT
    with pytest.raises(KnowledgeError) as raised:
        loader.parse_library("thing", _RIGHT.replace(before, after))
    assert [part for part in parts if part not in str(raised.value)] == []


def test_an_unknown_kind_of_learning_names_the_nearest_one() -> None:
    text = "[[fact]]\neffect = 'learner'\nnames = ['thing.Scaler']\nlearns = 'scales'\n"
    with pytest.raises(
        KnowledgeError, match=r"thing\.toml: fact 1 \(learner\): unknown learns `scales`; did you mean `scale`\?"
    ):
        loader.parse_library("thing", text)


def test_a_method_may_stand_on_several_classes() -> None:
    text = "[[method]]\non = ['thing.A', 'thing.B']\neffect = 'predict'\nnames = ['guess']\n"
    library = loader.parse_library("thing", text)
    assert library.methods["thing.A"]["guess"].on == "thing.A"
    assert library.methods["thing.B"]["guess"].on == "thing.B"


@pytest.mark.parametrize("name", loader.library_names())
def test_every_file_keeps_to_the_vocabulary(name: str) -> None:
    library = loader.read_library(name)
    assert library.facts or library.methods


@pytest.mark.parametrize("name", [name for name in loader.library_names() if name != "protocol"])
def test_every_name_is_reached_from_a_root_of_its_file(name: str) -> None:
    """An alias that swallows a public name, or a root that is not listed, would hide facts."""
    library = loader.read_library(name)
    lost = [fact for fact in library.facts if (found := loader.fact(fact)) is None or found.name != fact]
    lost += [on for on in library.methods if loader.class_methods(on) is not library.methods[on]]
    assert lost == []


@pytest.mark.parametrize("name", [name for name in loader.library_names() if name != "protocol"])
def test_what_a_class_is_said_to_be_is_a_fact_too(name: str) -> None:
    library = loader.read_library(name)
    made = {str(fact.options.get("gives", fact.name)) for fact in library.facts.values() if fact.effect == "make"}
    assert {on for on in (*library.methods, *made) if loader.fact(on) is None} == set()


def test_every_word_of_the_vocabulary_is_spoken() -> None:
    """An effect or a kind of learning that no file uses is dead weight; facts of projects may still use `unknown`."""
    libraries = [loader.read_library(name) for name in loader.library_names()]
    facts = [fact for library in libraries for fact in library.facts.values()]
    facts += [fact for library in libraries for on in library.methods.values() for fact in on.values()]
    assert set(EFFECTS) - {fact.effect for fact in facts} == set()
    assert {on for library in libraries for on in library.methods if "." not in on} == RECEIVERS
    # A statistic is computed by hand, and a project's own helper may be of an unknown kind.
    assert set(LEARNS) - {fact.options.get("learns") for fact in facts} == {"unknown"}


def test_options_that_name_parameters_are_options() -> None:
    assert PARAMETER_OPTIONS - set().union(*EFFECTS.values()) == set()


def test_only_the_libraries_that_are_asked_for_are_read() -> None:
    program = (
        "from pathlib import Path\n"
        "from leakguard.knowledge import loader\n"
        "read = []\n"
        "original = Path.read_text\n"
        "Path.read_text = lambda path, *rest: read.append(path.stem) or original(path, *rest)\n"
        "loader.index(), loader.is_known_root('sklearn'), loader.library_of('tensorflow.data')\n"
        "loader.fact('requests.get'), loader.fact('pandas.read_csv'), loader.fact('pandas.concat')\n"
        "loader.methods('data')\n"
        "print(*read)\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["index", "pandas", "protocol"]


def test_importing_the_loader_brings_in_neither_the_parser_nor_a_library() -> None:
    program = (
        "import sys\n"
        "from leakguard.knowledge import loader\n"
        "print(*{'libcst', 'click', 'sklearn', 'pandas', 'numpy', 'difflib'} & set(sys.modules))\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []


def test_entries_of_a_space_are_a_fact_about_a_draw() -> None:
    library = loader.parse_library(
        "thing",
        """
        [[fact]]
        effect = 'search'
        space = 'grid'
        names = ['thing.Search']
        [fact.entries]
        parameters = ['low', 'high']
        low = 'low'
        high = 'high'
        lists = true
        """,
    )
    entries = library.facts["thing.Search"].options["entries"]
    assert entries == Fact("entry", "", "sample", ("low", "high"), {"low": "low", "high": "high", "lists": True})
