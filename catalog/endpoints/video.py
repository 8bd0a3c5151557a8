"""Video: `POST /videos/generations`, a job that is polled at `/jobs/{id}`."""

from typing import Any

from catalog.endpoints import jobs
from catalog.endpoints.parameters import Parameter

MODALITY = "video"
LABEL = "Video"
BADGE = "video"
PATH = "/videos/generations"
SUMMARY = "A prompt in, a job out; the finished job holds a video."
METERS = ("video_seconds", "generations", "requests")
RESPONSE_TYPE = "application/json"
JOB = True

PARAMETERS = (
    Parameter("prompt", "text", "Prompt", "What the video shows.", required=True, carries="text"),
    Parameter("duration", "number", "Duration", "Seconds. Blank: the model's own.", minimum=1, maximum=60),
    Parameter("aspect_ratio", "string", "Aspect ratio", "Such as 16:9.", max_length=10),
    Parameter("resolution", "string", "Resolution", "Such as 720p.", max_length=10),
    Parameter(
        "image_url", "string", "First picture", "Address of a picture to start from.",
        max_length=2000, advanced=True, carries="image", sample="street.png",
    ),
    jobs.WEBHOOK,
)  # fmt: skip
EXAMPLE = {"prompt": "A tram in the rain", "duration": 2}


def reply(body: dict[str, Any]) -> dict[str, Any]:
    return jobs.begun("video", body, ("prompt", "image_url"))


def usage(request: dict[str, Any] | None, response: dict[str, Any] | None) -> dict[str, int | float]:
    """The seconds that were asked for; without them the length is the model's own, which only the gateway knows."""
    seconds = (request or {}).get("duration")
    return {"video_seconds": seconds} if isinstance(seconds, int | float) else {}
