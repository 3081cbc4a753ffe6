"""Which strategy suits a search, by what one of its fits costs."""
