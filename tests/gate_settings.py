"""Cases of the gate: paths that files of settings name, and listings of folders."""

from __future__ import annotations

from textwrap import dedent

from gate_projects import CASES, SETTINGS, project, readers, script

# Files of settings.
YAML = "data:\n  test: data/test.csv\n  train: data/train.csv\n"
readers(
    "yaml",
    "import yaml\nwith open('config.yaml') as file:\n    cfg = yaml.safe_load(file)",
    "open(cfg['data']['test'])",
    config_yaml=YAML,
)
readers(
    "yaml-loader",
    "import yaml\ncfg = yaml.load(open('conf/config.yml'), Loader=yaml.FullLoader)",
    "open(cfg['data']['test'])",
    conf__config_yml=YAML,
)
readers(
    "yaml-text",
    "import yaml\nfrom pathlib import Path\ncfg = yaml.safe_load(Path('config.yaml').read_text())",
    "open(cfg['data'].get('test'))",
    config_yaml=YAML,
)
readers(
    "yaml-anchors",
    "import yaml\ncfg = yaml.safe_load(open('config.yaml'))",
    "open(cfg['run']['test'])",
    config_yaml="base: &base\n  test: data/test.csv\nrun:\n  <<: *base\n  train: data/train.csv\n",
)
readers(
    "yaml-helper",
    (
        "import yaml\n"
        "def read(path='config.yaml'):\n"
        "    with open(path) as file:\n"
        "        return yaml.safe_load(file)\n"
        "cfg = read()"
    ),
    "open(cfg['data']['test'])",
    config_yaml=YAML,
)
readers(
    "yaml-here",
    "import yaml\nfrom pathlib import Path\ncfg = yaml.safe_load((Path(__file__).parent / 'config.yaml').open())",
    "open(cfg['data']['test'])",
    config_yaml=YAML,
)
readers(
    "yaml-changed",
    (
        "import yaml\n"
        "cfg = yaml.safe_load(open('config.yaml'))\n"
        "cfg['data']['test'] = 'data/dev.csv'\n"
        "cfg['data']['train'] = 'data/test.csv'"
    ),
    "open(cfg['data']['train'])",
    "open(cfg['data']['test'])",
    config_yaml=YAML,
)
readers(
    "json",
    "import json\ncfg = json.load(open('config.json'))",
    "open(cfg['test'])",
    config_json='{"test": "data/test.csv", "train": "data/train.csv"}',
)
readers(
    "json-text",
    "import json\nwith open('config.json') as f:\n    cfg = json.loads(f.read())",
    "open(cfg['test'])",
    config_json='{"test": "data/test.csv", "train": "data/train.csv"}',
)
readers(
    "toml",
    "import tomllib\nwith open('config.toml', 'rb') as f:\n    cfg = tomllib.load(f)",
    "open(cfg['data']['test'])",
    config_toml="[data]\ntest = 'data/test.csv'\ntrain = 'data/train.csv'\n",
)
readers(
    "ini",
    "import configparser\ncfg = configparser.ConfigParser()\ncfg.read('config.ini')",
    "open(cfg['data']['test'])",
    config_ini="[data]\ntest = data/test.csv\ntrain = data/train.csv\n",
)
readers(
    "ini-get",
    "from configparser import ConfigParser\ncfg = ConfigParser()\ncfg.read('config.ini')",
    "open(cfg.get('data', 'test'))",
    config_ini="[data]\ntest = data/test.csv\ntrain = data/train.csv\n",
)
readers(
    "omegaconf",
    "from omegaconf import OmegaConf\ncfg = OmegaConf.load('config.yaml')",
    "open(cfg.data.test)",
    config_yaml="root: data\ndata:\n  test: ${root}/test.csv\n  train: ${root}/train.csv\n",
)
readers(
    "yaml-folder",
    "import yaml, os\ncfg = yaml.safe_load(open('config.yaml'))",
    "open(os.path.join(cfg['folder'], cfg['test']))",
    "open(os.path.join(cfg['folder'], cfg['train']))",
    config_yaml="folder: data\ntest: test.csv\ntrain: train.csv\n",
)
readers(
    "yaml-listed",
    "import yaml\ncfg = yaml.safe_load(open('config.yaml'))",
    "rows = [open(path) for path in cfg['test']]",
    config_yaml="test: [data/a.csv, data/test.csv]\ntrain: [data/a.csv, data/b.csv]\n",
)
readers(
    "yaml-values",
    "import yaml\ncfg = yaml.safe_load(open('config.yaml'))",
    "rows = {name: open(path) for name, path in cfg['test'].items()}",
    config_yaml="test: {a: data/a.csv, b: data/test.csv}\ntrain: {a: data/a.csv}\n",
)
HYDRA = (
    "import hydra\n"
    "\n"
    "@hydra.main(version_base=None, config_path='conf', config_name='config')\n"
    "def main(cfg):\n"
    "    open(cfg.data.train)\n"
    "    open(cfg.data.test)  # read here\n"
)
project(
    "hydra",
    train_py=f"{HYDRA}\nmain()\n",
    conf__config_yaml="defaults:\n  - data: small\n  - _self_\nseed: 1\n",
    conf__data__small_yaml="test: data/test.csv\ntrain: data/train.csv\n",
)
project("hydra-uncalled", train_py=HYDRA, conf__config_yaml=YAML)
project(
    "hydra-other-option",
    train_py=HYDRA.replace("  # read here", ""),
    conf__config_yaml="defaults:\n  - data: dev\n  - _self_\n",
    conf__data__dev_yaml="test: data/dev.csv\n",
    conf__data__small_yaml="test: data/test.csv\n",
)
project(
    "hydra-compose",
    train_py=(
        "from hydra import compose, initialize\n"
        "\n"
        "with initialize(config_path='conf'):\n"
        "    cfg = compose(config_name='config')\n"
        "open(cfg.data.test)  # read here\n"
    ),
    conf__config_yaml=YAML,
)
readers(
    "argparse-config",
    (
        "import argparse, yaml\n"
        "p = argparse.ArgumentParser()\n"
        "p.add_argument('--config', default='config.yaml')\n"
        "args = p.parse_args()\n"
        "cfg = yaml.safe_load(open(args.config))"
    ),
    "open(cfg['data']['test'])",
    config_yaml=YAML,
)
readers(
    "namespace-of-yaml",
    (
        "import argparse, yaml\n"
        "class Config:\n"
        "    def __init__(self, entries):\n"
        "        self.test = entries['data']['test']\n"
        "        self.train = entries['data']['train']\n"
        "cfg = Config(yaml.safe_load(open('config.yaml')))"
    ),
    "open(cfg.test)",
    config_yaml=YAML,
)

# Listings.
readers(
    "glob",
    "from glob import glob\nimport pandas as pd",
    "rows = [pd.read_csv(path) for path in glob('data/holdout/*.csv')]",
)
readers(
    "glob-sorted",
    "from glob import glob\nimport pandas as pd",
    "rows = [pd.read_csv(path) for path in sorted(glob('data/holdout/*.csv'))]",
)
readers(
    "path-glob",
    "from pathlib import Path\nimport pandas as pd",
    "rows = [pd.read_csv(path) for path in Path('data/holdout').glob('*.csv')]",
)
readers("iterdir", "from pathlib import Path", "rows = [path.read_text() for path in Path('data/holdout').iterdir()]")
readers(
    "listdir", "import os", "rows = [open(os.path.join('data/holdout', name)) for name in os.listdir('data/holdout')]"
)
readers(
    "glob-wide",
    "from glob import glob\nimport pandas as pd",
    "rows = [pd.read_csv(path) for path in glob('data/*.csv')]",
    "rows = [pd.read_csv(path) for path in glob('data/*.csv') if 'test' not in path]",
)
script(
    "glob-loop",
    (
        "from glob import glob\n"
        "import pandas as pd\n"
        "\n"
        "for path in glob('data/*.csv'):\n"
        "    if 'test' in path:\n"
        "        continue\n"
        "    pd.read_csv(path)\n"
    ),
)
script(
    "glob-elsewhere",
    (
        "from glob import glob\n"
        "\n"
        "rows = [open(path) for path in glob('raw/*.csv')]\n"
        "names = glob('data/*.csv')\n"
        "print(len(names))\n"
    ),
)
readers("glob-first", "from glob import glob", "rows = open(glob('data/holdout/*.csv')[0])")
script(
    "glob-further",
    """
    from glob import glob
    from pathlib import Path
    from tqdm import tqdm
    import random

    files = glob("data/holdout/*.csv")
    for number, file in enumerate(files):
        open(file)  # read here
    for file in tqdm(files):
        open(file)  # read here
    for file, other in zip(files, glob("raw/*.csv")):
        open(other)
        open(file)  # read here
    listed = list(Path("data/holdout").rglob("*.csv"))
    random.shuffle(listed)
    for file in listed[:3]:
        open(str(file))  # read here
    """,
)
script(
    "listed-further",
    """
    from tqdm import tqdm
    import os

    files = ["data/train.csv", "data/test.csv"]
    for number, file in enumerate(files):
        open(file)  # read here
    for file in tqdm(files):
        open(file)  # read here
    train, held = [open(file) for file in files]  # read here
    for part, file in {"train": files[0], "test": files[1]}.items():
        print(part, file)
        open(file)  # read here
    for name in ("train", "test"):
        path = os.path.join("data", name + ".csv")
        if os.path.exists(path):
            open(path)  # read here
    """,
)
script(
    "assigned-on-the-way",
    """
    import sys

    path = "data/dev.csv"
    if len(sys.argv) > 1:
        path = "data/test.csv"
    open(path)  # read here
    path = "data/train.csv"
    open(path)
    try:
        path = "data/test.csv"
    except ValueError:
        path = "data/dev.csv"
    open(path)  # read here
    """,
)
CASES["class-of-final"] = {
    "pyproject.toml": SETTINGS.replace("evaluate.py::main", "evaluate.py::Report.run"),
    "src/report.py": "",
    "evaluate.py": dedent(
        """
        class Report:
            def __init__(self):
                self.path = "data/test.csv"

            def run(self):
                return self.rows()

            def rows(self):
                return open(self.path)

            def look(self):
                return open(self.path, "rb")  # read here
        """,
    ),
}
CASES["decorated-final"] = {
    "pyproject.toml": SETTINGS,
    "src/report.py": "",
    "evaluate.py": dedent(
        """
        import functools

        import click

        def timed(function):
            @functools.wraps(function)
            def inner(*args, **kwargs):
                return function(*args, **kwargs)

            return inner

        @click.command()
        @click.option("--path", default="data/test.csv")
        @timed
        def main(path):
            return open(path)

        if __name__ == "__main__":
            main()
        """,
    ),
}

readers(
    "yaml-spread",
    "import yaml\ndef load(test, train):\n    return test, train\ncfg = yaml.safe_load(open('config.yaml'))",
    "open(load(**cfg['data'])[0])",
    "open(load(**cfg['data'])[1])",
    config_yaml=YAML,
)
readers(
    "hydra-instantiate",
    "from hydra.utils import instantiate\nfrom omegaconf import OmegaConf\ncfg = OmegaConf.load('config.yaml')",
    "rows = instantiate(cfg.test)",
    config_yaml="test: {_target_: shop.Rows, path: data/test.csv}\ntrain: {_target_: shop.R, path: data/train.csv}\n",
)
