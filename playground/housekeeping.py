"""What is tidied up: runs that a stopped process left behind, jobs that nobody follows, and what is too old to be kept."""

from collections.abc import Collection
from datetime import timedelta

from asgiref.sync import sync_to_async
from django.contrib.sessions.backends.db import SessionStore
from django.db.models import Q
from django.utils import timezone

from catalog import outage, processes, syncing, usage
from catalog.imports import running as imports
from catalog.operation import failures
from playground import nodes
from playground.bounds import buckets
from playground.bounds.buckets import Share
from playground.models import Probe, Run
from playground.models.runs import RUN_LASTS
from playground.presets import presets
from playground.records import filed, shares, store
from playground.running import draining, polling
from playground.sandbox import notes

REST = 240  # seconds in which nobody else tidies up


def close_gone() -> None:
    """Closes what processes left half done that are gone: runs, probes, imports, turns of a sync.

    Belongs to every start, before anyone is answered, and is repeated for processes that die while others live on.
    """
    gone = processes.dead() + nodes.gone()
    mark_orphans(gone)
    Probe.objects.filter(finished=None, process__in=gone).update(finished=timezone.now(), stopped=draining.STOPPED)
    imports.bury_dead()
    syncing.release(gone)
    processes.forget(gone)
    nodes.forget(gone)


async def watch_over() -> None:
    """A sign of life, and what is to be done about those who give none. On a connection of its own: a new snapshot, which may
    take longer than a process may be silent, has the usual one.
    """
    await outage.apart(sign_and_close)


def sign_and_close() -> None:
    nodes.sign()
    if processes.dead() or nodes.gone():
        close_gone()


def mark_orphans(gone: Collection[str] = ()) -> int:
    """Closes runs whose process is gone, and those that are older than any run can last. Returns how many."""
    late = Q(created__lt=timezone.now() - timedelta(minutes=RUN_LASTS))
    left = Run.objects.running().filter(late | Q(process__in=gone), job="")
    return left.update(state="stopped", error=draining.INTERRUPTED)


async def end_jobs() -> None:
    """A last poll for jobs that nobody follows any more: each ends as the gateway says, or is given up."""
    late = Run.objects.running().exclude(job="").filter(created__lt=timezone.now() - polling.GIVE_UP_AFTER)
    async for run in late:
        await polling.advance(run)


async def in_turn() -> None:
    """`tidy`, by one process of the site after another: two at once would delete the same rows."""
    if not await sync_to_async(buckets.take)([Share("housekeeping", 1, REST)]):
        await tidy()


async def tidy() -> None:
    """Everything that is due now and then."""
    await sync_to_async(close_gone)()
    await sync_to_async(purge)()
    await sync_to_async(shares.purge)()
    await sync_to_async(filed.forget_strays)()
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
