"""What is read of a text before it is parsed."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cached import HELPERS, checked
from literate import programs

from leakguard.config import settings_from
from leakguard.engine import check_source
from leakguard.prefilter import imports, is_relevant
from leakguard.remarks import REMARKS
from leakguard.semantic.options import AnalysisOptions
from leakguard.source import source_from_text

if TYPE_CHECKING:
    from leakguard.config import Settings

CASES = sorted(
    file for folder in ("rules", "forms", "libraries") for file in (Path(__file__).parent / folder).glob("*.md")
)
STRICT = {"select": ["ALL"], "preview": True, "min-confidence": "low"}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("import a.b as c, d\n", [("a.b", 0), ("d", 0)]),
        ("import a  # and more, of it\n", [("a", 0)]),
        ("if x:\n    from .a import b as c, d\n", [("a", 1), ("a.b", 1), ("a.d", 1)]),
        ("from .. import a; b = 1\n", [("", 2), ("a", 2)]),
        ("from a import (\n    b,\n    c as d,\n)\n", [("a", 0), ("a.b", 0), ("a.c", 0)]),
        ("from a import *\n", [("a", 0)]),
        ("important = 1\nfrom_a = b\n", []),
        ("from a import b, \\\n    c\n", [("a", 0), ("a.b", 0), ("a.c", 0)]),
        ("from a import (\n    b,  # (or d), perhaps\n    c,\n)\n", [("a", 0), ("a.b", 0), ("a.c", 0)]),
        ("if x == 'linux': import a\n", [("a", 0)]),
        ("import a, b; import c; x = 1\n", [("a", 0), ("b", 0), ("c", 0)]),
        ("from a import b; from c import d\n", [("a", 0), ("a.b", 0), ("c", 0), ("c.d", 0)]),
        ("\fimport a\n", [("a", 0)]),
        ("import a . b, c\n", [("a.b", 0), ("c", 0)]),
        ("from a . b import c\n", [("a.b", 0), ("a.b.c", 0)]),
        ("from.a import b\nfrom . . import c\n", [("a", 1), ("a.b", 1), ("", 2), ("c", 2)]),
        ('"""As in `from a import (`, or so."""\nimport b\n', [("b", 0)]),
    ],
)
def test_imports_show_without_parsing(text: str, named: list[tuple[str, int]]) -> None:
    assert list(imports(text)) == named


@pytest.mark.parametrize("file", CASES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_no_finding_is_hidden(file: Path) -> None:
    """Every program of the literate cases, judged by all rules, the least sure findings included."""
    for program in programs(file.read_text("utf-8")):
        options = program.settings(file.stem).analysis
        if not is_relevant(program.text, options, tuple(imports(program.text))):
            found = check_source(source_from_text(program.text, "case.py"), _with(options))
            assert [one.name for one in found if one.name not in REMARKS] == [], program.title


_IMPORTS_BELOW = re.compile(r"(?<=\n)((?:from|import) [^\n(]+)\n(?=(?:from|import) [^\n(]+\n)")
SPELLINGS = {
    "imports in one row": lambda text: _IMPORTS_BELOW.sub(r"\1; ", "\n" + text),
    "blanks around dots": lambda text: re.sub(r"(?<=\w)\.(?=[a-z_]\w*\()", " . ", text),
    "methods in brackets": lambda text: re.sub(r"\b(\w+)\.(fit|score|predict)\(", r"(\1.\2)(", text),
    "methods by their text": lambda text: re.sub(
        r"\b(\w+)\.(fit|score|predict|evaluate)\(", r"getattr(\1, '\2')(", text
    ),
    "form feeds": lambda text: re.sub(r"^(?=from |import )", "\f", text, flags=re.MULTILINE),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_other_spelling_hides_anything(spelling: str) -> None:
    options = AnalysisOptions()
    for file in CASES:
        for program in programs(file.read_text("utf-8")):
            if is_relevant(program.text, options, tuple(imports(program.text))):
                text = SPELLINGS[spelling](program.text)
                assert is_relevant(text, options, tuple(imports(text))), text


_FITS = HELPERS
_SPLITS = (
    "from sklearn.model_selection import train_test_split\n\n\ndef parts(X, y):\n    return train_test_split(X, y)\n"
)
_LOADS = "import pandas as pd\n\n\ndef load():\n    return pd.read_csv('a.csv')\n"
_RUN = "from {module} import cut, load, scale\n\nX = scale(load())\ncut(X, X)\n"
PROJECTS = {
    "behind a second module": {
        "main.py": _RUN.format(module="mid"),
        "mid.py": f"{_LOADS}\n\nfrom fits import scaled as scale\nfrom splits import parts as cut\n",
        "fits.py": _FITS,
        "splits.py": _SPLITS,
    },
    "by functions of a second module": {
        "main.py": "import mid\n\nX = mid.scale(mid.load())\nmid.cut(X, X)\n",
        "mid.py": "import fits, splits; "
        + _LOADS
        + "\n\ndef scale(X):\n    return fits.scaled(X)\n\n\ndef cut(X, y):\n"
        "    return splits.parts(X, y)\n",
        "fits.py": _FITS,
        "splits.py": _SPLITS,
    },
    "by a package that takes them from elsewhere": {
        "main.py": _RUN.format(module="pkg"),
        "pkg/__init__.py": "from impl.fits import scaled as scale\nfrom impl.splits import parts as cut\n"
        "from .api import *\n",
        "pkg/api.py": _LOADS,
        "impl/__init__.py": "",
        "impl/fits.py": _FITS,
        "impl/splits.py": _SPLITS,
    },
    "draws of a module that gets its trial": {
        "space.py": "def space(trial):\n    return {'lambda': trial.suggest_loguniform('lambda', 0, 1.0)}\n",
    },
    "matrices alone": {
        "main.py": "import numpy as np\nfrom nets import Net\n\nX, y = np.load('x.npy'), np.load('y.npy')\n"
        "X = (X - X.mean(axis=0)) / X.std(axis=0)\nX_train, X_test = X[:800], X[800:]\nnet = Net()\n"
        "net.train(X_train, y[:800])\nprint(net.loss(X_test, y[800:]))\n",
    },
    "a split of one's own library": {
        "main.py": "import pandas as pd\nfrom mlkit import fit_model, train_test_split\n\ndf = pd.read_csv('a.csv')\n"
        "df['age'] = df['age'].fillna(df['age'].median())\ntrain, test = train_test_split(df)\nfit_model(train)\n",
    },
    "images alone": {
        "main.py": "from torchvision import datasets\nfrom engine import loader, test_step, train_step\n\n"
        "train = loader(datasets.MNIST('data', train=True))\ntest = loader(datasets.MNIST('data', train=False))\n"
        "best = 1e9\nfor epoch in range(20):\n    train_step(model, train)\n    loss = test_step(model, test)\n"
        "    if loss < best:\n        best = loss\n        model.save('best.pt')\n",
    },
}


@pytest.mark.parametrize("name", PROJECTS)
def test_a_project_has_the_same_findings_without(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for file, text in PROJECTS[name].items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(text)
    monkeypatch.chdir(tmp_path)
    found = checked(None, select=("ALL",)).diagnostics
    assert found
    assert found == checked(None, prefilter=False, select=("ALL",)).diagnostics


def _with(options: AnalysisOptions) -> Settings:
    return replace(settings_from(STRICT), analysis=options)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "import os\nprint(os.getcwd())\n",
        "from django.db import models\n\n\nclass Test(models.Model):\n    pass\n",
        "import numpy as np\n\nx = np.random.uniform(0, 1)\n",
        "import pandas as pd\n\npd.read_csv('a.csv').groupby('b').sum()\n",
        "sklearn = 'import sklearn'\n",
        "def fit(model):\n    return model\n",
    ],
)
def test_what_cannot_matter_is_passed_over(text: str) -> None:
    assert not is_relevant(text, AnalysisOptions(), tuple(imports(text)))
