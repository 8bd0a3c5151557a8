"""Speech: `POST /audio/speech`, as in OpenAI's API reference. The sandbox's sound is made in `voice`, else in `tone`."""

from typing import Any

from catalog.endpoints.answers import Media, Refused
from catalog.endpoints.parameters import Parameter
from catalog.endpoints.sandbox import voice
from catalog.endpoints.sandbox.tone import pcm, wav

MODALITY = "speech"
LABEL = "Speech"
BADGE = "tts"
PATH = "/audio/speech"
SUMMARY = "A text in, an audio file of it being spoken out."
METERS = ("characters", "input_tokens", "output_tokens", "audio_output_tokens", "audio_seconds", "audio_minutes", "requests")
RESPONSE_TYPE = "audio/wav"
SDK = {
    "method": "audio.speech",
    "file": "speech",
    "fields": frozenset("model input voice response_format speed instructions".split()),
}

TYPES = {
    "mp3": "audio/mpeg", "opus": "audio/ogg", "aac": "audio/aac", "flac": "audio/flac",
    "wav": "audio/wav", "pcm": "audio/pcm",
}  # fmt: skip
MAX_CHARACTERS = 4096
STAND_IN = "VOICE"

PARAMETERS = (
    Parameter(
        "input", "text", "Text to speak", "The text, and what characters are counted of.",
        required=True, max_length=MAX_CHARACTERS,
    ),
    # Which voices there are, each model says itself; see its `parameters`.
    Parameter(
        "voice", "string", "Voice", f"A voice that the model has. Where no source names one, {STAND_IN} stands for it.",
        required=True, max_length=100, stand_in=STAND_IN,
    ),
    Parameter(
        "response_format", "choice", "Format", "Kind of audio file. pcm is bare 24 kHz 16-bit mono.",
        default="mp3", choices=tuple(TYPES),
    ),
    Parameter("speed", "number", "Speed", "1 is the voice's own pace.", default=1.0, minimum=0.25, maximum=4, step=0.05),
)  # fmt: skip


EXAMPLE = {"input": "The 14:05 leaves from platform 7.", "voice": STAND_IN, "response_format": "wav", "speed": 1.0}
QUICKSTART = {name: value for name, value in EXAMPLE.items() if name != "speed"}


def reply(body: dict[str, Any]) -> Media:
    text, wanted, speed = checked(body)
    asked = str(body.get("voice", "alloy"))
    spoken = voice.spoken(text, asked, speed) if voice.installed() else None
    samples = spoken or pcm(text, asked, speed)
    notes = ["The voice failed. This is a tone."] if voice.installed() and not spoken else []
    notes += [f"The sandbox makes no {wanted}. This is wav."] if wanted not in ("wav", "pcm") else []
    made = samples if wanted == "pcm" else wav(samples)
    return Media(made, TYPES["pcm" if wanted == "pcm" else "wav"], " ".join(notes), voice.NAME if spoken else "")


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
