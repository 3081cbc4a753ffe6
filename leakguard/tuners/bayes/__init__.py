"""Bayesian optimisation: a Gaussian process of its own, and Optuna's samplers."""
