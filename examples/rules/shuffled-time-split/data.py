from pathlib import Path

import numpy as np


def write() -> Path:
    """Write 500 days of a random walk."""
    walk = np.cumsum(np.random.default_rng(0).normal(size=500))
    file = Path(__file__).parent / "sales.csv"
    np.savetxt(file, np.column_stack([range(500), walk]), delimiter=",", header="day,sales", comments="")
    return file
