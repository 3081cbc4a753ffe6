"""Which kind of model: each family tuned a little on the same folds, then the best one deeply."""
