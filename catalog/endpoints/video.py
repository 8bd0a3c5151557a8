"""Video: `POST /videos/generations`. Facts only: it cannot be tried here yet."""

MODALITY = "video"
LABEL = "Video"
BADGE = "video"
PATH = "/videos/generations"
SUMMARY = "A prompt in, a job out; the finished job holds a video."
METERS = ("video_seconds", "generations", "requests")
