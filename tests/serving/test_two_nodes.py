"""Two nodes behind nginx with PostgreSQL and Redis, as compose.yaml has them: what is said and done on one is so on the other,
and what dies with one is little.
"""

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager

import httpx
import pytest
from cluster import STARTS_WITHIN, Cluster
from served import until

from tests.served_site import Visitor

QUOTA = 6  # runs a minute
CHAT, SPEECH = "openai/gpt-4o", "openai/tts-1"
ASKED = {"model": CHAT, "role": "user", "content": "Hello, all of you! " * 10}
PAGES = ("/models", "/", f"/models/{CHAT}", "/models?q=chat&sort=price", "/rankings", "/models.json", "/docs")
READERS, STREAMS = 6, 8


@pytest.fixture(scope="module")
def site() -> Iterator[Cluster]:
    with Cluster(RUNS_PER_MINUTE=str(QUOTA)) as cluster:
        yield cluster


def test_a_run_of_one_node_is_read_on_the_other(site):
    here = visitor(site)
    said = {"model": SPEECH, "input": "Hello!", "voice": "alloy"}
    made = here.send_form(f"{site.nodes[0]}/playground/run", said, Accept="application/json").raise_for_status().json()
    for node in site.nodes:
        record = here.get(f"{node}/playground/runs/{made['run']}", headers={"Accept": "application/json"}).json()
        assert record["state"] == "complete"
        file = here.get(node + record["artifacts"][0]["url"]).raise_for_status()
        assert len(file.content) == record["artifacts"][0]["bytes"]


def test_a_session_is_of_both_nodes_and_so_is_an_edit(site):
    given = {"USERNAME": "ada", "PASSWORD": secrets.token_hex(), "EMAIL": "ada@example.com"}
    site.manage("createsuperuser", "--no-input", **{f"DJANGO_SUPERUSER_{name}": value for name, value in given.items()})
    desk = Visitor(site.url).begin("/admin/login/")
    words = {"username": "ada", "password": given["PASSWORD"]}
    assert desk.send_form(f"{site.nodes[0]}/admin/login/", words).status_code == 302
    for node in site.nodes:
        assert desk.get(f"{node}/admin/").status_code == 200
    (key,) = site.rows("SELECT id FROM catalog_model WHERE slug = %s", CHAT)[0]
    fields = desk.form(f"{site.nodes[0]}/admin/catalog/model/{key}/change/") | {"name": "A name from node one"}
    assert desk.send_form(f"{site.nodes[0]}/admin/catalog/model/{key}/change/", fields).status_code == 302
    for address in (*site.nodes, site.url):
        until(lambda: "A name from node one" in desk.get(f"{address}/models/{CHAT}").text)  # noqa: B023 - called at once


def test_a_node_dies_under_load(site):
    asyncio.run(killed_under_load(site))


async def killed_under_load(site: Cluster) -> None:
    before = await Hasty.at(site)
    await before.ask_too_often()
    begun = asyncio.Barrier(STREAMS + 1)
    streams = [asyncio.create_task(streamed(site, begun)) for _ in range(STREAMS)]
    async with asyncio.timeout(STARTS_WITHIN):
        await begun.wait()
    async with reading(site) as pages:
        await asyncio.to_thread(until, lambda: len(pages.answered) > READERS)
        gone, moment = site.kill(1), time.monotonic()
        ends = await asyncio.gather(*streams)
        await asyncio.to_thread(until, lambda: site.pid(1) != gone and site.ready(1), STARTS_WITHIN)
    assert not pages.failed_after(moment)
    check_streams(site, ends)
    await before.ask_too_often()
    await (await Hasty.at(site)).ask_too_often()


def check_streams(site: Cluster, ends: list[tuple[str, bool]]) -> None:
    """Those of the node that lives are whole; those of the other are closed, and say so."""
    lost = [run for run, whole in ends if not whole]
    mine = dict(site.rows("SELECT id::text, process FROM playground_run WHERE id::text = ANY(%s)", [run for run, _ in ends]))
    assert 0 < len(lost) < len(ends)
    assert {run for run, process in mine.items() if process not in site.processes(2)} == set(lost)
    until(lambda: not under_way(site))
    told = site.rows("SELECT state, error->>'message' FROM playground_run WHERE id::text = ANY(%s)", lost)
    assert {state for state, _ in told} == {"stopped"} and all(words for _, words in told)


def under_way(site: Cluster) -> list[tuple]:
    return site.rows("SELECT id FROM playground_run WHERE state = 'running'")


def visitor(site: Cluster) -> Visitor:
    return Visitor(site.url).begin(f"/playground?model={CHAT}")


async def arrived(site: Cluster) -> httpx.AsyncClient:
    """Somebody who has been on the playground's page."""
    client = httpx.AsyncClient(base_url=site.url, trust_env=False, timeout=60)
    (await client.get("/playground")).raise_for_status()
    client.headers["X-CSRFToken"] = client.cookies["csrftoken"]
    return client


class Hasty:
    """A visitor who asks for more runs than may be, of both nodes at once, and how many were granted so far."""

    @classmethod
    async def at(cls, site: Cluster) -> "Hasty":
        self = cls()
        self.nodes, self.client, self.begun, self.granted = site.nodes, await arrived(site), time.monotonic(), 0
        await self.ask(site.url)  # from the first run on it is known who asks
        return self

    async def ask(self, node: str) -> None:
        answer = await self.client.post(f"{node}/playground/run", data=ASKED, headers={"Accept": "application/json"})
        assert answer.status_code in (200, 429)
        self.granted += answer.status_code == 200

    async def ask_too_often(self) -> None:
        """It is the quota that is granted, and what its bucket, filled again evenly, may have had since."""
        await asyncio.gather(*(self.ask(node) for node in self.nodes * QUOTA))
        assert QUOTA <= self.granted <= QUOTA + (time.monotonic() - self.begun) * QUOTA / 60


async def streamed(site: Cluster, begun: asyncio.Barrier) -> tuple[str, bool]:
    """A run of a visitor of its own, through nginx: its id, and whether all of it came."""
    async with aclosing(await arrived(site)) as client:
        told = {"Accept": "text/event-stream"}
        async with client.stream("POST", "/playground/run", data=ASKED | {"stream": "on"}, headers=told) as answer:
            lines = answer.aiter_lines()
            run = await anext(json.loads(line[6:])["id"] async for line in lines if line.startswith('data: {"id"'))
            await begun.wait()
            if not await to_its_end(lines):
                return run, False
        record = (await client.get(f"/playground/runs/{run}", headers={"Accept": "application/json"})).json()
        return run, record["state"] == "complete"


async def to_its_end(lines: AsyncIterator[str]) -> bool:
    """Whether a stream has one."""
    try:
        async for _ in lines:
            pass
    except httpx.TransportError:
        return False
    return True


class Pages:
    """What became of the pages that were asked for: when each was, and its status; 0 where it broke off."""

    def __init__(self) -> None:
        self.answered: list[tuple[float, str, int]] = []

    def failed_after(self, moment: float) -> list[tuple[float, str, int]]:
        """Failures but for those that were on their way at that moment."""
        return [one for one in self.answered if one[2] != 200 and one[0] > moment]


@asynccontextmanager
async def reading(site: Cluster) -> AsyncIterator[Pages]:
    """Readers who ask for one page after the other while the block lasts."""
    pages = Pages()
    async with httpx.AsyncClient(base_url=site.url, trust_env=False, timeout=60) as client:
        readers = [asyncio.create_task(read(client, pages, n)) for n in range(READERS)]
        try:
            yield pages
        finally:
            for reader in readers:
                reader.cancel()
            await asyncio.gather(*readers, return_exceptions=True)


async def read(client: httpx.AsyncClient, pages: Pages, number: int) -> None:
    while True:
        number += 1
        path, begun = PAGES[number % len(PAGES)], time.monotonic()
        try:
            status = (await client.get(path)).status_code
        except httpx.TransportError:
            status = 0
        pages.answered.append((begun, path, status))
