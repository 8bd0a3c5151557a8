"""Embedding: `POST /embeddings`. Facts only: it cannot be tried here yet."""

MODALITY = "embedding"
LABEL = "Embedding"
BADGE = "embedding"
PATH = "/embeddings"
SUMMARY = "Texts in, one vector for each out."
METERS = ("input_tokens", "images", "requests")
