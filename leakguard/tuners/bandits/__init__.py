"""Strategies that give many candidates little and few candidates all: halving, Hyperband, ASHA and BOHB."""
