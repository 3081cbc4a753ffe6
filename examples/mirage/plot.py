"""Draws what is reported against what is true, by the number of settings tried: python plot.py mirage.svg"""

import sys

import customers
import numpy as np
from customers import SPACE, model, precision_of_flagged
from matplotlib.figure import Figure
from sklearn.model_selection import ParameterGrid, train_test_split

SEEDS = 4


def curves(seed):
    """Return the best precision so far on the test set, and that setting's on 20,000 others, after each setting."""
    X, y = customers.customers(600, seed)
    X_train, X_test, y_train, y_test = train_test_split(X, y, train_size=200, random_state=seed)
    fresh = customers.customers(20_000, 10_000 + seed)
    settings = list(ParameterGrid(SPACE))
    reported, true = [], []
    for place in np.random.default_rng(seed).permutation(len(settings)):
        candidate = model().set_params(**settings[place]).fit(X_train, y_train)
        precision = precision_of_flagged(candidate, X_test, y_test)
        better = not reported or precision > reported[-1]
        reported.append(precision if better else reported[-1])
        true.append(precision_of_flagged(candidate, *fresh) if better else true[-1])
    return reported, true


def main(file):
    reported, true = np.mean([curves(seed) for seed in range(SEEDS)], axis=0)
    axes = Figure(figsize=(7, 3.6), layout="constrained").subplots()
    numbers = np.arange(1, len(reported) + 1)
    axes.semilogx(numbers, reported, color="#b3541e", label="reported: best on the test set")
    axes.semilogx(numbers, true, color="#3b6ea8", label="true: the same setting on 20,000 others")
    axes.axhline(0.44, color="#888888", linestyle=":", label="customers who leave")
    axes.set_xlabel("settings tried")
    axes.set_ylabel("precision among the flagged")
    axes.set_ylim(0, 1)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize="small", loc="lower right")
    axes.get_figure().savefig(file)
    print(f"after {len(reported):,} settings: reported {reported[-1]:.2f}, true {true[-1]:.2f}")


if __name__ == "__main__":
    main(sys.argv[1])
