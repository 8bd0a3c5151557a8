"""What the sandbox says and draws: answers made of the request alone, the same for the same request."""
