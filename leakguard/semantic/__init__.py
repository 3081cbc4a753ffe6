"""The one model that all rules read: what the checked program does to its rows."""
