"""What operators are told of the running site: measures, failures, and what became of a request."""
