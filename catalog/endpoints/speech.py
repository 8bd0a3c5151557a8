"""Speech: `POST /audio/speech`, as in OpenAI's API reference. The sandbox's sound is made in `tone`."""

from typing import Any

from catalog.endpoints.answers import Media, Refused
from catalog.endpoints.parameters import Parameter, fill, for_model
from catalog.endpoints.tone import pcm, wav
from gateway.call import Call
from gateway.exchange import Exchange

MODALITY = "speech"
LABEL = "Speech"
BADGE = "tts"
PATH = "/audio/speech"
SUMMARY = "A text in, an audio file of it being spoken out."
METERS = ("characters", "input_tokens", "output_tokens", "audio_output_tokens", "audio_seconds", "audio_minutes", "requests")
RESPONSE_TYPE = "audio/wav"
SDK = {"method": "audio.speech", "file": "speech"}

VOICES = ("alloy", "echo", "fable", "onyx", "nova", "shimmer")
TYPES = {
    "mp3": "audio/mpeg", "opus": "audio/ogg", "aac": "audio/aac", "flac": "audio/flac",
    "wav": "audio/wav", "pcm": "audio/pcm",
}  # fmt: skip
MAX_CHARACTERS = 4096

PARAMETERS = (
    Parameter(
        "input", "text", "Text to speak", "The text, and what characters are counted of.",
        required=True, max_length=MAX_CHARACTERS,
    ),
    Parameter("voice", "choice", "Voice", "Which voice speaks.", default="alloy", required=True, choices=VOICES),
    Parameter(
        "response_format", "choice", "Format", "Kind of audio file. pcm is bare 24 kHz 16-bit mono.",
        default="mp3", choices=tuple(TYPES),
    ),
    Parameter("speed", "number", "Speed", "1 is the voice's own pace.", default=1.0, minimum=0.25, maximum=4, step=0.05),
)  # fmt: skip


def example(model: Any) -> dict[str, Any]:
    values = {"input": "The 14:05 leaves from platform 7.", "voice": "alloy", "response_format": "wav", "speed": 1.0}
    return fill({"model": model.upstream_id}, PARAMETERS, model.parameters, values)


def quickstart(model: Any) -> dict[str, Any]:
    """The shortest request that works, for snippets."""
    body = example(model)
    return {name: value for name, value in body.items() if name != "speed"}


def call(model: Any, data: dict[str, Any]) -> Call:
    return Call(PATH, json=fill({"model": model.upstream_id}, PARAMETERS, model.parameters, data))


def form(model: Any) -> list[tuple[Parameter, str]]:
    return for_model(PARAMETERS, model.parameters)


def reply(body: dict[str, Any]) -> Media:
    text, wanted, speed = checked(body)
    samples = pcm(text, str(body.get("voice", "alloy")), speed)
    if wanted == "pcm":
        return Media(samples, TYPES["pcm"])
    note = "" if wanted == "wav" else f"The sandbox makes no {wanted}. This is wav."
    return Media(wav(samples), TYPES["wav"], note)


def checked(body: dict[str, Any]) -> tuple[str, str, float]:
    text, wanted, speed = body.get("input"), body.get("response_format", "mp3"), body.get("speed", 1.0)
    if not isinstance(text, str) or not text.strip():
        raise Refused("input must be a text with at least one character.", "input")
    if len(text) > MAX_CHARACTERS:
        raise Refused(f"input has {len(text):,} characters; at most {MAX_CHARACTERS:,} are allowed.", "input")
    if not isinstance(wanted, str) or wanted not in TYPES:
        raise Refused(f"response_format must be one of {', '.join(TYPES)}.", "response_format")
    if isinstance(speed, bool) or not isinstance(speed, int | float) or not 0.25 <= speed <= 4:
        raise Refused("speed must be a number from 0.25 to 4.", "speed")
    return text, wanted, float(speed)


def usage(request: dict[str, Any] | None, response: dict[str, Any] | None) -> dict[str, int]:
    """Characters of the request: the answer is sound and counts nothing itself."""
    text = (request or {}).get("input")
    return {"characters": len(text)} if isinstance(text, str) else {}


def result(exchange: Exchange, text: str | None) -> dict[str, Any]:
    return {}
