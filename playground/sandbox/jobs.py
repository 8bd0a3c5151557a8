"""Jobs of the sandbox over the wire: a poll, a cancellation, a result file and a signed address for it.

What a job is, `catalog.endpoints.jobs` knows.
"""

import hashlib
import hmac
import time
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from catalog.endpoints import jobs, sandbox
from catalog.endpoints.answers import Refused
from catalog.endpoints.sandbox.meshes import cube
from catalog.endpoints.sandbox.tone import pcm, wav
from playground.sandbox import notes

SAMPLES = Path(sandbox.__file__).parent / "samples"
TYPES = {"mp4": "video/mp4", "wav": "audio/wav", "glb": "model/gltf-binary"}
EXPIRES_IN, SHORTEST, LONGEST = 3600, 60, 604_800  # seconds that a signed address is good for


async def poll(job_id: str) -> dict[str, Any] | None:
    """The job as it stands, or None where there is no such job."""
    facts = jobs.opened(job_id)
    return jobs.snapshot(job_id, facts, await is_canceled(job_id)) if facts else None


async def cancel(job_id: str) -> dict[str, Any] | None:
    """The job, canceled unless it is over already; None where there is no such job."""
    facts = jobs.opened(job_id)
    if facts and jobs.state_by_clock(facts) not in jobs.OVER:
        await notes.note(digest(f"canceled {job_id}"))
    return await poll(job_id)


async def is_canceled(job_id: str) -> bool:
    return await notes.times(digest(f"canceled {job_id}")) > 0


async def result(job_id: str, name: str) -> tuple[bytes, str] | None:
    """`(content, type)` of a finished job's file, or None."""
    found, facts = await poll(job_id), jobs.opened(job_id)
    if not found or not facts or not found["result_url"] or jobs.FILES[facts["k"]] != name:
        return None
    return sample(facts["k"]), TYPES[name.rpartition(".")[2]]


@cache
def sample(kind: str) -> bytes:
    """The one file that every job of a kind ends in."""
    if kind == "model_3d":
        return cube()
    return wav(pcm("la la la lo, la la la lu", "nova", 0.6)) if kind == "music" else (SAMPLES / "clip.mp4").read_bytes()


async def signed(job_id: str, name: str, expires_in: str, key: str) -> dict[str, Any] | None:
    """`{url, expires_at}`: an address of a finished job's file that needs no key. None without such a file.

    expires_in: seconds, blank for an hour. Raises Refused.
    """
    wait = expires_in or str(EXPIRES_IN)
    if not (wait.isascii() and wait.isdecimal() and len(wait) < 10 and SHORTEST <= int(wait) <= LONGEST):
        raise Refused(f"expires_in must be a whole number of seconds from {SHORTEST} to {LONGEST}.", "expires_in")
    if await result(job_id, name) is None:
        return None
    expires, owner = int(time.time()) + int(wait), digest(f"key {key}")[:12]
    query = urlencode({"token": token(job_id, name, str(expires), owner), "exp": expires, "k": owner})
    url = f"{settings.SITE_URL}/sandbox/v1/files/jobs/{job_id}/{name}/public?{query}"
    return {"object": "signed_url", "url": url, "expires_at": expires}


async def public(job_id: str, name: str, query: dict[str, str]) -> tuple[bytes, str] | None:
    """The file behind a signed address. Raises Refused where the address was changed or is too old."""
    told, expires, owner = (query.get(part, "") for part in ("token", "exp", "k"))
    if not hmac.compare_digest(told.encode(), token(job_id, name, expires, owner).encode()) or int(expires) < time.time():
        raise Refused("This signed address is invalid or has expired.", "token")
    return await result(job_id, name)


def token(job_id: str, name: str, expires: str, owner: str) -> str:
    return digest(f"file {job_id}/{name} until {expires} for {owner}")


def digest(text: str) -> str:
    """64 hex digits that only this site can make."""
    told = f"sandbox {text}".encode("utf-8", "backslashreplace")
    return hmac.new(settings.SECRET_KEY.encode(), told, hashlib.sha256).hexdigest()
