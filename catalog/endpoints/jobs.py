"""Jobs: endpoints that answer at once with an id, and give their file when it is polled at `/jobs/{id}`.

Gateways spell states and addresses in several ways; `read` understands those seen in the wild. The sandbox keeps no
jobs: an id carries what was asked and when, signed, and the state follows from the clock.
"""

import base64
import hashlib
import hmac
import json
import math
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from catalog.endpoints.answers import Refused
from catalog.endpoints.parameters import Parameter

STATES = {
    "queued": "queued", "pending": "queued", "starting": "queued", "submitted": "queued", "in_queue": "queued",
    "preparing": "queued", "queueing": "queued", "throttled": "queued", "created": "queued",
    "running": "running", "processing": "running", "in_progress": "running",
    "succeeded": "succeeded", "completed": "succeeded", "complete": "succeeded", "done": "succeeded", "success": "succeeded",
    "succeed": "succeeded", "finished": "succeeded",
    "failed": "failed", "error": "failed", "fail": "failed", "expired": "failed", "timeout": "failed", "timed_out": "failed",
    "canceled": "canceled", "cancelled": "canceled", "aborted": "canceled",
}  # fmt: skip
IDS = ("id", "job_id", "jobId", "task_id", "request_id")
ADDRESSES = ("url", "file_url", "result_url", "video_url", "audio_url", "output_url")
HOLDERS = ("result", "results", "output", "outputs", "data", "files", "file", "video", "audio")
REASONS = ("message", "failure_reason", "reason", "detail")
OVER = ("succeeded", "failed", "canceled")
MAX_ID = 500  # characters
MAX_MESSAGE = 500  # characters
MAX_DEPTH = 8  # how deep in an answer an address is looked for

# What every endpoint of a job takes beside its own parameters.
WEBHOOK = Parameter(
    "webhook_url", "string", "Webhook",
    "Address of your own that the gateway sends the finished job to, signed, where it does so. Polling works without.",
    max_length=2000, advanced=True,
)  # fmt: skip

QUEUED_FOR, RUNS_FOR = 0.4, 1.6  # seconds that a sandbox job waits and then works
KEPT_FOR = 7 * 24 * 3600  # seconds after which the sandbox knows a job no more
FILES = {"video": "video.mp4", "music": "music.wav", "model_3d": "model.glb"}
# How the sandbox spells a state: as the gateway whose SDK is `aigateway-py`, which waits for "completed" or "failed".
SPELLED = {"succeeded": "completed"}


@dataclass(frozen=True, slots=True)
class Job:
    """A job as one answer shows it. `state` is one of ours; `progress` is per cent or None; `urls` are where its files are."""

    id: str
    state: str
    progress: float | None
    urls: tuple[str, ...]
    message: str


def read(answer: Any, known_id: str = "") -> Job:
    """The job of an answer, in one spelling; `known_id` stands in where a poll's answer leaves the id out.

    A state of an unknown name counts as running: a job that may yet end well is not given up for a word.
    Raises KeyError, TypeError or ValueError where there is no id that can be asked for, or no state.
    """
    stated = answer.get("status") or answer["state"]
    if not isinstance(stated, str):
        raise TypeError("A job's state is a word.")
    state = STATES.get(stated.strip().lower().replace("-", "_"), "running")
    return Job(identity(answer, known_id), state, share(answer.get("progress")), tuple(addresses(answer)), reason(answer))


def identity(answer: dict[str, Any], known_id: str) -> str:
    found = next((answer[name] for name in IDS if isinstance(answer.get(name), str | int)), known_id)
    name = known_id or str(found)
    # "." and ".." would ask for another address than the job's.
    if not name.strip(".") or len(name) > MAX_ID:
        raise ValueError("A job's id is a text that can stand in an address.")
    return name


def share(told: Any) -> float | None:
    """Progress in per cent: 45, "45%" and 0.45 are the same; None for what is no share."""
    fraction = isinstance(told, float) and told <= 1
    try:
        value = float(told.strip().removesuffix("%")) if isinstance(told, str) else float(told)
    except (TypeError, ValueError, OverflowError):
        return None
    if isinstance(told, bool) or not math.isfinite(value):
        return None
    return min(100.0, max(0.0, value * 100 if fraction else value))


def reason(answer: dict[str, Any]) -> str:
    """Why a job failed, in the gateway's own words, or blank."""
    error = answer.get("error")
    holders = [error if isinstance(error, dict) else {"message": error}, answer]
    texts = [holder.get(name) for holder in holders for name in REASONS]
    return next((text[:MAX_MESSAGE] for text in texts if isinstance(text, str) and text.strip()), "")


def addresses(answer: Any) -> list[str]:
    """Every address of a result, wherever the answer holds it, each once. Those of another scheme than http are left out."""
    return list(dict.fromkeys(url for url in walked(answer, MAX_DEPTH) if url.startswith(("http://", "https://", "/"))))


def walked(answer: Any, depth: int) -> Iterator[str]:
    if isinstance(answer, str):
        yield answer
    elif isinstance(answer, dict) and depth:
        yield from (answer[name] for name in ADDRESSES if isinstance(answer.get(name), str))
        for name in HOLDERS:
            yield from walked(answer.get(name), depth - 1)
    elif isinstance(answer, list) and depth:
        for entry in answer:
            yield from walked(entry, depth - 1)


def begun(kind: str, body: dict[str, Any], inputs: tuple[str, ...] = ("prompt",)) -> dict[str, Any]:
    """The sandbox's first answer to a job of `kind`, which is made of at least one of `inputs`. Raises Refused."""
    given = [name for name in inputs if body.get(name) is not None]
    if wrong := next((name for name in given or inputs if not is_text(body.get(name))), ""):
        told = "" if given else "".join(f", or {name}" for name in inputs[1:])
        raise Refused(f"{wrong}{told} must be a text with at least one character.", wrong)
    fails = str(body.get("prompt", "")).lower().startswith("fail")
    facts = {"k": kind, "t": round(time.time(), 2), "f": fails, "m": body.get("model"), "n": secrets.token_hex(4)}
    return snapshot(issue(facts), facts)


def is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def issue(facts: dict[str, Any]) -> str:
    packed = base64.urlsafe_b64encode(json.dumps(facts, separators=(",", ":")).encode()).decode().rstrip("=")
    return f"job_{packed}.{signature(packed)}"


def signature(text: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"sandbox job {text}".encode(), hashlib.sha256).hexdigest()[:16]


def opened(job_id: str) -> dict[str, Any] | None:
    """What an id of the sandbox carries, or None where it was not issued here or too long ago."""
    packed, _, signed = job_id.removeprefix("job_").partition(".")
    if not job_id.startswith("job_") or not hmac.compare_digest(signed.encode(), signature(packed).encode()):
        return None
    facts = json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    return facts if facts["t"] > time.time() - KEPT_FOR else None


def snapshot(job_id: str, facts: dict[str, Any], canceled: bool = False) -> dict[str, Any]:
    """A sandbox job as it stands now: queued, running, then succeeded; one whose prompt begins with “fail” fails."""
    state = "canceled" if canceled else state_by_clock(facts)
    url = f"{settings.SITE_URL}/sandbox/v1/files/jobs/{job_id}/{FILES[facts['k']]}" if state == "succeeded" else None
    return {
        "id": job_id, "object": "job", "status": SPELLED.get(state, state), "modality": facts["k"], "model": facts["m"],
        "progress": progress(state, facts), "created_at": int(facts["t"]), "updated_at": int(max(facts["t"], time.time())),
        "result": {"url": url} if url else None, "result_url": url,
        "error": "The sandbox was asked to fail." if state == "failed" else None,
    }  # fmt: skip


def state_by_clock(facts: dict[str, Any]) -> str:
    age = time.time() - facts["t"]
    if age < QUEUED_FOR + RUNS_FOR:
        return "queued" if age < QUEUED_FOR else "running"
    return "failed" if facts["f"] else "succeeded"


def progress(state: str, facts: dict[str, Any]) -> int | None:
    """Per cent; None where a job ended without its work done."""
    if state == "running":
        return min(99, max(0, round(100 * (time.time() - facts["t"] - QUEUED_FOR) / RUNS_FOR)))
    return {"queued": 0, "succeeded": 100}.get(state)
