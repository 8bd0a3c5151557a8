"""Detection: `POST /detections`. Facts only: it cannot be tried here yet."""

MODALITY = "detection"
LABEL = "Detection"
BADGE = "detection"
PATH = "/detections"
SUMMARY = "An image in, the objects in it with their boxes out."
METERS = ("images", "requests")
