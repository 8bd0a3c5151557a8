"""What happens when a model is called: the form, the run, the sandbox, and what is kept of it."""
