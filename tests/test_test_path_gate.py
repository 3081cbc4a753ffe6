"""The gate on test paths: every way to a test path that is told, beside the nearest one that is not.

Each case is a small project of its own; all of them are checked by one run of the command line.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import gate_paths
import gate_readers
import gate_settings
import pytest
from conftest import Project
from gate_projects import CASES, SETTINGS

if TYPE_CHECKING:
    from collections.abc import Mapping

ADDED = (gate_paths, gate_readers, gate_settings)  # imported for the cases that they add
RULE = "test-path-outside-final-evaluation"
MARK = re.compile(r"# read here$")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, set[tuple[str, int]]]:
    """Return for each case the files and rows of its findings."""
    project = Project(tmp_path_factory.mktemp("gate"))
    for name, files in CASES.items():
        project.write(f"{name}/.git/HEAD")
        for path, text in {"pyproject.toml": SETTINGS, **files}.items():
            project.write(f"{name}/{path}", text)
    run = project.run("check", "--output-format", "json", "--select", "LG109")
    assert run.code == 1, run.err
    places: dict[str, set[tuple[str, int]]] = {name: set() for name in CASES}
    for one in json.loads(run.out):
        name, _, path = one["filename"].partition("/")
        places[name].add((path, one["location"]["row"]))
    return places


@pytest.mark.parametrize("name", CASES)
def test_what_reads_a_test_path_is_told(name: str, found: Mapping[str, set[tuple[str, int]]]) -> None:
    announced = {
        (path, row)
        for path, text in CASES[name].items()
        for row, line in enumerate(text.splitlines(), start=1)
        if MARK.search(line)
    }
    assert found[name] == announced


FINAL = "import pandas as pd\n\ndef main():\n    return pd.read_csv('data/test.csv')\n"


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ("['src/evalute.py']", ["final-evaluation", "`src/evalute.py`", "no such file"]),
        ("['src/evaluate.py::mian']", ["`src/evaluate.py::mian`", "no such function", "did you mean `main`"]),
        ("['src/evaluate.py::Report.run']", ["`src/evaluate.py::Report.run`", "no such function or class"]),
        ("['src/flat.py::main']", ["`src/flat.py::main`", "no such function or class in the file"]),
        ("['src/*.py::mian']", ["`src/*.py::mian`", "no such function or class in any of the files", "`main`"]),
        ("['flat.main']", ["`flat.main`", "no such module or function"]),
        ("['shop.evaluate.main']", ["`shop.evaluate.main`", "no such module or function"]),
        ("[1]", ["final-evaluation", "a list of files"]),
        ("'src/evaluate.py'", ["final-evaluation", "a list of files"]),
        ("['src/evaluate.py::']", ["final-evaluation", "a list of files"]),
        ("['src/evaluate.py:main']", ["final-evaluation", "a list of files"]),
    ],
)
def test_an_entry_that_means_nothing_is_an_error(project: Project, entries: str, words: list[str]) -> None:
    project.write("src/evaluate.py", FINAL)
    project.write("src/flat.py", "PATH = 'data/test.csv'\n")
    for test_paths in ("test-paths = ['data/test.csv']", "test-paths = []", ""):
        project.write("pyproject.toml", f"[tool.leakguard]\n{test_paths}\nfinal-evaluation = {entries}\n")
        run = project.run("check")
        assert run.code == 2
        assert [word for word in ["pyproject.toml", *words] if word not in run.err] == []


@pytest.mark.parametrize("test_paths", ["", "test-paths = []"])
def test_a_gate_without_test_paths_is_told(project: Project, test_paths: str) -> None:
    project.write("src/evaluate.py", FINAL)
    project.write("pyproject.toml", f"[tool.leakguard]\n{test_paths}\nfinal-evaluation = ['src/evaluate.py']\n")
    for _ in range(2):  # recalled results make no difference
        assert "`final-evaluation` guards nothing, as `test-paths` names no file" in project.run("check").err


@pytest.mark.parametrize(
    "key",
    [
        "final-evaluation = ['src/evaluate.py']",
        "final-evaluation = ['src/evaluate.py::main']",
        "final-evaluation = ['src/eval*.py::main']",
        "final-evaluation = ['evaluate']",
        "final-evaluation = ['src.evaluate.main']",
        "knowledge = {final-evaluation = ['src/evaluate.py::main']}",
        "knowledge = {final-evaluation = ['evaluate.main']}",
    ],
)
def test_the_final_evaluation_is_named_in_several_ways(project: Project, key: str) -> None:
    project.write("src/evaluate.py", FINAL)
    project.write("src/train.py", FINAL)
    project.write("pyproject.toml", f"[tool.leakguard]\ntest-paths = ['data/test.csv']\n{key}\n")
    assert project.places() == [("src/train.py", None, 4, RULE)]


def test_with_an_empty_list_nobody_may_read(project: Project) -> None:
    project.write("src/evaluate.py", FINAL)
    project.write("pyproject.toml", "[tool.leakguard]\ntest-paths = ['data/test.csv']\nfinal-evaluation = []\n")
    assert project.places() == [("src/evaluate.py", None, 4, RULE)]


def test_without_the_final_evaluation_there_is_no_gate(project: Project) -> None:
    project.write("src/evaluate.py", FINAL)
    project.write("pyproject.toml", "[tool.leakguard]\ntest-paths = ['data/test.csv']\n")
    assert project.places() == []


def test_a_helper_that_only_the_final_evaluation_calls_is_silent_by_itself(project: Project) -> None:
    """As in a commit hook, which hands over what was changed and nothing else."""
    project.write("data.py", FINAL.replace("main", "holdout"))
    project.write("evaluate.py", "from data import holdout\n\ndef main():\n    print(holdout())\n")
    settings = "[tool.leakguard]\ntest-paths = ['data/test.csv']\nfinal-evaluation = ['evaluate.py::main']\n"
    project.write("pyproject.toml", settings)
    assert project.places("data.py") == []
    project.write("pyproject.toml", settings.replace("['evaluate.py::main']", "[]"))
    assert project.places("data.py") == [("data.py", None, 4, RULE)]


def test_a_helper_of_both_is_told_with_the_calls_of_the_other(project: Project) -> None:
    project.write("data.py", "import pandas as pd\n\n\ndef load(path):\n    return pd.read_csv(path)\n")
    project.write("evaluate.py", "from data import load\n\ndef main():\n    print(load('data/test.csv'))\n")
    project.write("train.py", "from data import load\n\nrows = load('data/test.csv')\n")
    project.write(
        "pyproject.toml",
        "[tool.leakguard]\ntest-paths = ['data/test.csv']\nfinal-evaluation = ['evaluate.py::main']\n",
    )
    (finding,) = project.findings()
    assert (finding["filename"], finding["location"]["row"], finding["severity"]) == ("data.py", 5, "error")
    assert [(note["filename"], note["location"]["row"]) for note in finding["notes"]] == [
        ("train.py", 3),
        ("data.py", 5),
    ]


def test_the_message_says_where_the_path_comes_from(project: Project) -> None:
    project.write("config.yaml", "data:\n  test: data/test.csv\n")
    project.write(
        "train.py",
        "import yaml, numpy as np\ncfg = yaml.safe_load(open('config.yaml'))\nnp.loadtxt(cfg['data']['test'])\n",
    )
    project.write("pyproject.toml", "[tool.leakguard]\ntest-paths = ['data/test.csv']\nfinal-evaluation = []\n")
    (finding,) = project.findings()
    assert '"data/test.csv" (from config.yaml) is a test path and is read by numpy.loadtxt' in finding["message"]
    assert finding["confidence"] == "high"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("config.yaml", "data: [unclosed\n  - {"),
        ("config.yaml", "data: &a\n  b: *a\n"),
        ("config.yaml", "!!python/object/apply:os.system ['echo no']\n"),
        ("config.yaml", b"\xff\xfe\x00"),
        ("config.json", '{"data": '),
        ("config.toml", "data = "),
        ("config.ini", "data"),
        ("config.yaml", ""),
    ],
)
def test_a_broken_file_of_settings_is_no_crash(project: Project, name: str, text: str | bytes) -> None:
    project.write(name, text)
    module = {"json": "json", "toml": "toml", "ini": "json", "yaml": "yaml"}[name.rpartition(".")[2]]
    project.write(
        "train.py",
        f"import pandas as pd, {module}\ncfg = {module}.load(open('{name}'))\npd.read_csv(cfg['data'])\n"
        f"import configparser\nini = configparser.ConfigParser()\nini.read('{name}')\npd.read_csv(ini['a']['b'])\n",
    )
    project.write("pyproject.toml", "[tool.leakguard]\ntest-paths = ['data/test.csv']\nfinal-evaluation = []\n")
    assert project.places() == []


def test_rules_see_the_part_that_a_file_of_settings_names(project: Project) -> None:
    """Without a gate: what a path says of its rows counts where it comes from a file of settings, too."""
    program = (
        "import pandas as pd\nimport yaml\nfrom sklearn.preprocessing import StandardScaler\n\n"
        "with open('config.yaml') as stream:\n    cfg = yaml.safe_load(stream)\n"
        "rows = pd.read_csv(cfg['data']['{}'])\nother = pd.read_csv(cfg['data']['{}'])\n"
        "scaler = StandardScaler().fit(rows)\nprint(scaler.transform(other))\n"
    )
    project.write("config.yaml", "data:\n  first: data/train.csv\n  last: data/test.csv\n")
    project.write("scale.py", program.replace("{}", "last", 1).replace("{}", "first"))
    assert project.places() == [("scale.py", None, 9, "fit-on-test")]
    project.write("scale.py", program.replace("{}", "first", 1).replace("{}", "last"))
    assert project.places() == []
