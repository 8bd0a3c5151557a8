"""What is tidied up: runs that a stopped process left behind, jobs that nobody follows, and what is too old to be kept."""

from asgiref.sync import sync_to_async
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from catalog import usage
from catalog.operation import failures
from playground.bounds import buckets
from playground.models import Run
from playground.models.runs import RUN_LASTS
from playground.presets import presets
from playground.records import shares, store
from playground.running import polling
from playground.sandbox import notes


def mark_orphans() -> int:
    """Closes runs that are older than any run can last: the process that ran them is gone. Returns how many."""
    error = {"status": None, "type": "interrupted", "message": "The site stopped while this ran.", "retry_after": None}
    return Run.objects.running().filter(job="").started_before(minutes=RUN_LASTS).update(state="stopped", error=error)


async def end_jobs() -> None:
    """A last poll for jobs that nobody follows any more: each ends as the gateway says, or is given up."""
    late = Run.objects.running().exclude(job="").filter(created__lt=timezone.now() - polling.GIVE_UP_AFTER)
    async for run in late:
        await polling.advance(run)


async def tidy() -> None:
    """Everything that is due now and then."""
    await sync_to_async(mark_orphans)()
    await sync_to_async(purge)()
    await sync_to_async(shares.purge)()
    await sync_to_async(notes.forget)()
    await sync_to_async(buckets.forget)()
    await sync_to_async(presets.forget)()
    await sync_to_async(SessionStore.clear_expired)()
    await sync_to_async(usage.forget)()
    await sync_to_async(failures.forget)()
    await end_jobs()


def purge() -> int:
    """Deletes runs past RUN_RETENTION_DAYS with their files. Returns how many."""
    return store.delete(Run.objects.exclude(state="running").expired())
