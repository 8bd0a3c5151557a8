"""Image: `POST /images/generations`. Facts only: it cannot be tried here yet."""

MODALITY = "image"
LABEL = "Image"
BADGE = "image"
PATH = "/images/generations"
SUMMARY = "A text prompt in, one or more images out."
METERS = ("images", "input_tokens", "image_tokens", "output_tokens", "requests")
