"""What each effect of the knowledge files means to the interpreter: one function an effect."""
