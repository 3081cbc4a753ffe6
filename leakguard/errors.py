"""What the person at the command line can mend."""


class UserError(ValueError):
    """A setting, a path or a rule's name that cannot be used: the text says what, where, and what would be right."""


class KnowledgeError(ValueError):
    """A knowledge file says something that the vocabulary lacks: the text names file, entry and key."""
