"""Transcription: `POST /audio/transcriptions`, a multipart form as in OpenAI's API reference."""

import io
import re
import wave
from typing import Any, TypeGuard

from catalog.endpoints.answers import Media, Refused, counted, counts
from catalog.endpoints.parameters import Parameter, fill
from catalog.endpoints.uploads import Upload, multipart
from gateway.call import Call

MODALITY = "transcription"
LABEL = "Transcription"
BADGE = "stt"
PATH = "/audio/transcriptions"
SUMMARY = "An audio file in, its words out."
METERS = ("audio_minutes", "audio_input_tokens", "input_tokens", "output_tokens", "requests")
RESPONSE_TYPE = "application/json"
REQUEST_TYPE = "multipart/form-data"
PLAIN_TYPES = ("text/plain", "text/vtt")
SDK = {
    "method": "audio.transcriptions.create",
    "fields": frozenset("model file language prompt response_format temperature timestamp_granularities".split()),
    "python": "print(r.text)",
    "typescript": "console.log(r.text);",
    "plain": ("text", "srt", "vtt"),  # formats that the SDKs give as bare text
}

FORMATS = ("json", "verbose_json", "text", "srt", "vtt")
SPEAKERS = "diarized_json"  # of the few models that tell speakers apart
PARAMETERS = (
    Parameter("file", "audio", "Audio file", "WAV, MP3, OGG, FLAC, AAC or MP4.", required=True, sample="speech.wav"),
    Parameter("language", "string", "Language", "Code of the spoken language, such as en. Blank: found out.", max_length=10),
    Parameter("prompt", "string", "Prompt", "Words that are likely to be said.", max_length=1000, advanced=True),
    Parameter(
        "response_format", "choice", "Format", "verbose_json has timestamps; srt and vtt are subtitles.",
        default="json", choices=FORMATS,
    ),
    Parameter("temperature", "number", "Temperature", "Higher is more varied.", minimum=0, maximum=1, step=0.1, advanced=True),
)  # fmt: skip
EXAMPLE = {"file": "@speech.wav", "language": "en", "response_format": "verbose_json"}
QUICKSTART = {"file": "@speech.wav"}

TIME = r"(?:[0-9]{2,3}:)?[0-5][0-9]:[0-5][0-9][.,][0-9]{3}"
CUE = re.compile(rf"^(?P<start>{TIME}) --> (?P<end>{TIME})[^\n]*\n(?P<text>.+)", re.M | re.S)
SENTENCES = ("This is the sandbox.", "It heard {seconds} seconds of audio.", "No model was called.")


def call(model: Any, data: dict[str, Any]) -> Call:
    return multipart(PATH, fill({"model": model.upstream_id}, PARAMETERS, model.parameters, data))


def reply(body: dict[str, Any]) -> dict[str, Any] | Media:
    upload, wanted = checked(body)
    length = duration(upload.content)
    spoken = [sentence.format(seconds=f"{length:.1f}") for sentence in SENTENCES]
    step = length / len(spoken)
    times = [(round(n * step, 2), round((n + 1) * step, 2)) for n in range(len(spoken))]
    rows = [{"id": n, "start": start, "end": end, "text": spoken[n]} for n, (start, end) in enumerate(times)]
    if wanted in SDK["plain"]:
        text = " ".join(spoken) if wanted == "text" else subtitles(rows, wanted)
        return Media(f"{text}\n".encode(), "text/vtt; charset=utf-8" if wanted == "vtt" else "text/plain; charset=utf-8")
    found = {"text": " ".join(spoken), "usage": {"type": "duration", "seconds": round(length, 2)}}
    language = str(body.get("language") or "english")
    extra = {"task": "transcribe", "language": language, "duration": round(length, 2), "segments": rows}
    if wanted == SPEAKERS:
        extra = {"segments": [row | {"type": "transcript.text.segment", "speaker": "A"} for row in rows]}
    return extra | found if wanted in ("verbose_json", SPEAKERS) else found


def checked(body: dict[str, Any]) -> tuple[Upload, str]:
    upload, wanted = body.get("file"), body.get("response_format") or "json"
    if not isinstance(upload, Upload) or not upload.content:
        raise Refused("file must be an audio file, sent as a part of a multipart form.", "file")
    if not isinstance(wanted, str) or wanted not in (*FORMATS, SPEAKERS):
        raise Refused(f"response_format must be one of {', '.join(FORMATS)} or {SPEAKERS}.", "response_format")
    return upload, wanted


def duration(content: bytes) -> float:
    """Seconds of a WAV file; of any other, what its size makes likely at 128 kbit a second."""
    try:
        with wave.open(io.BytesIO(content)) as file:
            return file.getnframes() / (file.getframerate() or 1)
    except (wave.Error, EOFError):
        return len(content) / 16_000


def subtitles(rows: list[dict[str, Any]], kind: str) -> str:
    """Segments as SRT or WebVTT."""
    point = "," if kind == "srt" else "."
    blocks = [f"{clock(row['start'], point)} --> {clock(row['end'], point)}\n{row['text'].strip()}" for row in rows]
    if kind == "srt":
        return "\n\n".join(f"{n}\n{cue}" for n, cue in enumerate(blocks, 1))
    return "\n\n".join(["WEBVTT", *blocks])


def clock(seconds: float, point: str) -> str:
    """`00:01:02,500`."""
    whole = round(seconds * 1000)
    return f"{whole // 3_600_000:02}:{whole // 60_000 % 60:02}:{whole // 1000 % 60:02}{point}{whole % 1000:03}"


def output(response: dict[str, Any]) -> str | None:
    text = response.get("text")
    return text if isinstance(text, str) else None


def usage(request: dict[str, Any] | None, response: dict[str, Any] | None) -> dict[str, int | float]:
    """What the gateway counts: seconds as minutes, or tokens."""
    found = counted(response)
    seconds = found.get("seconds") or (response or {}).get("duration")
    if is_moment(seconds):
        return {"audio_minutes": round(seconds / 60, 6)}
    return {**counts({"input_tokens": found.get("input_tokens"), "output_tokens": found.get("output_tokens")})}


def segments(response: dict[str, Any]) -> list[dict[str, Any]]:
    """The pieces of a transcript that have a text and its times."""
    rows = [row for row in response.get("segments") or [] if isinstance(row, dict) and isinstance(row.get("text"), str)]
    return [row for row in rows if is_moment(row.get("start")) and is_moment(row.get("end"))]


def is_moment(value: Any) -> TypeGuard[float]:
    """Whether `value` is a number of seconds that a clock can show."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1_000_000


def files(response: dict[str, Any]) -> list[bytes]:
    """Subtitles made of the timestamps, where the answer has them: WebVTT, then SRT."""
    rows = segments(response)
    return [subtitles(rows, kind).encode() for kind in ("vtt", "srt")] if rows else []


def plain_files(text: str) -> list[bytes]:
    """Both kinds of subtitles, made of an answer that is one of them; none where it is bare text."""
    rows = cues(text)
    return [subtitles(rows, kind).encode() for kind in ("vtt", "srt")] if rows else []


def cues(text: str) -> list[dict[str, Any]]:
    """The segments of SRT or WebVTT; blocks without times, such as WebVTT's head and notes, are left out."""
    matches = (CUE.search(block) for block in text.replace("\r\n", "\n").split("\n\n"))
    return [
        {"start": moment(match["start"]), "end": moment(match["end"]), "text": match["text"].strip()}
        for match in matches if match
    ]  # fmt: skip


def moment(told: str) -> float:
    """Seconds of `01:02:03,500` or, as WebVTT has it, `02:03.500`."""
    *hours, minutes, seconds = told.replace(",", ".").split(":")
    return (int(hours[0]) if hours else 0) * 3600 + int(minutes) * 60 + float(seconds)


def view(request: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
    """Each segment's start, end, speaker where one is told apart, and text."""
    rows = segments(response)
    return {"segments": [(short(row["start"]), short(row["end"]), row.get("speaker"), row["text"].strip()) for row in rows]}


def short(seconds: float) -> str:
    """`01:02.5`, with hours only where there are some."""
    return clock(seconds, ".").removeprefix("00:")[:-2]
