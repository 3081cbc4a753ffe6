"""What the small tuning programs of several tests share: their rows, and a skip where a library is absent."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest


def rows(count: int, seed: int) -> tuple[Any, Any]:
    """Return features of shape (count, 4), and classes 0 and 1 that hang on the first."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(count, 4))  # noqa: N806 - the field's name
    return X, (X[:, 0] + rng.normal(size=count) > 0).astype(int)


def skipped_without(*libraries: str) -> pytest.MarkDecorator:
    """Mark a test that needs libraries: a skip inside the program that it runs would look like that one's failure."""
    absent = [library for library in libraries if find_spec(library) is None]
    return pytest.mark.skipif(bool(absent), reason=f"not installed: {', '.join(absent)}")
