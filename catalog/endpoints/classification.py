"""Classification: `POST /classifications`. Facts only: it cannot be tried here yet."""

MODALITY = "classification"
LABEL = "Classification"
BADGE = "classification"
PATH = "/classifications"
SUMMARY = "A text in, labels with scores out."
METERS = ("input_tokens", "output_tokens", "requests")
