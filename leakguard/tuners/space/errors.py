"""What is wrong with a space, said before anything is fitted."""


class SpaceError(ValueError):
    """A space that cannot be searched: the text names the parameter, what is wrong with it and what would be right."""
