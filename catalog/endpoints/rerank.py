"""Rerank: `POST /rerank`. Facts only: it cannot be tried here yet."""

MODALITY = "rerank"
LABEL = "Rerank"
BADGE = "rerank"
PATH = "/rerank"
SUMMARY = "A query and documents in, the documents by relevance out."
METERS = ("searches", "input_tokens", "output_tokens", "requests")
