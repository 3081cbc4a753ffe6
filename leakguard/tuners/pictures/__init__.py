"""Pictures of searches: functions that return matplotlib's axes, and one page with all of them (extra `plots`)."""
