"""Moderation: `POST /moderations`. Facts only: it cannot be tried here yet."""

MODALITY = "moderation"
LABEL = "Moderation"
BADGE = "moderation"
PATH = "/moderations"
SUMMARY = "A text in, a score for each kind of harm out."
METERS = ("input_tokens", "output_tokens", "requests")
