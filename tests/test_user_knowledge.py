"""`[tool.leakguard.knowledge]`: what a project says about its own code, file by file and folder by folder."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from leakguard.config import settings_from
from leakguard.configtable import ConfigError
from leakguard.knowledge.own import modules_of, parse_own

if TYPE_CHECKING:
    from conftest import Project

SPLITS = """
[[tool.leakguard.knowledge.fact]]
effect = "split"
names = ["shop.data.make_split"]
parameters = ["frame"]
data = "frame"
gives = "parts"
"""
HELPER = """\
from shop.backend import cut

def make_split(frame):
    return cut(frame, "2024-06-01")
"""
USE = """\
{import_}
import pandas as pd
from sklearn.svm import SVC

left, right = {call}(pd.read_csv("sales.csv"))
scores = {{c: SVC(C=c).fit(left[["a"]], left["y"]).score(right[["a"]], right["y"]) for c in (1, 10)}}
print(max(scores, key=scores.get))
"""


@pytest.mark.parametrize(
    ("name", "import_", "call"),
    [
        ("main.py", "from shop.data import make_split", "make_split"),
        ("main.py", "import shop.data as d", "d.make_split"),
        ("main.py", "from shop import make_split", "make_split"),  # handed on by the package
        ("shop/main.py", "from .data import make_split", "make_split"),
        ("src/shop/main.py", "from .data import make_split", "make_split"),
    ],
)
def test_the_projects_function_is_known_by_every_import(project: Project, name: str, import_: str, call: str) -> None:
    package = "src/shop" if name.startswith("src") else "shop"
    project.write(f"{package}/__init__.py", "from .data import make_split\n")
    project.write(f"{package}/data.py", HELPER)
    project.write(name, USE.format(import_=import_, call=call))
    assert project.places() == []
    project.write("pyproject.toml", f"[tool.leakguard]\n{SPLITS}")
    assert project.places() == [(name, None, 6, "test-set-in-tuning")]


def test_each_folder_has_its_own_knowledge(project: Project) -> None:
    use = USE.format(import_="from shop.data import make_split", call="make_split")
    project.write("one/pyproject.toml", f"[tool.leakguard]\n{SPLITS}")
    project.write("two/pyproject.toml", "[tool.leakguard]\n")
    for folder in ("one", "two"):
        project.write(f"{folder}/main.py", use)
    assert [place[0] for place in project.places()] == ["one/main.py"]


def test_a_file_that_only_own_knowledge_concerns_is_not_passed_over(project: Project) -> None:
    project.write("tune.py", "import shop.model as m\nfrom shop.data import held\n\nm.Learner().study(held())\n")
    assert project.places() == []
    project.write(
        "pyproject.toml",
        """
[[tool.leakguard.knowledge.fact]]
effect = "learner"
learns = "scale"
names = ["shop.model.Learner"]

[[tool.leakguard.knowledge.fact]]
effect = "load"
role = "test"
names = ["shop.data.held"]

[[tool.leakguard.knowledge.method]]
on = "shop.model.Learner"
effect = "fit"
names = ["study"]
parameters = ["rows"]
data = "rows"
""",
    )
    assert project.places() == [("tune.py", None, 4, "fit-on-test")]


def test_the_final_evaluation_may_be_a_file_of_its_own(project: Project) -> None:
    use = "import pandas as pd\nfrom sklearn.svm import SVC\n"
    use += "train, test = pd.read_csv('train.csv'), pd.read_csv('test.csv')\n"
    use += "for c in (1, 10):\n    print(SVC(C=c).fit(train[['a']], train['y']).score(test[['a']], test['y']))\n"
    project.write("scripts/final.py", use)
    assert [place[3] for place in project.places()] == ["test-set-reuse"]
    project.write("pyproject.toml", "[tool.leakguard.knowledge]\nfinal-evaluation = ['scripts/final.py']\n")
    assert project.places() == []


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"facts": []}, ["[tool.leakguard] `knowledge`:", "key `facts`", "`fact`"]),
        ({"fact": {}}, ["fact", "[[fact]]"]),
        ({"fact": [{"effect": "spilt", "names": ["a.b"]}]}, ["fact 1", "effect `spilt`", "`split`"]),
        ({"fact": [{"effect": "split", "names": ["halves"]}]}, ["`halves`", "qualified"]),
        ({"fact": [{"effect": "split", "names": []}]}, ["fact 1", "`names` must be a list", "empty"]),
        ({"fact": [{"effect": "split", "names": ["a.b"], "give": "parts"}]}, ["fact 1 (split)", "`give`", "`gives`"]),
        ({"fact": [{"effect": "split", "names": ["a.b"], "gives": "part"}]}, ["fact 1 (split)", "`part`", "`parts`"]),
        ({"fact": [{"effect": "split", "names": ["a.b"], "data": 1}]}, ["fact 1 (split)", "`data`", "parameter"]),
        ({"fact": [{"effect": "split", "names": ["a.b"], "parameters": "x"}]}, ["fact 1", "`parameters`", "list"]),
        ({"fact": [{"effect": "load", "names": ["a.b"], "role": "tests"}]}, ["role `tests`", "`test`"]),
        ({"fact": [{"effect": "learner", "names": ["a.B"], "learns": "scales"}]}, ["learns `scales`", "`scale`"]),
        (
            {"fact": [{"effect": "learner", "learns": "scale", "names": ["a.B"], "baseline": "yes"}]},
            ["`baseline`", "true or false"],
        ),
        ({"method": [{"effect": "fit", "names": ["fit"], "on": "B"}]}, ["method 1", "`on` is `'B'`"]),
        ({"final-evaluation": "pkg.final"}, ["final-evaluation", "a list"]),
        ("all", ["expected a table", "`'all'`"]),
    ],
)
def test_wrong_knowledge_names_file_entry_key_and_the_nearest_word(table: object, words: list[str]) -> None:
    with pytest.raises(ConfigError) as raised:
        settings_from({"knowledge": table}, "pyproject.toml")
    assert [word for word in ["pyproject.toml", "knowledge", *words] if word not in str(raised.value)] == []


def _entry(effect: str, **keys: object) -> dict[str, object]:
    return {"effect": effect, "names": ["a.b"], **keys}


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"names": ["a.b"]}, ["`effect` is missing", "splitter"]),
        ({"effect": "split"}, ["`names` is missing"]),
        (_entry("split") | {"effect": ["split"]}, ["`effect` must be one of", "a list"]),
        (_entry("split", names="a.b"), ["`names` must be a list of names", "`'a.b'`"]),
        (_entry("split", names=[1]), ["`names` must be a list of names"]),
        (_entry("split", names=["my_split"]), ["fact 1", "`my_split` must be qualified"]),
        (_entry("split", names=["a.b.*"]), ["`'a.b.*'`", "not a qualified name"]),
        (_entry("split", names=["a..b"]), ["`'a..b'`", "not a qualified name"]),
        (_entry("split", names=["a b.c"]), ["`'a b.c'`", "not a qualified name"]),
        (_entry("split", names=[".a.b"]), ["`'.a.b'`", "not a qualified name"]),
        (_entry("load", role=True), ["`role` must be one of", "`true`"]),
        (_entry("split", gives=["parts", "dict"]), ["`gives` must be one of", "a list"]),
        (_entry("search", kind=["random"]), ["`kind` must be one of", "a list"]),
        (_entry("split", parameters=["x"], data=["rows"]), ["`data` names `rows`", "`parameters`"]),
        (_entry("split", parameters=["x y"]), ["`parameters` holds `'x y'`"]),
        (_entry("learner"), ["`learns` is missing", "scale"]),
        (_entry("search", default_trials="ten"), ["`default_trials` must be a whole number", "`'ten'`"]),
        (_entry("search", default_trials=True), ["`default_trials` must be a whole number", "`true`"]),
        (_entry("search", default_folds="x"), ["`default_folds` must be a whole number"]),
        (_entry("sample", base="x"), ["`base` must be a whole number"]),
        (_entry("split", removed=3), ["`removed` must be true or false", "`3`"]),
        (_entry("split", on="a.B"), ["`on` belongs to a method", "[[method]]"]),
        (_entry("search", entries=3), ["entries", "expected a table"]),
        (_entry("search", entries={"lowest": "x"}), ["entries", "unknown key `lowest`", "`low`"]),
        (_entry("search", entries={"scale": "logs"}), ["entries", "scale `logs`", "`log`"]),
        (_entry("search", entries={"low": 1}), ["entries", "`low` must name a parameter", "`1`"]),
    ],
)
def test_a_wrong_entry_is_told_by_its_number_and_key(entry: dict[str, object], words: list[str]) -> None:
    with pytest.raises(ConfigError) as raised:
        settings_from({"knowledge": {"fact": [entry]}}, "pyproject.toml")
    assert [word for word in ["`knowledge`: fact 1", *words] if word not in str(raised.value)] == []


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({}, "`on` is missing"),
        ({"on": []}, "`on` is an empty list"),
        ({"on": ["a.B", "a..C"]}, "`on` is `'a..C'`"),
        ({"on": "a.B", "names": ["a.fit"]}, "not a method's name"),
    ],
)
def test_a_wrong_method_is_told_by_its_number_and_key(keys: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError) as raised:
        settings_from({"knowledge": {"method": [{"effect": "fit", "names": ["fit"], **keys}]}}, "pyproject.toml")
    assert "`knowledge`: method 1" in str(raised.value)
    assert words in str(raised.value)


@pytest.mark.parametrize("place", ["[", "", "pkg.", "a b"])
def test_the_final_evaluation_is_a_name_or_a_file(place: str) -> None:
    with pytest.raises(ConfigError, match=r"`knowledge.final-evaluation`: expected a list of modules"):
        settings_from({"knowledge": {"final-evaluation": [place]}})


@pytest.mark.parametrize(
    "keys",
    [
        {"parameters": ["frame", "*", "seed"], "data": "frame", "seed": "seed"},
        {"parameters": ["*arrays"], "data": "arrays"},
        {"parameters": ["frame"], "data": "*"},
        {"data": "frame", "seed": "seed", "order": ["train", "test"]},
    ],
)
def test_parameters_may_be_given_by_keyword_only_or_all_at_once(keys: dict[str, object]) -> None:
    assert parse_own({"fact": [_entry("split", **keys)]}).fact("a.b") is not None


def test_knowledge_is_equal_where_the_same_is_written() -> None:
    table = {"fact": [{"effect": "split", "names": ["a.b"], "gives": "parts"}]}
    assert parse_own(table) == parse_own(dict(table))
    assert len({parse_own(table), parse_own(dict(table)), replace(parse_own(table), final=("a.c",))}) == 2


@pytest.mark.parametrize(
    ("place", "path", "name", "is_final"),
    [
        ("pkg.final", "/p/src/pkg/final.py", "", True),
        ("pkg.final", "/p/src/pkg/final.py", "report", True),
        ("pkg.final.report", "/p/pkg/final.py", "report", True),
        ("pkg.final.report", "/p/pkg/final.py", "other", False),
        ("pkg.final.report", "/p/pkg/final.py", "", False),
        ("pkg.final", "/p/pkg/finals.py", "", False),
        ("pkg", "/p/pkg/__init__.py", "", True),
        ("scripts/final.py", "/p/scripts/final.py", "report", True),
        ("final.py", "/p/not_final.py", "", False),
        ("notebooks/final*.ipynb", "/p/notebooks/final-2.ipynb", "", True),
    ],
)
def test_what_is_the_final_evaluation(place: str, path: str, name: str, is_final: bool) -> None:  # noqa: FBT001
    assert parse_own({"final-evaluation": [place]}).is_final(path, name) is is_final


def test_a_file_is_imported_under_many_names() -> None:
    assert modules_of("/p/src/pkg/a.py") == ("a", "pkg.a", "src.pkg.a", "p.src.pkg.a")
    assert modules_of("/p/pkg/__init__.py") == ("pkg", "p.pkg")
