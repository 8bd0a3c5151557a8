"""A job ends once, in a clear state, whether or not someone looks."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from asgiref.sync import async_to_sync
from django.utils import timezone
from job_network import VIDEO, done, words

from playground import housekeeping
from playground.models import Artifact, Run
from playground.running import polling

poll, advance = async_to_sync(polling.poll), async_to_sync(polling.advance)


def test_two_who_see_the_end_write_it_once(begin):
    run = begin(done())

    async def polls() -> None:
        first, second = [await Run.objects.aget() for _ in range(2)]
        await asyncio.gather(polling.poll(first), polling.poll(second))

    async_to_sync(polls)()
    run.refresh_from_db()
    artifact = Artifact.objects.get()
    assert (run.state, artifact.n, artifact.file.read_bytes()) == ("complete", 0, VIDEO)


@pytest.mark.parametrize("late", [{"status": "running", "progress": 10}, {"status": "failed"}, httpx.Response(404)])
def test_late_poll_changes_no_end(begin, late):
    run = begin(done(), late)
    poll(Run.objects.get(id=run.id))
    poll(run)
    assert (run.state, run.error, run.artifacts.count()) == ("complete", None, 1)


def test_nobody_polls_while_files_are_fetched(begin, network, look):
    run = begin(done())
    advance(run)
    Run.objects.update(state="running")
    advance(Run.objects.get())
    assert network.asked() == ["GET /jobs/job-1", "GET /files/a.mp4"]


# Giving up

LATE = polling.GIVE_UP_AFTER + timedelta(minutes=1)


def late(run: Run) -> Run:
    Run.objects.filter(id=run.id).update(created=timezone.now() - LATE)
    return Run.objects.get(id=run.id)


@pytest.mark.parametrize("answer", [{"status": "running"}, httpx.Response(503)])
def test_job_that_takes_too_long_is_given_up(begin, look, answer):
    shown = words(look(late(begin(answer))))
    assert "Limited" in shown and "job_timeout The job was not over after 15 minutes, and this site asks no longer." in shown
    assert "The message is the gateway's own" not in shown and "This site asks for the job no longer." in shown


def test_job_that_ended_while_nobody_looked_is_complete(begin, look):
    assert "Complete" in words(look(late(begin(done()))))


@pytest.mark.parametrize(
    ("answer", "state"), [(done(), "complete"), ({"status": "running"}, "limited"), (httpx.Response(503), "limited")]
)
def test_job_that_nobody_follows_ends_too(begin, answer, state):
    late(begin(answer))
    async_to_sync(housekeeping.tidy)()
    run = Run.objects.get()
    assert (run.state, run.finished is not None) == (state, True)


def test_job_that_may_still_end_is_left_alone(begin, network):
    begin({"status": "running"})
    async_to_sync(housekeeping.tidy)()
    assert (Run.objects.get().state, network.asked()) == ("running", [])
