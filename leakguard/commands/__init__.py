"""The commands of the command line: each module holds one, as `command`, named like the module."""
