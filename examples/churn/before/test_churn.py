from churn import tune


def test_the_model_is_good():
    _, score = tune()
    assert score > 0.5
