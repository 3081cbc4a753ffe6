"""The opening ledger: who opened which test set, when, and why, over all runs of a project."""
