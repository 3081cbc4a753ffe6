"""The index says, before any file is read, what the files say."""

from __future__ import annotations

from pathlib import Path

import pytest

from leakguard.knowledge import index, loader
from leakguard.prefilter import imports, is_relevant
from leakguard.semantic.options import AnalysisOptions


def test_the_index_is_up_to_date() -> None:
    telling = index.derive_telling()
    assert {key: loader.index()[key] for key in ("imports", "methods", "names")} == {
        "imports": list(telling.imports),
        "methods": list(telling.methods),
        "names": {name: list(modules) for name, modules in telling.names.items()},
    }
    roots = index.derive_roots()
    assert {root: loader.library_of(f"{root}.thing") for root in roots} == roots


def test_writing_the_index_again_changes_nothing() -> None:
    assert Path(loader.__file__).with_name("index.toml").read_text("utf-8") == index.index_text()


def test_no_two_files_claim_the_same_module() -> None:
    claimed = [module for name in loader.library_names() for module in loader.read_library(name).modules]
    assert len(claimed) == len(set(claimed))


@pytest.mark.parametrize(
    "program",
    [
        "model.fit(X_train)\nmodel.score(X_test)",
        "print(model.score(X_test, y_test))",
        "losses.append(model.evaluate(X_test, y_test))",
        "for stage in booster.staged_predict_proba(X_test): ...",
        "from sklearn import metrics\nmetrics.log_loss(a, b)",
        "import sklearn.preprocessing as p\nX = p.scale(X)",
        "from sklearn.model_selection import *\na, b = train_test_split(X)",
        "import pandas\nX, y = sampler.fit_resample(X, y)",
        "lr = trial.suggest_float('lr', 1e-5, 1e-1)",
        "lr = trial.suggest_uniform('lr', 1e-5, 1e-1)",
        "from hyperopt import hp\nspace = hp.quniform('lr', 0, 1, 0.1)",
        "import random\nparams = {'lr': random.uniform(1e-5, 1e-1)}",
        "import numpy\nparams = dict(\n    # steps\n    lr=numpy.random.randint(1, 10000))",
        "import pandas as pd; from numpy import random\nparams['svc__C'] = random.randint(1, 10000)",
        "import pandas as pd\nprint(pool.map(partial(model.score, y=(1, f(2))), X))",
        "import ray.tune as t\nspace = {'lr': t.quniform(0, 1, 0.1)}",
        "from ray import tune\ntune.run(train)",
        "import xgboost as x\nbooster = x.train(params, rows, evals=[(test, 'test')])",
        "from scipy import optimize as o\no.brute(loss, ranges)",
        "import torch as t\nt.save(model, path)",
        "import bayes_opt as b\nb.BayesianOptimization(f, {'lr': (1e-5, 0.1)}).maximize()",
        "from ax import AxClient\nAxClient().create_experiment([{'name': 'lr', 'bounds': [1e-5, 0.1]}])",
        "import wandb as w\nw.sweep({'parameters': {'lr': {'min': 1e-5, 'max': 0.1}}})",
        "import ConfigSpace as c\nc.Float('lr', (1e-5, 0.1))",
    ],
)
def test_a_file_that_could_leak_is_relevant(program: str) -> None:
    assert is_relevant(program, AnalysisOptions(), imports(program))


@pytest.mark.parametrize(
    "program",
    [
        "import numpy as np\nx = np.linspace(0, 1)\ny = 'a,b'.split(',')\nprint(np.array(list(x)).mean())",
        "import pandas as pd\ndf = pd.read_csv('a.csv').groupby('a').mean()\ndf.to_csv('b.csv')",
        "import random\nx = benefit(random.random())\nx.fitting = x.scores",
        "import random\nlr = LinearRing(random.randint(1, 9))\nself.reg = er.async_get(lr, alpha == reg)",
        "import pandas as pd\nmap(f, X)\nassertEqual(form.score, 1)",
        "event.score(GenerateImages)",
        "from . import sklearn_like, fit\n# sklearn, model.fitted\nprint(score(fit), predict(x))",
        "import json, pickle, os\nwith open('directory/real.json') as f: json.dump(f, Int(3))",
    ],
)
def test_a_file_that_cannot_leak_is_not(program: str) -> None:
    assert not is_relevant(program, AnalysisOptions(), imports(program))
