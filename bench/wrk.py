"""Drives wrk from the clients' core, and reads what a request cost the server: in alternating rounds, so that noise falls on all.

A figure is the median over the rounds. CPU a request does not depend on what else the machine does, requests a second do.
"""

import os
import re
import statistics
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from bench.processes import CLIENT_CORE, Server, cpu_seconds, settle

SCRIPT = Path(__file__).parent / "paths.lua"
UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4}


class Target(NamedTuple):
    """What is asked of a server: paths in turn, with headers."""

    name: str
    server: Server
    paths: list[str]
    headers: dict[str, str] = {}
    connections: int = 8


class Round(NamedTuple):
    requests: int
    per_second: float
    cpu_us: float
    p50_ms: float
    p99_ms: float
    failed: int


@dataclass
class Measured:
    """The rounds of one target."""

    rounds: list[Round] = field(default_factory=list)

    def __getattr__(self, name: str) -> float:
        """The median of that field of the rounds."""
        if name not in Round._fields:
            raise AttributeError(name)
        return statistics.median(getattr(one, name) for one in self.rounds)

    @property
    def any_failed(self) -> int:
        return sum(one.failed for one in self.rounds)


def compare(targets: list[Target], rounds: int, seconds: int) -> dict[str, Measured]:
    """Drives the targets in turn. One that answers fewer than a few requests a connection in that time gets longer."""
    found = {target.name: Measured() for target in targets}
    with tempfile.TemporaryDirectory() as folder:
        files = {target.name: listed(target, Path(folder)) for target in targets}
        longer = {target.name: warmed(target, files[target.name], seconds) for target in targets}
        for _ in range(rounds):
            for target in targets:
                found[target.name].rounds.append(drive(target, files[target.name], longer[target.name]))
    return found


def listed(target: Target, folder: Path) -> Path:
    file = folder / f"{abs(hash(target.name))}.txt"
    file.write_text("\n".join(target.paths) + "\n")
    return file


def warmed(target: Target, file: Path, seconds: int) -> int:
    """Warms a server up; the seconds in which it answers at least four requests a connection."""
    speed = drive(target, file, 1).per_second or 0.5
    return max(seconds, min(30, round(4 * target.connections / speed)))


def drive(target: Target, file: Path, seconds: int) -> Round:
    before = cpu_seconds(target.server.pid)
    said = run(target, file, seconds)
    settle(target.server.pid)
    spent = cpu_seconds(target.server.pid) - before
    return read(said, spent)


def run(target: Target, file: Path, seconds: int) -> str:
    told = "\n".join(f"{name}: {value}" for name, value in target.headers.items())
    command = ["taskset", "-c", str(CLIENT_CORE), "wrk", "-t1", f"-c{target.connections}", f"-d{seconds}s", "--latency"]
    command += ["--timeout", "20s", "-s", str(SCRIPT), target.server.address("/")]
    environment = os.environ | {"BENCH_PATHS": str(file), "BENCH_HEADERS": told}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


def read(said: str, cpu: float) -> Round:
    """What wrk printed, with the CPU seconds that the server spent on it."""
    requests = int(re.search(r"(\d+) requests in", said)[1])
    latency = {share: milliseconds(value) for share, value in re.findall(r"^\s+(50|99)%\s+(\S+)", said, re.M)}
    failed = sum(map(int, failures(said)))
    per_second = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])
    return Round(requests, per_second, cpu / max(requests, 1) * 1e6, latency.get("50", 0), latency.get("99", 0), failed)


def failures(said: str) -> Iterable[str]:
    """How many answers were neither 2xx nor 3xx, and how many did not come."""
    wrong = re.findall(r"Non-2xx or 3xx responses: (\d+)", said)
    broken = re.search(r"Socket errors: (.*)", said)
    return wrong + (re.findall(r"\d+", broken[1]) if broken else [])


def milliseconds(text: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()
    return float(number) * UNITS[unit]
