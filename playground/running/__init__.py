"""A call from its start to its end: sent, followed, streamed to the page, stopped."""
