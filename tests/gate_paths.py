"""Cases of the gate: how a program writes a path, and in which of its parts."""

from __future__ import annotations

from gate_projects import CASES, SETTINGS, project, readers, script

# Ways to the path.
readers(
    "constant",
    "import pandas as pd\nTEST = 'data/test.csv'",
    "pd.read_csv(TEST)",
    "pd.read_csv(TEST.replace('a', 'b') if False else 'data/train.csv')",
)
readers(
    "f-string",
    "import pandas as pd\nfolder, part = 'data', 'test'",
    "pd.read_csv(f'{folder}/{part}.csv')",
    "pd.read_csv(f'{folder}/{part}2.csv')",
)
readers(
    "replace",
    "import pandas as pd\nTRAIN = 'data/train.csv'",
    "pd.read_csv(TRAIN.replace('train', 'test'))",
    "pd.read_csv('data/test.csv'.replace('test', 'train'))",
)
readers(
    "rglob",
    "import pandas as pd\nfrom pathlib import Path",
    "[pd.read_csv(one) for one in Path('data').rglob('*.csv')]",
    "[pd.read_csv(one) for one in Path('data/parts').rglob('*.csv')]\n"
    "for one in Path('data').rglob('*.csv'):\n    if one.name != 'test.csv':\n        pd.read_csv(one)",
)
readers(
    "glob-recursive",
    "import glob\nimport pandas as pd",
    "[pd.read_csv(one) for one in glob.glob('data/**/*.csv', recursive=True)]",
    "[pd.read_csv(one) for one in glob.glob('data/**/*.json', recursive=True)]",
)
readers("plus", "import pandas as pd\nfolder = 'data/'", "pd.read_csv(folder + 'test' + '.csv')")
readers("percent", "import pandas as pd", "pd.read_csv('data/%s.csv' % 'test')")
readers("percent-tuple", "import pandas as pd", "pd.read_csv('%s/%s.csv' % ('data', 'test'))")
readers("format", "import pandas as pd", "pd.read_csv('{}/{}.csv'.format('data', 'test'))")
readers("format-named", "import pandas as pd", "pd.read_csv('{where}/{what}.csv'.format(where='data', what='test'))")
readers("join", "import os\nimport pandas as pd", "pd.read_csv(os.path.join('data', 'test.csv'))")
readers(
    "path", ("from pathlib import Path\nimport pandas as pd\nDATA = Path('data')"), "pd.read_csv(DATA / 'test.csv')"
)
readers("joinpath", "from pathlib import Path\nimport pandas as pd", "pd.read_csv(Path('data').joinpath('test.csv'))")
readers(
    "with-name",
    "from pathlib import Path\nimport pandas as pd",
    "pd.read_csv(Path('data/train.csv').with_name('test.csv'))",
    "pd.read_csv(Path('data/test.csv').with_name('train.csv'))",
)
readers(
    "with-suffix",
    "from pathlib import Path\nimport pandas as pd",
    "pd.read_csv(Path('data/test.txt').with_suffix('.csv'))",
)
readers(
    "parent",
    ("from pathlib import Path\nimport pandas as pd"),
    "pd.read_csv(Path('data/train.csv').parent / 'test.csv')",
)
readers(
    "here",
    "from pathlib import Path\nimport pandas as pd\nROOT = Path(__file__).resolve().parent",
    "pd.read_csv(ROOT / 'data' / 'test.csv')",
)
readers("cwd", "from pathlib import Path\nimport pandas as pd", "pd.read_csv(Path.cwd() / 'data' / 'test.csv')")
readers(
    "dirname",
    "import os\nimport pandas as pd\nHERE = os.path.dirname(os.path.abspath(__file__))",
    "pd.read_csv(os.path.join(HERE, 'data', 'test.csv'))",
)
readers("dots", "", "open('./data/../data/test.csv')")
readers(
    "some-root",
    "import os\nROOT = os.environ['ROOT']",
    "open(os.path.join(ROOT, 'data/test.csv'))",
    "open(os.path.join(ROOT, 'old/test.csv'))",
)
readers("folder-pattern", "import sys", "open(f'data/holdout/{sys.argv[1]}.csv')")
readers("environment", "import os", "open(os.environ.get('TEST', 'data/test.csv'))")
readers("getenv", "import os", "open(os.getenv('TEST', 'data/test.csv'))")
readers("environment-or", "import os", "open(os.environ.get('TEST') or 'data/test.csv')")
readers(
    "either",
    "import sys",
    "open('data/test.csv' if len(sys.argv) > 1 else 'data/dev.csv')",
    "open('data/train.csv' if len(sys.argv) > 1 else 'data/dev.csv')",
)
readers(
    "either-name",
    "import sys",
    "open(f\"data/{'test.csv' if sys.argv else 'dev.csv'}\")",
    "open(f\"data/{'train.csv' if sys.argv else 'dev.csv'}\")",
)
readers("dict", "CFG = {'data': {'test': 'data/test.csv', 'train': 'data/train.csv'}}", "open(CFG['data']['test'])")
readers("class", "class Config:\n    test = 'data/test.csv'\n    train = 'data/train.csv'", "open(Config.test)")
readers(
    "enum",
    "from enum import Enum\nclass File(str, Enum):\n    test = 'data/test.csv'\n    train = 'data/train.csv'",
    "open(File.test.value)",
)
readers(
    "dataclass",
    (
        "from dataclasses import dataclass\n"
        "@dataclass\n"
        "class Config:\n"
        "    test: str = 'data/test.csv'\n"
        "    train: str = 'data/train.csv'"
    ),
    "open(Config().test)",
)
readers(
    "pydantic",
    (
        "from pydantic import Field\n"
        "from pydantic_settings import BaseSettings\n"
        "class Config(BaseSettings):\n"
        "    test: str = Field('data/test.csv')\n"
        "    train: str = 'data/train.csv'"
    ),
    "open(Config().test)",
)
readers(
    "namespace",
    "from types import SimpleNamespace\ncfg = SimpleNamespace(test='data/test.csv', train='data/train.csv')",
    "open(cfg.test)",
)
readers(
    "loop",
    "import pandas as pd",
    "frames = {part: pd.read_csv(f'data/{part}.csv') for part in ('train', 'test')}",
    "frames = {part: pd.read_csv(f'data/{part}.csv') for part in ('train', 'dev')}",
)

# Functions.
script(
    "default-argument",
    "import pandas as pd\n\ndef load(path='data/test.csv'):\n    return pd.read_csv(path)  # read here\n",
)
script(
    "default-argument-clean",
    (
        "import pandas as pd\n"
        "\n"
        "def load(path='data/test.csv'):\n"
        "    return pd.read_csv(path)\n"
        "\n"
        "load('data/train.csv')\n"
    ),
)
script("nobody-calls", "def peek():\n    return open('data/test.csv')  # read here\n")
script(
    "within",
    (
        "def make(scale):\n"
        "    def peek():\n"
        "        return open('data/test.csv')  # read here\n"
        "    return peek\n"
        "\n"
        "task = make(2)\n"
    ),
)
script(
    "method",
    (
        "class Data:\n"
        "    def __init__(self, path='data/test.csv'):\n"
        "        self.path = path\n"
        "\n"
        "    def rows(self):\n"
        "        return open(self.path)  # read here\n"
    ),
)
script(
    "method-clean",
    (
        "class Data:\n"
        "    def __init__(self, path):\n"
        "        self.path = path\n"
        "\n"
        "    def rows(self):\n"
        "        return open(self.path)\n"
        "\n"
        "Data('data/train.csv').rows()\n"
    ),
)
script("lambda", "load = lambda: open('data/test.csv')  # read here\n")
script("branch", "import sys\n\nif sys.argv[1] == 'test':\n    open('data/test.csv')  # read here\n")
script("guard", "if __name__ == '__main__':\n    open('data/test.csv')  # read here\n")
script(
    "context-manager",
    (
        "with open('data/test.csv') as file:  # read here\n"
        "    rows = file.read().split()\n"
        "    print(len(rows), file.name)\n"
    ),
)
project("tests-too", tests__test_a_py="def test_rows():\n    assert open('data/test.csv').read()  # read here\n")
CASES["notes-too"] = {
    **CASES["tests-too"],
    "pyproject.toml": SETTINGS + "[tool.leakguard.per-file-ignores]\n'tests/*' = ['LG109']\n",
    "tests/test_a.py": "def test_rows():\n    assert open('data/test.csv').read()\n",
}
script("suppressed", "open('data/test.csv')  # leakguard: ignore[LG109] counted, never looked at\n")

# Other modules.
project(
    "config-module",
    config_py="DATA = 'data'\nTEST = f'{DATA}/test.csv'\n",
    train_py=(
        "import config\n"
        "from config import TEST as where\n"
        "\n"
        "open(config.TEST)  # read here\n"
        "open(where)  # read here\n"
        "open(config.DATA + '/train.csv')\n"
    ),
)
project(
    "config-package",
    src__conf__init_py="",
    src__conf___init___py="",
    src__conf__paths_py=(
        "from pathlib import Path\nROOT = Path(__file__).resolve().parents[2]\nTEST = ROOT / 'data' / 'test.csv'\n"
    ),
    src__train_py="from conf.paths import TEST\n\nopen(TEST)  # read here\n",
)
project(
    "relative-to-file",
    notebooks__look_py=(
        "import pandas as pd\n\npd.read_csv('../data/test.csv')  # read here\npd.read_csv('../../data/test.csv')\n"
    ),
)
project(
    "helper-of-final",
    evaluate="from helpers import load\n\ndef main():\n    return load()\n",
    helpers_py="def load():\n    return open('data/test.csv')\n",
)
project(
    "helper-of-both",
    evaluate="from helpers import load\n\ndef main():\n    return load()\n",
    helpers_py="def load():\n    return open('data/test.csv')  # read here\n",
    train_py="import helpers\n\nhelpers.load()\n",
)
project(
    "helper-with-path",
    evaluate="from helpers import load\n\ndef main():\n    return load('data/test.csv')\n",
    helpers_py="def load(path):\n    return open(path)\n",
    train_py="import helpers\n\nhelpers.load('data/train.csv')\n",
)
project("beside-main", evaluate="def load():\n    return open('data/test.csv')\n\ndef main():\n    return load()\n")
project(
    "beside-main-other",
    evaluate=(
        "def load():\n"
        "    return open('data/test.csv')  # read here\n"
        "\n"
        "def main():\n"
        "    return load()\n"
        "\n"
        "def tune():\n"
        "    return load()\n"
    ),
)
project(
    "module-level-of-final", evaluate=("rows = open('data/test.csv')  # read here\n\ndef main():\n    return rows\n")
)

# Command lines.
readers(
    "argparse",
    (
        "import argparse\n"
        "p = argparse.ArgumentParser()\n"
        "p.add_argument('--test-file', default='data/test.csv')\n"
        "p.add_argument('--train-file', default='data/train.csv')\n"
        "args = p.parse_args()"
    ),
    "open(args.test_file)",
)
readers(
    "argparse-folder",
    (
        "import argparse, os\n"
        "p = argparse.ArgumentParser()\n"
        "p.add_argument('-d', '--data', default='data')\n"
        "args, _ = p.add_argument_group('x') and p.parse_known_args()"
    ),
    "open(os.path.join(args.data, 'test.csv'))",
)
script(
    "argparse-mode",
    (
        "import argparse\n"
        "p = argparse.ArgumentParser()\n"
        "p.add_argument('--mode', default='train')\n"
        "args = p.parse_args()\n"
        "if args.mode == 'test':\n"
        "    open('data/test.csv')  # read here\n"
    ),
)
script(
    "click",
    (
        "import click\n"
        "\n"
        "@click.command()\n"
        "@click.option('--test-file', '-t', default='data/test.csv')\n"
        "@click.option('--train-file', default='data/train.csv')\n"
        "def main(test_file, train_file):\n"
        "    open(train_file)\n"
        "    open(test_file)  # read here\n"
        "\n"
        "if __name__ == '__main__':\n"
        "    main()\n"
    ),
)
script(
    "click-uncalled",
    (
        "import click\n"
        "\n"
        "@click.command()\n"
        "@click.option('--test-file', 'where', default='data/test.csv')\n"
        "def look(where):\n"
        "    open(where)  # read here\n"
    ),
)
script(
    "typer",
    (
        "import typer\n"
        "app = typer.Typer()\n"
        "\n"
        "@app.command()\n"
        "def look(test: str = typer.Option('data/test.csv'), train: str = typer.Option('data/train.csv')):\n"
        "    open(train)\n"
        "    open(test)  # read here\n"
        "\n"
        "app()\n"
    ),
)
script(
    "typer-annotated",
    (
        "import typer\n"
        "from typing import Annotated\n"
        "\n"
        "def look(test: Annotated[str, typer.Option()] = 'data/test.csv'):\n"
        "    open(test)  # read here\n"
        "\n"
        "typer.run(look)\n"
    ),
)
