"""What is true about models: facts, prices, where each came from, and how a model is called."""
