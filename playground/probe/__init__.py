"""Asks models little questions and keeps dated proof of what their answers show. Who asks: an operator, with a budget."""
