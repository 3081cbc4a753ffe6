"""Tuning without labels: how many clusters, of which kind, and whether there are any."""
