"""The rules: one module each, a generator over the trace whose docstring is the rule's documentation."""
