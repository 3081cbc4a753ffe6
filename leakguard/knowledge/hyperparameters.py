"""Which hyperparameters live on a log scale: their effect depends on the exponent, not on the value.

The names are the common ones of scikit-learn, XGBoost, LightGBM, CatBoost, Keras and PyTorch for step sizes, penalties,
kernel widths and tolerances; compare the default search spaces in Bergstra and Bengio, "Random Search for
Hyper-Parameter Optimization", JMLR 13 (2012), section 3.
"""

from __future__ import annotations

LOG_SCALE = frozenset(
    {
        ("lr",),
        ("learning", "rate"),
        ("learning", "rate", "init"),
        ("eta",),
        ("eta0",),
        ("step", "size"),
        ("weight", "decay"),
        ("wd",),
        ("c",),
        ("gamma",),
        ("alpha",),
        ("lambda",),
        ("lambda", "l1"),
        ("lambda", "l2"),
        ("lamda",),
        ("lam",),
        ("l1",),
        ("l2",),
        ("reg",),
        ("reg", "alpha"),
        ("reg", "lambda"),
        ("reg", "param"),
        ("l2", "leaf", "reg"),
        ("l2", "regularization"),
        ("alpha", "init"),
        ("penalty", "weight"),
        ("tol",),
        ("tolerance",),
        ("epsilon",),
        ("length", "scale"),
        ("noise", "level"),
        ("ccp", "alpha"),
        ("var", "smoothing"),
    }
)
