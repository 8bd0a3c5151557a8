"""OCR: `POST /ocr`. Facts only: it cannot be tried here yet."""

MODALITY = "ocr"
LABEL = "OCR"
BADGE = "ocr"
PATH = "/ocr"
SUMMARY = "A page or an image in, its text out."
METERS = ("pages", "images", "input_tokens", "output_tokens", "requests")
