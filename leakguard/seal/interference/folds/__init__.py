"""Non-interference for folds: what was fitted inside a fold must not change with the fold's validation rows."""
