"""Music: `POST /audio/music`. Facts only: it cannot be tried here yet."""

MODALITY = "music"
LABEL = "Music"
BADGE = "music"
PATH = "/audio/music"
SUMMARY = "A prompt in, a job out; the finished job holds music."
METERS = ("audio_seconds", "audio_minutes", "generations", "requests")
