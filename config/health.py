"""Whether the process lives, and whether the site can answer.

What is told is for anyone: words of a closed list, no addresses, no versions. The look at the database is bounded in time,
shared by all who ask within a second, and never begun anew while an earlier one still waits.
"""

import asyncio
import functools
import time
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog import outage, snapshot, syncing
from catalog.models import Version
from playground.models import Run
from playground.running import draining

PATIENCE = 2.0  # seconds for the database
KEPT = 1.0  # seconds
UNREACHED = ("connection_refused", "dns_error", "tls_error", "connect_timeout", "first_byte_timeout", "connection_lost")

# Every word that a check may say, and what it means to a person.
WORDS = {
    "database": {
        "ok": "", "unreachable": "The database does not answer.",
        "busy": "It is locked, or its connections are all taken: pages are served, what is to be written waits.",
    },
    "disk": {"ok": "", "full": "Nothing can be written until there is room: pages are served, runs are refused."},
    "migrations": {
        "ok": "", "unknown": "Nobody knows, without the database.",
        "missing": "Run manage.py migrate: the tables are older than the code.",
    },
    "snapshot": {
        "ok": "", "missing": "The catalog has not been read yet.", "empty": "The catalog is empty: run manage.py load_catalog.",
        "behind": "An older catalog is served until the newest is read.",
    },
    "gateway": {
        "ok": "", "sandbox": "The built-in one.", "unknown": "Nothing has been sent to it yet.",
        "unreachable": "The last call of it came to nothing. The catalog is served; runs may fail.",
    },
    "process": {"ok": "", "draining": "It is about to end."},
}  # fmt: skip
NOT_READY = {
    ("database", "unreachable"), ("migrations", "missing"), ("snapshot", "missing"), ("snapshot", "empty"),
    ("process", "draining"),
}  # fmt: skip


@dataclass(frozen=True)
class Looked:
    """What the database says. `version` is the catalog's there, None where it says nothing."""

    version: int | None = None
    migrated: bool = False
    gateway: str = "unknown"
    at: float = field(default_factory=time.monotonic)


@never_cache
@require_safe
async def healthz(request: HttpRequest) -> HttpResponse:
    """The process lives; nothing else is looked at."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
async def readyz(request: HttpRequest) -> HttpResponse:
    """200 while pages can be served, else 503, with the state of each part. A gateway that is away changes nothing in that."""
    told = checks(await looked())
    ready = not NOT_READY & set(told.items())
    status = 200 if ready else 503
    if "application/json" in request.headers.get("Accept", ""):
        age = round((timezone.now() - snapshot.latest().read_at).total_seconds()) if snapshot.exists() else None
        return JsonResponse({"ready": ready, "checks": told, "snapshot_age_seconds": age}, status=status)
    lines = ["ready" if ready else "not ready", *(f"{name}: {word}. {WORDS[name][word]}".rstrip() for name, word in told.items())]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8", status=status)


def checks(found: Looked) -> dict[str, str]:
    known = found.version is not None
    return {
        "database": "unreachable" if not known else "busy" if outage.busy.since or outage.crowded.since else "ok",
        "disk": "full" if outage.full.since else "ok",
        "migrations": "unknown" if not known else "ok" if found.migrated else "missing",
        "snapshot": of_snapshot(found.version), "gateway": found.gateway,
        "process": "draining" if draining.begun() else "ok",
    }  # fmt: skip


def of_snapshot(version: int | None) -> str:
    if not snapshot.exists():
        return "missing"
    now = snapshot.latest()
    if not now.cards:
        return "empty"
    return "behind" if version is not None and now.version < version else "ok"


_looks: dict[asyncio.AbstractEventLoop, asyncio.Task[Looked]] = {}


async def looked() -> Looked:
    """What was found within the last second, or is found now; without an answer in time, that there is none."""
    loop = asyncio.get_running_loop()
    task = _looks.get(loop)
    if task is None or task.done() and (task.exception() or time.monotonic() - task.result().at > KEPT):
        _looks.clear()  # of loops that are over
        task = _looks[loop] = asyncio.create_task(outage.apart(look))
    await asyncio.wait({task}, timeout=PATIENCE)
    return task.result() if task.done() else Looked()


def look() -> Looked:
    try:
        return Looked(Version.current(), migrated(), gateway())
    except Error:
        return Looked()


@functools.cache
def known_migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def migrated() -> bool:
    return known_migrations() <= MigrationRecorder(connection).applied_migrations().keys()


def gateway() -> str:
    """How the last call of it went, be it a run or a sync: asking it now could cost money and time."""
    if not settings.GATEWAY_URL:
        return "sandbox"
    run, read = last_run(), syncing.last_of("gateway")
    if run and (read is None or run.created > (read.finished or read.started)):
        return "unreachable" if (run.error or {}).get("type") in UNREACHED and run.status is None else "ok"
    return "unknown" if read is None else "ok" if read.state in ("done", "stopped") else "unreachable"


def last_run() -> Run | None:
    ended: Any = Run.objects.made_here().filter(sandbox=False).exclude(state__in=("running", "stopped"))
    return ended.only("created", "error", "status").first()
