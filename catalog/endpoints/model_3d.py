"""3D: `POST /3d/generations`. Facts only: it cannot be tried here yet."""

MODALITY = "model_3d"
LABEL = "3D"
BADGE = "3d"
PATH = "/3d/generations"
SUMMARY = "An image or a prompt in, a job out; the finished job holds a 3D mesh."
METERS = ("generations", "requests")
