"""Music: `POST /audio/music`, a job that is polled at `/jobs/{id}`."""

from typing import Any

from catalog.endpoints import jobs
from catalog.endpoints.parameters import Parameter

MODALITY = "music"
LABEL = "Music"
BADGE = "music"
PATH = "/audio/music"
SUMMARY = "A prompt in, a job out; the finished job holds music."
METERS = ("audio_seconds", "audio_minutes", "generations", "requests")
ALTERNATIVES = (("generations",), ("audio_seconds",))
RESPONSE_TYPE = "application/json"
JOB = True

PARAMETERS = (
    Parameter("prompt", "text", "Prompt", "What it should sound like.", required=True),
    Parameter("duration", "number", "Duration", "Seconds, where the model can be told.", minimum=1, maximum=600),
    Parameter("lyrics", "text", "Lyrics", "Words to sing. Blank: the model's own, or none."),
    Parameter("is_instrumental", "boolean", "Without voices"),
    jobs.WEBHOOK,
)
EXAMPLE = {"prompt": "A slow piano piece", "duration": 10, "is_instrumental": True}


def reply(body: dict[str, Any]) -> dict[str, Any]:
    return jobs.begun("music", body)


def usage(request: dict[str, Any] | None, response: dict[str, Any] | None) -> dict[str, int | float]:
    """One piece, and the seconds that were asked for: a model is paid by the one or the other."""
    seconds = (request or {}).get("duration")
    return {"generations": 1} | ({"audio_seconds": seconds} if isinstance(seconds, int | float) else {})
