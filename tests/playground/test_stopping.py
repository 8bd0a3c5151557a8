"""Runs that are ended from elsewhere: through their address, or by another process through their row."""

import asyncio
import json

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.test import AsyncClient, Client

from gateway.sse import Splitter
from playground.models import Run
from playground.running import stopping

JSON = {"Accept": "application/json"}
HELLO = {"model": "acme/talk-large", "role": "user", "content": "Hello!", "stream": "on"}


class Stream:
    """A run's event stream, read event by event as a page does."""

    def __init__(self, client: AsyncClient):
        self.client, self.events = client, []

    async def open(self, address: str = "/playground/run", **fields) -> "Stream":
        answer = await self.client.post(address, HELLO | fields, headers={"Accept": "text/event-stream"})
        self.parts, self.splitter = aiter(answer.streaming_content), Splitter()
        return self

    async def until(self, name: str) -> str:
        """The data of the next event of that name."""
        while True:
            for event in self.events:
                self.events.remove(event)
                if event.name == name:
                    return event.data
            self.events += self.splitter.feed(await anext(self.parts))

    async def rest(self) -> str:
        return b"".join([part async for part in self.parts]).decode()


def test_stop_ends_a_run_and_keeps_what_came(catalog, gate):
    async def scene():
        client = AsyncClient()
        stream = await Stream(client).open()
        run = json.loads(await stream.until("run"))["id"]
        gate.let(2)
        await stream.until("piece")
        answer, rest = await asyncio.gather(client.post(f"/playground/runs/{run}/stop", headers=JSON), stream.rest())
        return answer.json(), rest

    record, rest = async_to_sync(scene)()
    assert (record["state"], Run.objects.get().state) == ("stopped", "stopped")
    assert "Stopped" in rest and record["output"].startswith("Hello!")


def test_stop_before_the_first_token_ends_a_run(catalog, gate):
    async def scene():
        client = AsyncClient()
        stream = await Stream(client).open()
        run = json.loads(await stream.until("run"))["id"]
        rest = asyncio.create_task(stream.rest())
        answer = await client.post(f"/playground/runs/{run}/stop", headers=JSON)
        await rest
        return answer.json()

    assert (record := async_to_sync(scene)())["state"] == "stopped" and record["output"] is None


def test_another_process_s_stop_is_obeyed(catalog, gate):
    async def scene():
        stream = await Stream(AsyncClient()).open()
        await stream.until("piece")
        rest = asyncio.create_task(stream.rest())
        await Run.objects.aupdate(stop_asked=True)
        await stopping.obey()
        await rest

    async_to_sync(scene)()
    assert Run.objects.get().state == "stopped"


def test_obeying_leaves_other_runs_alone(catalog, gate):
    async def scene():
        client = AsyncClient()
        streams = [await Stream(client).open(content=text) for text in ("Hello!", "Thanks")]
        for stream in streams:
            await stream.until("piece")
        rests = [asyncio.create_task(stream.rest()) for stream in streams]
        first = await sync_to_async(Run.objects.order_by("created").first)()
        await Run.objects.filter(id=first.id).aupdate(stop_asked=True)
        await stopping.obey()
        await rests[0]
        gate.open()
        await rests[1]

    async_to_sync(scene)()
    assert list(Run.objects.order_by("created").values_list("state", flat=True)) == ["stopped", "complete"]


def test_finished_run_is_left_as_it_is(run, client):
    record = run().json()
    assert client.post(f"/playground/runs/{record['run']}/stop", headers=JSON).json() == record


@pytest.mark.parametrize("what", ["runs", "groups"])
def test_only_the_visitor_may_stop(run, what):
    found = run().json()["run"]
    assert Client().post(f"/playground/{what}/{found}/stop").status_code == 404


def test_stop_needs_a_token(run):
    found = run().json()["run"]
    assert Client(enforce_csrf_checks=True).post(f"/playground/runs/{found}/stop").status_code == 403
