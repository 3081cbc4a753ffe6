from pathlib import Path

import numpy as np
import pandas as pd


def write() -> Path:
    """Write 300 people, of whom the older half has bought."""
    rng = np.random.default_rng(0)
    people = pd.DataFrame({"age": rng.normal(40, 10, 300), "income": rng.normal(50_000, 15_000, 300)})
    people["bought"] = people["age"] + rng.normal(size=300) > 40
    file = Path(__file__).parent / "people.csv"
    people.to_csv(file, index=False)
    return file
