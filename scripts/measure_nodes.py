"""What one node and two nodes behind nginx serve on this machine: finished pages, lists made anew, runs.

    .venv/bin/python scripts/measure_nodes.py [--port 8320] [--seconds 5]

Starts `scripts/two-nodes` with its bounds lifted in a new folder, drives it with wrk, and writes the table of docs/scaling.md.
The sandbox answers the runs, in the nodes' own processes. Everything shares the cores of this machine, wrk too, so what a
request costs says more than how many there were a second. Run it alone.
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import httpx

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import wrk  # noqa: E402 - the path first
from bench.machine import computer  # noqa: E402
from bench.processes import cpu_seconds  # noqa: E402

NOTE = ROOT / "docs" / "scaling.md"
TABLE = re.compile(r"(?<=<!-- measured -->\n).*?(?=<!-- /measured -->)", re.S)
LIFTED = dict.fromkeys(("REQUESTS", "RUNS_PER_MINUTE", "RUNS_AT_ONCE", "SITE_RUNS_AT_ONCE"), "1000000") | {"CONNECTIONS": "60000"}
MODEL = "openai/gpt-4o"
STARTS_WITHIN = 300  # seconds
CONNECTIONS = 16
numbers = count(1000)  # no list is asked for twice


class Work(NamedTuple):
    name: str
    script: str  # for wrk, in Lua


class Cost(NamedTuple):
    """Of one request: microseconds of processor time."""

    per_second: float
    p99_ms: float
    failed: int
    nodes: float
    nginx: float
    services: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=8320)
    parser.add_argument("--seconds", type=int, default=5)
    asked = parser.parse_args()
    with served(asked.port) as folder:
        lines = list(measured(folder, asked.port, asked.seconds))
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    told = f"Measured on {day} by `scripts/measure_nodes.py` on {computer()}, with {CONNECTIONS} connections."
    NOTE.write_text(TABLE.sub(lambda _: "\n".join([told, "", *lines, ""]), NOTE.read_text("utf-8")), "utf-8")
    print("\n".join(lines))


@contextmanager
def served(port: int) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="modelry-measured-"))
    env = os.environ | LIFTED | {"PORT": str(port), "SANDBOX_PACE_MS": "0"}
    command = [sys.executable, str(ROOT / "scripts" / "two-nodes"), "up", str(folder)]
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(command, env=env, stdout=said, stderr=said)
    end = time.monotonic() + STARTS_WITHIN
    try:
        while b"Two nodes answer" not in (folder / "said").read_bytes():
            if process.poll() is not None or time.monotonic() > end:
                sys.exit((folder / "said").read_text())
            time.sleep(0.2)
        yield folder
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
        shutil.rmtree(folder)


def measured(folder: Path, port: int, seconds: int) -> Iterator[str]:
    """The rows of a table."""
    yield "| what | by way of | a second | p99 | failed | CPU of the nodes | of nginx | of PostgreSQL and Redis |"
    yield "|---|---|---|---|---|---|---|---|"
    for work in works(port):
        ways = {"one node": port + 1, "nginx, one node": port, "nginx, two nodes": port}
        for way, to in ways.items():
            lead(folder, port, two=way.endswith("two nodes"))
            cost = drive(folder, work, to, seconds)
            yield (
                f"| {work.name} | {way} | {cost.per_second:,.0f} | {cost.p99_ms:.0f} ms | {cost.failed} | {cost.nodes:,.0f} µs "
                f"| {cost.nginx:,.0f} µs | {cost.services:,.0f} µs |"
            )


def works(port: int) -> list[Work]:
    visitor = httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60)
    visitor.get("/playground").raise_for_status()
    token = visitor.cookies["csrftoken"]
    form = {"model": MODEL, "role": "user", "content": "Hello!"}
    visitor.post("/playground/run", data=form, headers={"X-CSRFToken": token, "Accept": "application/json"}).raise_for_status()
    cookie = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    told = {"Cookie": cookie, "X-CSRFToken": token, "Accept": "application/json"}
    told["Content-Type"] = "application/x-www-form-urlencoded"
    return [
        Work("Finished page", 'wrk.path = "/models"; wrk.headers["Accept-Encoding"] = "gzip"'),
        Work("List made anew", 'local n = FIRST; '
             'function request() n = n + 1; return wrk.format("GET", "/models?context_max=" .. n) end'),
        Work("Run", f'wrk.method = "POST"; wrk.path = "/playground/run"; wrk.body = "{urlencode(form)}"; wrk.headers = {{'
             + ", ".join(f'["{name}"] = "{value}"' for name, value in told.items()) + "}"),
    ]  # fmt: skip


def lead(folder: Path, port: int, two: bool) -> None:
    """Has nginx send requests to both nodes, or to the first alone."""
    file = folder / "nginx" / "nginx.conf"
    second = f"server 127.0.0.1:{port + 2} "
    plain = file.read_text().replace(f"#{second}", second)
    file.write_text(plain if two else plain.replace(second, f"#{second}"))
    os.kill(number(folder / "nginx.pid"), signal.SIGHUP)
    time.sleep(2)  # its workers are other ones then


def number(file: Path) -> int:
    return int(file.read_text().splitlines()[0])


def drive(folder: Path, work: Work, port: int, seconds: int) -> Cost:
    groups = {
        "nodes": [number(folder / f"node-{n}.pid") for n in (1, 2)],
        "nginx": [number(folder / "nginx.pid")],
        "services": [number(folder / "services" / name) for name in ("postgresql/postmaster.pid", "redis/pid")],
    }
    run(folder, work, port, 1)
    before = {name: sum(map(cpu_seconds, pids)) for name, pids in groups.items()}
    found = wrk.read(run(folder, work, port, seconds), 0)
    spent = {name: (sum(map(cpu_seconds, pids)) - before[name]) / max(found.requests, 1) * 1e6 for name, pids in groups.items()}
    return Cost(found.per_second, found.p99_ms, found.failed, **spent)


def run(folder: Path, work: Work, port: int, seconds: int) -> str:
    """What wrk printed."""
    file = folder / "work.lua"
    file.write_text(work.script.replace("FIRST", str(next(numbers) * 10_000)))
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "--timeout", "20s", "-s", str(file)]
    return subprocess.run([*command, f"http://127.0.0.1:{port}/"], capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    main()
