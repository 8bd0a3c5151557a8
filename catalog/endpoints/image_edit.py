"""Image edit: `POST /images/edits`. Facts only: it cannot be tried here yet."""

MODALITY = "image_edit"
LABEL = "Image edit"
BADGE = "image-edit"
PATH = "/images/edits"
SUMMARY = "An image and a prompt in, the changed image out."
METERS = ("images", "input_tokens", "image_tokens", "output_tokens", "requests")
