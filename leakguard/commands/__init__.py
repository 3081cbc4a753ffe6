"""The commands of the command line: a module of a command's name holds it, as `command`; others help them."""
