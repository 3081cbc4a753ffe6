"""Non-interference: what a tuner returns must not change when the sealed rows do."""
