"""Messages: `POST /messages`. Facts only: it cannot be tried here yet."""

MODALITY = "chat"
LABEL = "Messages"
BADGE = "messages"
PATH = "/messages"
SUMMARY = "A conversation in the shape of Anthropic's API, text out."
METERS = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "reasoning_tokens")
