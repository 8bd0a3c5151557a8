"""What visitors of the playground ask for; nothing here is the same for two of them, and nothing is kept by caches."""
