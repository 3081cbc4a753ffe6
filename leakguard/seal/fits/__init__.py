"""The fit ledger: which rows each fit saw, held against the fold that it ran in."""
