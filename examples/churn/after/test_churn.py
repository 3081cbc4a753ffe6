import pytest
import pytest_leakguard
from pytest_leakguard import Subject

from churn import DEPTHS, evaluate, forest, load, tune


@pytest.fixture(scope="module")
def search():
    return tune()


def test_tuning_finds_a_depth(search):
    assert search.best_score_ > 0.5


@pytest.mark.final_evaluation
def test_the_model_is_good(search):
    assert evaluate(search) > 0.5


@pytest_leakguard.subject
def churn():
    X, y = load("train")
    return Subject(forest(), DEPTHS, X, y, test_paths=["../data/test.csv"])
