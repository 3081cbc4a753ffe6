from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent


def write() -> None:
    """Write 200 training rows and 60 test rows of 4 columns and a label."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(260, 4))
    rows = np.column_stack([X, X[:, 0] + rng.normal(size=260) > 0])
    np.savetxt(FOLDER / "train.csv", rows[:200], delimiter=",")
    np.savetxt(FOLDER / "test.csv", rows[200:], delimiter=",")
