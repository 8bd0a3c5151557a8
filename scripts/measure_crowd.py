"""How fast pages and refusals are while many streams and idle connections are open: a real site, and a slow gateway.

    .venv/bin/python scripts/measure_crowd.py --ports 8150 8151 --streams 0 100 200 --idle 3000

Prints, in milliseconds, the median and the 99th of a hundred of /models (kept, and made anew) and of a refused run,
and how much memory the site takes. DATA_DIR is a new folder, DATABASE_URL is heeded.
"""

import argparse
import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent
ASKED = {"model": "openai/gpt-4o", "role": "user", "content": "Hello!", "stream": "on"}
EVENT = json.dumps({"choices": [{"index": 0, "delta": {"content": "word "}, "finish_reason": None}]})
TIMES = 100
EVENT_EVERY = 1.0  # seconds


async def gateway(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers every request with a stream that does not end."""
    try:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
        while True:
            writer.write(f"data: {EVENT}\n\n".encode())
            await writer.drain()
            await asyncio.sleep(EVENT_EVERY)
    except (ConnectionError, asyncio.IncompleteReadError):
        writer.close()


def start(port: int, gateway_port: int, folder: str) -> subprocess.Popen[bytes]:
    env = os.environ | {
        "DATA_DIR": folder, "GATEWAY_URL": f"http://127.0.0.1:{gateway_port}/v1", "SYNC_EVERY": "off", "PORT": str(port),
        "RUNS_PER_MINUTE": "1000000", "RUNS_AT_ONCE": "1000", "DAILY_BUDGET_USD": "1000000", "DRAIN_SECONDS": "0",
    }  # fmt: skip
    for words in (["migrate", "-v0", "--no-input"], ["load_catalog", "-v0"], ["collectstatic", "-v0", "--no-input"]):
        subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=env, check=True)
    return subprocess.Popen([sys.executable, "-m", "config.serving", "--port", str(port)], cwd=ROOT, env=env)


async def open_streams(visitor: httpx.AsyncClient, count: int, kept: AsyncExitStack) -> None:
    async def one() -> None:
        headers = {"Accept": "text/event-stream"}
        answer = await kept.enter_async_context(visitor.stream("POST", "/playground/run", data=ASKED, headers=headers))
        assert answer.status_code == 200, await answer.aread()
        lines = aiter(answer.aiter_lines())
        await anext(lines)
        reading = asyncio.create_task(drained(lines))
        kept.callback(reading.cancel)

    for _ in range(count):
        await one()


async def drained(lines: object) -> None:
    async for _ in lines:  # type: ignore[attr-defined]
        pass


async def timed(ask: object) -> tuple[float, float]:
    """Median and 99th of many, one after the other, in milliseconds."""
    found = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        await ask()  # type: ignore[operator]
        found.append((time.perf_counter() - begun) * 1000)
    found.sort()
    return found[len(found) // 2], found[int(len(found) * 0.99) - 1]


def memory(pid: int) -> int:
    """Megabytes."""
    return next(int(line.split()[1]) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if "VmRSS" in line) // 1024


async def measure(site: str, pid: int, counts: list[int], idle: int, full: int) -> None:
    limits = httpx.Limits(max_connections=None)
    async with AsyncExitStack() as kept:
        visitor = await kept.enter_async_context(httpx.AsyncClient(base_url=site, trust_env=False, timeout=60, limits=limits))
        (await visitor.get("/playground")).raise_for_status()
        visitor.headers["X-CSRFToken"] = visitor.cookies["csrftoken"]
        silent = [socket.create_connection((visitor.base_url.host, visitor.base_url.port)) for _ in range(idle)]
        number, opened = iter(range(10**6)), 0

        async def asked_to_run() -> None:
            answer = await visitor.post("/playground/run", data=ASKED, headers={"Accept": "application/json"})
            assert answer.status_code == 503, answer.text

        async def made_anew() -> None:
            (await visitor.get(f"/models?q=x{next(number)}")).raise_for_status()

        async def held() -> None:
            (await visitor.get("/models")).raise_for_status()

        for count in counts:
            await open_streams(visitor, count - opened, kept)
            opened = count
            told = {"kept page": await timed(held), "page made anew": await timed(made_anew)}
            if count >= full:
                told["refusal"] = await timed(asked_to_run)
            figures = ", ".join(f"{name} {middle:.1f} / {most:.1f}" for name, (middle, most) in told.items())
            print(f"{count} streams, {idle} idle connections: {figures} ms; {memory(pid)} MB", flush=True)
        for one in silent:
            one.close()


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--ports", type=int, nargs=2, default=[8150, 8151])
    parser.add_argument("--streams", type=int, nargs="+", default=[0, 100, 200])
    parser.add_argument("--idle", type=int, default=3000)
    asked = parser.parse_args()
    site = f"http://127.0.0.1:{asked.ports[0]}"
    server = await asyncio.start_server(gateway, "127.0.0.1", asked.ports[1])
    with tempfile.TemporaryDirectory(prefix="modelry-crowd-") as folder:
        process = await asyncio.to_thread(start, *asked.ports, folder)
        try:
            async with httpx.AsyncClient(trust_env=False, transport=httpx.AsyncHTTPTransport(retries=8)) as probe:
                (await probe.get(f"{site}/readyz")).raise_for_status()
            await measure(site, process.pid, asked.streams, asked.idle, 200)
        finally:
            process.send_signal(signal.SIGTERM)
            await asyncio.to_thread(process.wait)
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
