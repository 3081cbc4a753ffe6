"""Cases of the gate: what reads a file, and what is harmless."""

from __future__ import annotations

from gate_projects import readers, script

# Readers of all kinds.
readers("open", "", "text = open('data/test.csv').read()")
readers("open-binary", "", "text = open('data/test.csv', 'rb').read()", "open('data/test.csv', 'wb').write(b'')")
readers("pandas", "import pandas as pd", "rows = pd.read_csv('data/test.csv')")
readers("pandas-parquet", "import pandas as pd", "rows = pd.read_parquet(path='data/holdout/a.parquet')")
readers("pandas-excel", "import pandas as pd", "rows = pd.ExcelFile('data/holdout/a.xlsx')")
readers("numpy", "import numpy as np", "rows = np.load('a.secret.npy')", "np.save('a.secret.npy', [1])")
readers(
    "numpy-memmap",
    "import numpy as np",
    "rows = np.memmap('a.secret.npy', dtype='f4')",
    "rows = np.memmap('a.secret.npy', dtype='f4', mode='w+')",
)
readers(
    "joblib", "import joblib", "rows = joblib.load('data/holdout/x.joblib')", "joblib.dump([], 'data/holdout/x.joblib')"
)
readers("torch", "import torch", "rows = torch.load('data/holdout/x.pt')", "torch.save([], 'data/holdout/x.pt')")
readers("pickle", "import pickle", "rows = pickle.load(open('data/holdout/x.pkl', 'rb'))")
readers("polars", "import polars as pl", "rows = pl.scan_csv('data/test.csv').collect()")
readers("pyarrow", "import pyarrow.parquet as pq", "rows = pq.read_table('data/holdout/x.parquet')")
readers("h5py", "import h5py", "rows = h5py.File('data/holdout/x.h5', 'r')", "h5py.File('data/holdout/x.h5', 'w')")
readers(
    "datasets", "from datasets import load_dataset", "rows = load_dataset('csv', data_files={'test': 'data/test.csv'})"
)
readers("image-folder", "from torchvision.datasets import ImageFolder", "rows = ImageFolder('data/holdout')")
readers(
    "keras-folder",
    "from tensorflow.keras.utils import image_dataset_from_directory",
    "rows = image_dataset_from_directory('data/holdout')",
)
readers("sqlite", "import sqlite3", "db = sqlite3.connect('data/holdout/x.db')")
readers("duckdb", "import duckdb", "rows = duckdb.sql(\"SELECT * FROM 'data/test.csv'\")")
readers("sqlalchemy", "from sqlalchemy import create_engine", "db = create_engine('sqlite:///data/holdout/x.db')")
readers(
    "zipfile",
    "import zipfile",
    "files = zipfile.ZipFile('data/holdout/x.zip')",
    "zipfile.ZipFile('data/holdout/x.zip', 'w')",
)
readers("pillow", "from PIL import Image", "image = Image.open('data/holdout/1.png')")
readers("opencv", "import cv2", "image = cv2.imread('data/holdout/1.png')", "cv2.imwrite('data/holdout/1.png', [])")
readers(
    "spark",
    "from pyspark.sql import SparkSession",
    "rows = SparkSession.builder.getOrCreate().read.csv('data/test.csv')",
)
readers(
    "read-text",
    "from pathlib import Path",
    "text = Path('data/test.csv').read_text()",
    "Path('data/test.csv').write_text('')",
)
readers(
    "path-open",
    "from pathlib import Path",
    "file = Path('data/test.csv').open()",
    "file = Path('data/test.csv').open('w')",
)
readers("unknown-module", "from shop.io import Frame", "rows = Frame('data/test.csv')")
readers("unknown-method", "from shop import session", "rows = session.table('data/test.csv')")
readers(
    "to-csv",
    "import pandas as pd",
    "pd.read_csv('data/test.csv').to_csv('data/train.csv')",
    "pd.read_csv('data/all.csv').to_csv('data/test.csv')",
)
readers(
    "mapped",
    "import pandas as pd",
    "rows = list(map(pd.read_csv, ['data/train.csv', 'data/test.csv']))",
    "rows = list(map(pd.read_csv, ['data/train.csv', 'data/dev.csv']))",
)
readers(
    "partial", "from functools import partial\nimport pandas as pd", "rows = partial(pd.read_csv, 'data/test.csv')()"
)
readers(
    "delayed",
    "from joblib import Parallel, delayed\nimport pandas as pd",
    "rows = Parallel(2)(delayed(pd.read_csv)(p) for p in ['data/test.csv'])",
)

# Others are told to read it.
readers("subprocess", "import subprocess", "subprocess.run(['cat', 'data/test.csv'])")
readers(
    "shell",
    "import os",
    "os.system('head -n 3 data/test.csv > out.txt')",
    "os.system('python split.py > data/test.csv')",
)
readers(
    "copy",
    "import shutil",
    "shutil.copy('data/test.csv', 'data/dev.csv')",
    "shutil.copy('data/dev.csv', 'data/test.csv')",
)
readers(
    "rename",
    "from pathlib import Path",
    "Path('data/test.csv').rename('data/more.csv')",
    "Path('data/test.csv').unlink()",
)

# What is harmless.
script(
    "harmless",
    """
    import argparse
    import logging
    import os
    from pathlib import Path

    import mlflow
    import pandas as pd
    import pytest

    TEST = "data/test.csv"
    log = logging.getLogger(__name__)
    log.info("rows: %s", TEST)
    logging.warning(f"there is {TEST}")
    print(TEST, Path(TEST).name, os.path.getsize(TEST))
    assert os.path.exists(TEST) and Path(TEST).is_file()
    os.makedirs(os.path.dirname(TEST), exist_ok=True)
    names = [TEST]
    names.append(TEST)
    table = {"test": TEST}
    table.update(test=TEST)
    parser = argparse.ArgumentParser(description="needs data/test.csv")
    parser.add_argument("--test", default=TEST)
    mlflow.log_param("test", TEST)
    frame = pd.DataFrame({"file": [TEST]})
    frame.to_csv(TEST)
    if not os.path.isfile(TEST):
        raise FileNotFoundError(TEST)
    pytest.skip(f"no {TEST}")
    os.remove(TEST)
    """,
)
