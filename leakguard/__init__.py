"""A linter that finds where a score was computed on rows that something behind it had learned from."""

__version__ = "0.1.0"
