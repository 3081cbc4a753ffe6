"""One of these tests fails: that of the campaign that chooses on the test customers."""

import honest
import leaky
from customers import SPACE, parts


def test_leaky(sealed):
    X_train, X_test, y_train, y_test = parts()
    X_test, y_test = sealed(X_test, y_test, name="the test customers")
    few = SPACE | {"rbfsampler__random_state": [0], "rbfsampler__n_components": [8]}
    leaky.campaign(X_train, X_test, y_train, y_test, few)


def test_honest(sealed):
    X_train, X_test, y_train, y_test = parts()
    X_test, y_test = sealed(X_test, y_test, name="the test customers")
    assert honest.campaign(X_train, y_train, n_trials=4).honest_score_ < 1
