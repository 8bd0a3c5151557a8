"""How much may be run: how often, how many at once, how many tokens, and for how much a day."""
