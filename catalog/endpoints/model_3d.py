"""3D: `POST /3d/generations`, a job that is polled at `/jobs/{id}`."""

from typing import Any

from catalog.endpoints import jobs
from catalog.endpoints.parameters import Parameter

MODALITY = "model_3d"
LABEL = "3D"
BADGE = "3d"
PATH = "/3d/generations"
SUMMARY = "An image or a prompt in, a job out; the finished job holds a 3D mesh."
METERS = ("generations", "requests")
RESPONSE_TYPE = "application/json"
JOB = True

PARAMETERS = (
    Parameter("prompt", "text", "Prompt", "What it should be.", required=True, carries="text"),
    Parameter(
        "image_url", "string", "Picture", "Address of a picture to make it from.",
        max_length=2000, carries="image", sample="street.png",
    ),
    jobs.WEBHOOK,
)  # fmt: skip
EXAMPLE = {"prompt": "A cube of wood"}


def reply(body: dict[str, Any]) -> dict[str, Any]:
    return jobs.begun("model_3d", body, ("prompt", "image_url"))


def usage(request: dict[str, Any] | None, response: dict[str, Any] | None) -> dict[str, int]:
    return {"generations": 1}
