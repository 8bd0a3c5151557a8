"""Streams: what our playground adds to a gateway's, how many it holds, how soon it hangs up; the same of LiteLLM proxy."""

import asyncio
import json
import statistics
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

from bench import servers, visitor
from bench.asking import ask, until_it_answers
from bench.processes import CLIENT_CORE, Server, cpu_seconds, memory_mib, settle
from bench.rates import AT_ONCE, LEAVINGS, QUICK, STREAMS_IN_TURN
from bench.report import AT_LEAST, AT_MOST, Row, Table, figure
from bench.visitor import Read, Way

MODEL = "openai/gpt-4"
# No limit of the site's stands in the way: what is measured is what it can do.
UNLIMITED = {"DAILY_BUDGET_USD": "1000000", "RUNS_PER_MINUTE": "1000000", "RUNS_AT_ONCE": "5000", "SITE_RUNS_AT_ONCE": "5000"}
SHORT = (5, 5)  # chunks, and ms between them
LONG = 500 if QUICK else 3000  # chunks of a stream as fast as it goes
SEVERAL, PACED = 10, (100 if QUICK else 500, 20)  # streams side by side, and their chunks and pace
OPENING = 16  # streams that wait for their head at a time, while 1,000 are opened
AT_ONCE_PACE = (5, 1000)  # chunks and pace of those held open
SEEN_EVERY = 0.5  # seconds between two looks at the memory
MEMORY, LEFT_P50, LEFT_P99 = 64, 10, 50  # KiB a stream, ms, ms
OF_LITELLM_FIRST, OF_LITELLM_CHUNK = 4, 5  # times less than LiteLLM proxy


class Relay(NamedTuple):
    """A server between visitor and gateway, and how it is asked."""

    way: Way
    server: Server


@contextmanager
def relays(peers: bool) -> Iterator[tuple[Server, list[Relay]]]:
    """The fake gateway, and before it our site and perhaps LiteLLM proxy."""
    with ExitStack() as stack:
        gateway = stack.enter_context(servers.fake_gateway(CLIENT_CORE))
        until_it_answers(gateway, "/v1/models")
        settings = {"GATEWAY_URL": gateway.address("/v1"), "GATEWAY_KEY": "none", **UNLIMITED}
        site = stack.enter_context(servers.process(400, **settings))
        until_it_answers(site, "/models")
        found = [Relay(visitor.playground(site, MODEL), site)]
        if peers:
            proxy = stack.enter_context(servers.litellm(gateway))
            until_it_answers(proxy, "/health/liveliness")
            found.append(Relay(visitor.direct("LiteLLM proxy", proxy.port, servers.LITELLM_KEY), proxy))
        yield gateway, found


def alone() -> list[Table]:
    with relays(peers=False) as (gateway, found):
        return [first_tokens(gateway, found), chunks(found), at_once(gateway, found[0]), leaving(gateway, found[0])]


def beside_litellm() -> list[Table]:
    with relays(peers=True) as (gateway, found):
        return [first_tokens(gateway, found), chunks(found)]


def first_tokens(gateway: Server, found: list[Relay]) -> Table:
    """Streams in turn; what each way adds to the gateway's own time."""
    ways = [visitor.direct("direct", gateway.port), *(relay.way for relay in found)]
    times = asyncio.run(in_turn(ways))
    base = times["direct"]
    heads = ("way", "first token p50, ms", "p99, ms", "added p50, ms", "added p99, ms")
    table = Table(heads, note=f"{STREAMS_IN_TURN} each, in turn.")
    for way in ways:
        added = [share(times[way.name], part) - share(base, part) for part in (50, 99)]
        figures = (*(share(times[way.name], part) for part in (50, 99)), *added)
        table.rows.append(Row((way.name, *map(figure, figures))))
    return with_ratio(table, "added to the first token", [median_added(times, relay.way) for relay in found], OF_LITELLM_FIRST)


async def in_turn(ways: list[Way]) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {way.name: [] for way in ways}
    for way in ways:
        await visitor.read(way, *SHORT)  # warms it up
    for _ in range(STREAMS_IN_TURN):
        for way in ways:
            times[way.name].append((await visitor.read(way, *SHORT)).first_ms)
    return times


def median_added(times: dict[str, list[float]], way: Way) -> float:
    return share(times[way.name], 50) - share(times["direct"], 50)


def with_ratio(table: Table, what: str, figures: list[float], goal: float) -> Table:
    """Adds how many times less ours is than LiteLLM's, where there are both."""
    if len(figures) == 2:
        less = figures[1] / figures[0]
        blank = [""] * (len(table.heads) - 2)
        cells = (f"LiteLLM proxy : ours, {what}", f"{figure(less)}x", *blank)
        table.rows.append(Row(cells, less, AT_LEAST, goal, "x"))
    return table


def chunks(found: list[Relay]) -> Table:
    """CPU a chunk: of one stream as fast as it goes, and of several at a model's pace. A run's fixed cost is in it."""
    table = Table(("way", "flat out, CPU µs a chunk", "paced, CPU µs a chunk", "whole"))
    table.note = (
        f"Flat out: one stream of {LONG:,} chunks. Paced: {SEVERAL} streams of {PACED[0]} chunks, one every {PACED[1]} ms."
    )
    costs = []
    for relay in found:
        fast, read = spent(relay, lambda way: gathered(way, 1, LONG, 0))
        paced, others = spent(relay, lambda way: gathered(way, SEVERAL, *PACED))
        costs.append((fast / LONG * 1e6, paced / (SEVERAL * PACED[0]) * 1e6))
        table.rows.append(Row((relay.way.name, *map(figure, costs[-1]), wholes(read + others))))
    for column, what in enumerate(("flat out", "paced")):
        with_ratio(table, what, [cost[column] for cost in costs], OF_LITELLM_CHUNK)
    return table


def spent(relay: Relay, work: Callable[[Way], Awaitable[list[Read]]]) -> tuple[float, list[Read]]:
    """CPU seconds of the relay for some streams, and what came of those."""
    settle(relay.server.pid)
    before = cpu_seconds(relay.server.pid)
    read = asyncio.run(awaited(work(relay.way)))
    settle(relay.server.pid)
    return cpu_seconds(relay.server.pid) - before, read


async def awaited(work: Awaitable[list[Read]]) -> list[Read]:
    return await work


async def gathered(way: Way, many: int, count: int, pace: int, together: int = 0) -> list[Read]:
    return await asyncio.gather(*(visitor.read(way, count, pace, together) for _ in range(many)))


def wholes(read: Iterable[Read]) -> str:
    told = [one.whole for one in read]
    return f"{sum(told)} of {len(told)}"


def at_once(gateway: Server, relay: Relay) -> Table:
    """Streams that are all open before any goes on, and the memory that each takes."""
    before = memory_mib(relay.server.pid)
    read, while_open, peak, wrong = asyncio.run(held(relay))
    each = (while_open - before) * 1024 / max(len(read), 1)
    firsts = [one.first_ms for one in read]
    figures = (share(firsts, 50), share(firsts, 99), before, while_open, peak, each)
    heads = ("streams", "open together", "first p50, ms", "first p99, ms", "before, MiB", "open, MiB", "ending, MiB",
             "KiB a stream")  # fmt: skip
    cells = (f"{AT_ONCE:,}", f"{seen(gateway)['most']:,}", *map(figure, figures))
    kept = sum(one.whole for one in read)
    rows = [Row(cells, each, AT_MOST, MEMORY, " KiB"), Row(("whole", f"{kept:,}", *[""] * 6), kept, AT_LEAST, AT_ONCE)]
    return Table(heads, rows, f"Opened {OPENING} at a time; none goes on before all are open. {wrong}.")


async def held(relay: Relay) -> tuple[list[Read], float, float, str]:
    """What was read, the most memory until the first had ended and at all (MiB), and the first thing that went wrong."""
    door = asyncio.Semaphore(OPENING)
    tasks = [asyncio.ensure_future(visitor.read(relay.way, *AT_ONCE_PACE, AT_ONCE, door)) for _ in range(AT_ONCE)]
    while_open = peak = memory_mib(relay.server.pid)
    while any(not task.done() for task in tasks):
        await asyncio.wait(tasks, timeout=SEEN_EVERY)
        peak = max(peak, memory_mib(relay.server.pid))
        while_open = while_open if any(task.done() for task in tasks) else peak
    found = await asyncio.gather(*tasks, return_exceptions=True)
    faults = [one for one in found if isinstance(one, BaseException)]
    told = f"{len(faults)} failed, the first with `{told_shortly(faults[0])}`" if faults else "None failed"
    return [one for one in found if isinstance(one, Read)], while_open, peak, told


def told_shortly(fault: BaseException) -> str:
    return (str(fault) or type(fault).__name__).splitlines()[0][:80]


def leaving(gateway: Server, relay: Relay) -> Table:
    """From hanging up in the middle of a stream until the gateway's connection is closed."""
    left = asyncio.run(departures(relay))
    settle(gateway.pid)
    cut = seen(gateway)["cut"]
    waits = [(cut[name] - moment) / 1e6 for name, moment in left.items() if name in cut]
    table = Table(("visitors who left", "gateway saw it", "", "ms"))
    for part, goal in ((50, LEFT_P50), (99, LEFT_P99)):
        value = share(waits, part)
        cells = (str(len(left)), str(len(waits)), f"p{part}", figure(value))
        table.rows.append(Row(cells, value, AT_MOST, goal, " ms"))
    return table


async def departures(relay: Relay) -> dict[str, int]:
    found = {}
    for number in range(LEAVINGS):
        name = f"left{number}"
        found[name] = await visitor.leave(relay.way, name)
    return found


def seen(gateway: Server) -> dict:
    return json.loads(ask(gateway, "/seen").body)


def share(values: list[float], part: int) -> float:
    """A percentile: the value that `part` per cent of them do not pass."""
    if not values:
        return float("inf")
    return statistics.median(values) if part == 50 else sorted(values)[min(len(values) - 1, len(values) * part // 100)]
