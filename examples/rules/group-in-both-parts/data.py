from pathlib import Path

import numpy as np
import pandas as pd


def write() -> Path:
    """Write six visits of each of 40 patients, whose illness is of the patient and of nothing that was measured."""
    rng = np.random.default_rng(0)
    patient = np.repeat(np.arange(40), 6)
    measured = rng.normal(size=(40, 5))[patient] + 0.2 * rng.normal(size=(240, 5))
    visits = pd.DataFrame(measured, columns=list("abcde"))
    visits["patient_id"], visits["ill"] = patient, rng.integers(0, 2, 40)[patient]
    file = Path(__file__).parent / "visits.csv"
    visits.to_csv(file, index=False)
    return file
