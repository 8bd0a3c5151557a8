"""Translation: `POST /translations`. Facts only: it cannot be tried here yet."""

MODALITY = "translation"
LABEL = "Translation"
BADGE = "translation"
PATH = "/translations"
SUMMARY = "A text and a target language in, the translated text out."
METERS = ("characters", "input_tokens", "output_tokens", "requests")
