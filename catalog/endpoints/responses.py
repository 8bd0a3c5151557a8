"""Responses: `POST /responses`. Facts only: it cannot be tried here yet."""

MODALITY = "chat"
LABEL = "Responses"
BADGE = "responses"
PATH = "/responses"
SUMMARY = "Text and images in, text out, with the state of a conversation kept by the gateway."
METERS = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "reasoning_tokens")
