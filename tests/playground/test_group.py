"""Several columns in one stream: what the page receives, and what the gateway sees of a stop."""

import asyncio
import json
from collections import defaultdict

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient

from gateway.client import Gateway
from gateway.sse import Event, Splitter
from playground.models import Run, RunGroup
from playground.running import upstream

LARGE, FREE = "acme/talk-large", "acme/talk-free"
VISITORS = 100


def form(*models: str, **fields: str) -> dict[str, object]:
    said = {"endpoint": "chat", "role": "user", "content": "Hello!", "stream": "on", "column": [*map(str, range(len(models)))]}
    return said | {f"{n}.{name}": model for n, model in enumerate(models) for name in ("model", "was")} | fields


async def post(client: AsyncClient, fields: dict[str, object]):
    return await client.post("/playground/groups", fields, headers={"Accept": "text/event-stream"})


async def heard(fields: dict[str, object]) -> list[Event]:
    answer = await post(AsyncClient(), fields)
    splitter = Splitter()
    return [event async for part in answer.streaming_content for event in splitter.feed(part)]


def named(events: list[Event], name: str) -> list[dict]:
    return [json.loads(event.data) for event in events if event.name == name]


def test_stream_names_its_group_and_its_runs_first(catalog):
    events = async_to_sync(heard)(form(LARGE, FREE))
    assert [event.name for event in events[:3]] == ["group", "run", "run"]
    assert named(events, "group") == [{"id": str(RunGroup.objects.get().id), "url": RunGroup.objects.get().get_absolute_url()}]
    assert [run["column"] for run in named(events, "run")] == [0, 1]


def test_pieces_of_each_column_add_up_to_its_answer(catalog):
    events, texts = async_to_sync(heard)(form(LARGE, FREE)), defaultdict(str)
    for piece in named(events, "piece"):
        texts[piece["column"]] += piece["text"]
    assert dict(texts) == dict.fromkeys((0, 1), "Hello! How can I help you today?")


def test_each_column_ends_with_its_html_and_all_with_the_standings(catalog):
    parts = [event.data for event in async_to_sync(heard)(form(LARGE, FREE)) if event.name == "message"]
    assert len(parts) == 3
    assert {part.split('"')[1] for part in parts[:2]} == {"#result-0", "#result-1"}
    assert 'hx-target="#standings"' in parts[2] and "Cheapest" in parts[2]


def test_answer_in_one_piece_comes_when_it_is_done(catalog):
    events = async_to_sync(heard)(form(LARGE, FREE, stream=""))
    assert named(events, "piece") == [] and {run.state for run in Run.objects.all()} == {"complete"}


class Silent:
    """A gateway that reads requests and never answers; knows how many connections it has."""

    def __init__(self) -> None:
        self.asked, self.left = asyncio.Semaphore(0), asyncio.Semaphore(0)

    async def __aenter__(self) -> "Silent":
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.server.close()

    @property
    def gateway(self) -> Gateway:
        return Gateway(f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}/v1")

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.asked.release()
        while await reader.read(1000):
            pass
        self.left.release()
        writer.close()

    async def all(self, seen: asyncio.Semaphore, count: int) -> None:
        async with asyncio.timeout(1):
            for _ in range(count):
                await seen.acquire()


def stopped_by(act, monkeypatch) -> None:
    """Six columns that wait for their first token are ended by `act(client, parts, group)`: the gateway sees all six leave."""

    async def scene() -> None:
        async with Silent() as silent:
            monkeypatch.setattr(upstream, "connect", lambda: silent.gateway)
            client = AsyncClient()
            parts = aiter((await post(client, form(*[LARGE] * 6))).streaming_content)
            group = json.loads(Splitter().feed(await anext(parts))[0].data)
            reading = asyncio.create_task(drained(parts))
            await silent.all(silent.asked, 6)
            await act(client, reading, group)
            await silent.all(silent.left, 6)
            await asyncio.wait([reading])

    async_to_sync(scene)()
    assert [run.state for run in Run.objects.all()] == ["stopped"] * 6


async def drained(parts) -> None:
    async for _ in parts:
        pass


def test_stop_all_hangs_up_within_a_second(catalog, monkeypatch):
    async def stop(client: AsyncClient, reading: asyncio.Task, group: dict) -> None:
        answer = await client.post(f"{group['url']}/stop", headers={"Accept": "application/json"})
        assert [run["state"] for run in answer.json()["runs"]] == ["stopped"] * 6

    stopped_by(stop, monkeypatch)


def test_leaving_hangs_up_within_a_second(catalog, monkeypatch):
    async def leave(client: AsyncClient, reading: asyncio.Task, group: dict) -> None:
        reading.cancel()

    stopped_by(leave, monkeypatch)


def test_leaving_before_anything_began_leaves_no_running_row(catalog):
    async def scene() -> None:
        answer = await post(AsyncClient(), form(LARGE, FREE))
        reading = asyncio.create_task(drained(answer.streaming_content))
        asyncio.get_running_loop().call_soon(reading.cancel)
        await asyncio.wait([reading])

    async_to_sync(scene)()
    assert {run.state for run in Run.objects.all()} == {"stopped"}


@pytest.fixture
def wide_open(settings) -> None:
    settings.RUNS_PER_MINUTE = settings.RUNS_AT_ONCE = settings.SITE_RUNS_AT_ONCE = 1000


def test_runs_of_a_hundred_visitors_never_mix(catalog, wide_open):
    async def visit(n: int) -> tuple[str, dict]:
        client, prompt = AsyncClient(), f"I am visitor {n} of this site."
        answer = await post(client, form(LARGE, FREE, content=prompt))
        events = Splitter().feed(b"".join([part async for part in answer.streaming_content]))
        [group] = named(events, "group")
        return prompt, (await client.get(group["url"], headers={"Accept": "application/json"})).json()

    async def all_at_once() -> list[tuple[str, dict]]:
        return await asyncio.gather(*map(visit, range(VISITORS)))

    found = async_to_sync(all_at_once)()
    for prompt, record in found:
        for run in record["runs"]:
            assert run["state"] == "complete" and f"“{prompt}”" in run["output"] and prompt in run["request"]["body"]
    assert RunGroup.objects.values("visitor").distinct().count() == VISITORS
    assert all(group.runs.filter(visitor=group.visitor).count() == 2 for group in RunGroup.objects.all())
