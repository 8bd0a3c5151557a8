"""The running site before a hostile gateway: what it keeps of memory and files, and how soon it hangs up for who has left."""

import asyncio
import contextlib
import itertools
import random
import statistics
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from bad_server import SCENARIOS, STREAM, BadServer, Reader, Request, Writer, chunk

from fuzz.asked import TOKEN
from fuzz.running_site import RunningSite

AT_ONCE = 8
WARM_UP = 200  # runs, after which what is made once is made
PATIENCE = 0.5  # seconds after which a visitor of a gateway that says nothing hangs up
SETTLES = 30.0  # seconds in which the last connections close
MOST_GROWTH = 50 * 1024  # KiB
SLOWEST = 1.0  # seconds from a visitor's leaving to the gateway's connection being closed
LEAVERS, TOGETHER = 100, 10
MARK = b"visitor-"


class Hostile(BadServer):
    """A gateway that answers each run in another of all the ways it knows; a run that says who it is waits for its end."""

    def __init__(self, seed: int):
        super().__init__()
        ways = [name for name in SCENARIOS if name != "completions"]
        random.Random(seed).shuffle(ways)
        self.ways = itertools.cycle(ways)
        self.answered = 0
        self.gone: dict[int, asyncio.Future[float]] = {}
        self.go_on.set()
        SCENARIOS["completions"] = self.answer

    async def _serve(self, reader: Reader, writer: Writer) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError):  # who left before the request was whole
            await super()._serve(reader, writer)

    async def answer(self, _: BadServer, request: Request, reader: Reader, writer: Writer) -> bool:
        if MARK not in request.body:
            self.answered += 1
            return await SCENARIOS[next(self.ways)](self, request, reader, writer)
        number = int(request.body.partition(MARK)[2].partition(b"-")[0])
        writer.write(STREAM + chunk(b'data: {"choices": [{"index": 0, "delta": {"content": "Hi"}}]}\n\n'))
        with contextlib.suppress(ConnectionError):
            await reader.read()
        self.gone[number].set_result(asyncio.get_running_loop().time())
        return False


@dataclass
class Soaked:
    """Memory in KiB and open files: at the start, warmed up, at the end. `left`: seconds until the gateway saw who left."""

    memory: list[int] = field(default_factory=list)
    files: list[int] = field(default_factory=list)
    runs: int = 0
    left: list[float] = field(default_factory=list)

    def note(self, site: RunningSite) -> None:
        self.memory.append(site.resident())
        self.files.append(site.files())

    def faults(self, site: RunningSite) -> list[str]:
        found = [f"the site logged {line}" for line in site.complaints()]
        if self.memory[-1] - self.memory[1] > MOST_GROWTH:
            found.append(f"memory grew by {(self.memory[-1] - self.memory[1]) // 1024} MiB")
        if self.files[-1] > self.files[0]:
            found.append(f"{self.files[-1]} files are open, {self.files[0]} were")
        return found + [f"the gateway was held for {one:.2f} s" for one in self.left if one > SLOWEST]

    def told(self) -> str:
        memory = " / ".join(f"{one / 1024:.0f}" for one in self.memory)
        middle, late = statistics.median(self.left), statistics.quantiles(self.left, n=100)[98]
        return (
            f"{self.runs:,} hostile runs: memory {memory} MiB, open files {' / '.join(map(str, self.files))}"
            f" (start / warm / end)\n{len(self.left)} visitors left: the gateway was free after"
            f" p50 {middle * 1000:.0f}, p99 {late * 1000:.0f}, most {max(self.left) * 1000:.0f} ms"
        )


async def soak(site: RunningSite, gateway: Hostile, runs: int, leavers: int = LEAVERS) -> Soaked:
    told, draw = Soaked(), random.Random(0)
    told.note(site)
    told.left += await leave(site, gateway, range(TOGETHER))
    await hostile_runs(site, gateway, min(WARM_UP, runs // 2), draw)
    await settled(site, told.files[0])
    told.note(site)
    await hostile_runs(site, gateway, runs, draw)
    told.runs = gateway.answered
    for first in range(TOGETHER, leavers, TOGETHER):
        told.left += await leave(site, gateway, range(first, min(first + TOGETHER, leavers)))
    await settled(site, told.files[0])
    told.note(site)
    return told


async def settled(site: RunningSite, files: int) -> None:
    """Waits until as few files are open as were, or for as long as that may take."""
    until = asyncio.get_running_loop().time() + SETTLES
    while site.files() > files and asyncio.get_running_loop().time() < until:
        await asyncio.sleep(0.1)


async def hostile_runs(site: RunningSite, gateway: Hostile, runs: int, draw: random.Random) -> None:
    """Runs until so many have reached the gateway since the start."""

    async def visits() -> None:
        while gateway.answered < runs:
            streamed = draw.random() < 0.7
            reader, writer = await ask(site, "Hello", streamed)
            with contextlib.suppress(TimeoutError, ConnectionError, asyncio.IncompleteReadError):
                if streamed:
                    await reader.readuntil(b"event: run")
                await asyncio.wait_for(reader.read(1 if draw.random() < 0.2 else -1), PATIENCE)
            await hang_up(writer)

    await asyncio.gather(*(visits() for _ in range(AT_ONCE)))


async def leave(site: RunningSite, gateway: Hostile, numbers: range) -> list[float]:
    return await asyncio.gather(*(leaves(site, gateway, number) for number in numbers))


async def leaves(site: RunningSite, gateway: Hostile, number: int) -> float:
    """Seconds from a visitor's hanging up in the middle of an answer to the gateway's seeing that nobody reads it."""
    now = asyncio.get_running_loop().time
    gateway.gone[number] = asyncio.get_running_loop().create_future()
    reader, writer = await ask(site, f"{MARK.decode()}{number}-", streamed=True)
    await reader.readuntil(b"event: piece")
    left = now()
    await hang_up(writer)
    return await gateway.gone[number] - left


async def ask(site: RunningSite, content: str, streamed: bool) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection on which a run has been asked for and nothing read yet."""
    form = {"model": "openai/gpt-4o", "endpoint": "chat", "role": "user", "content": content, "max_tokens": "9"}
    body = urlencode(form | ({"stream": "on"} if streamed else {})).encode()
    place = urlsplit(site.url)
    headers = {
        "Host": place.netloc, "Content-Type": "application/x-www-form-urlencoded", "Content-Length": len(body),
        "X-CSRFToken": TOKEN, "Cookie": f"csrftoken={TOKEN}", "Connection": "close",
        "Accept": "text/event-stream" if streamed else "application/json",
    }  # fmt: skip
    reader, writer = await asyncio.open_connection(place.hostname, place.port, limit=2**22)
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    writer.write(f"POST /playground/run HTTP/1.1\r\n{lines}\r\n".encode() + body)
    return reader, writer


async def hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()
