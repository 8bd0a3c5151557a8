"""How soon the site is there, how much memory it takes, and how much a first visit loads."""

import re
import time
from statistics import median
from typing import NamedTuple
from urllib.parse import urljoin

from bench import servers
from bench.asking import ask, until_it_answers
from bench.processes import Server, memory_mib, settle
from bench.rates import SIZES, STARTS
from bench.report import AT_MOST, Row, Table, figure

PAGE = "/models"
LOADED = re.compile(r'<(?:link rel="stylesheet"|link rel="preload"|script|img|use)[^>]*?(?:href|src)="(/[^"#]+)')
OF_CSS = re.compile(r"""url\(['"]?([^'")]+)['"]?\)""")
SOONER, MEMORY, WEIGHT = {400: 1.0}, {400: 120, 100_000: 400}, 40_000  # seconds, MiB, bytes
SEEN = ("/", PAGE, "/models?q=vision", "/models?modality=chat", "/providers", "/compare", "/playground")
LARGE = 10_000  # models; such a catalog is started once
NOTE = f"Medians of {STARTS}. Memory is proportional (PSS), after some pages."


class Started(NamedTuple):
    seconds: float
    mib: float


def measured() -> list[Table]:
    table = Table(("what", "models", "figure"), note=NOTE)
    for size in SIZES:
        table.rows += begun(size, STARTS if size < LARGE else 1)
    table.rows.append(prepared())
    table.rows.append(weight())
    return [table]


def begun(size: int, times: int) -> list[Row]:
    """Seconds from starting the server's process until the list has come, and what it holds then."""
    found = [started(servers.process(size)) for _ in range(times)]
    took, held = median(one.seconds for one in found), median(one.mib for one in found)
    goal, most = SOONER.get(size), MEMORY.get(size)
    cells = ("Server's process to first page, s", f"{size:,}", figure(took)), ("Memory, MiB", f"{size:,}", figure(held))
    return [
        Row(cells[0], took, AT_MOST, goal, " s") if goal else Row(cells[0]),
        Row(cells[1], held, AT_MOST, most, " MiB") if most else Row(cells[1]),
    ]


def prepared() -> Row:
    """The same of scripts/serve, which looks after packages, tables and static files first, and has done so before."""
    with servers.site(400) as first:
        until_it_answers(first, PAGE)
    took = median(started(servers.site(400)).seconds for _ in range(STARTS))
    return Row(("`make run` of a prepared site to first page, s", "400", figure(took)))


def started(server: Server) -> Started:
    begun = time.monotonic()
    with server:
        until_it_answers(server, PAGE)
        took = time.monotonic() - begun
        for path in SEEN:
            ask(server, path, Accept_Encoding="br")
        settle(server.pid)
        return Started(took, memory_mib(server.pid))


def weight() -> Row:
    """The list and what its HTML and style sheets name, compressed as a browser gets it, headers included."""
    with servers.process(400) as site:
        until_it_answers(site, PAGE)
        bytes_of = loaded(site, PAGE)
    total = sum(bytes_of.values())
    cells = (f"First load of `{PAGE}`, bytes in {len(bytes_of)} answers", "400", f"{total:,}")
    return Row(cells, total, AT_MOST, WEIGHT, " B")


def loaded(site: Server, path: str) -> dict[str, int]:
    """`{address: bytes on the wire}`."""
    found, waiting = {}, [path]
    while waiting:
        place = waiting.pop()
        if place not in found:
            answer = ask(site, place, Accept_Encoding="br, gzip")
            found[place] = answer.wire
            waiting += [urljoin(place, other) for other in named(site, place)]
    return found


def named(site: Server, place: str) -> list[str]:
    """What a page or style sheet makes a browser load; data: addresses load nothing."""
    text = ask(site, place).body.decode("utf-8", "replace")
    pattern = OF_CSS if place.endswith(".css") else LOADED if not place.startswith("/static/") else None
    return [other for other in pattern.findall(text) if not other.startswith("data:")] if pattern else []
