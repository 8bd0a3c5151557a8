"""How soon the site is there, how much memory it takes, and how much a first visit loads."""

import re
import time
from collections.abc import Callable
from statistics import median
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
NOTE = f"Medians of {STARTS}. Memory is proportional (PSS), after some pages."


def measured() -> list[Table]:
    table = Table(("what", "models", "figure"), note=NOTE)
    for size in SIZES:
        table.rows += [began("Server's process to first page, s", size, servers.process, SOONER.get(size)), memory(size)]
    table.rows.append(began("`make run` of a prepared site to first page, s", 400, servers.site, None))
    table.rows.append(weight())
    return [table]


def began(what: str, size: int, server: Callable[[int], Server], goal: float | None) -> Row:
    """Seconds from starting the process until the list has come."""
    with server(size) as first:
        until_it_answers(first, PAGE)  # what is only done once is done
    took = median(started(server(size)) for _ in range(STARTS))
    cells = (what, f"{size:,}", figure(took))
    return Row(cells, took, AT_MOST, goal, " s") if goal else Row(cells)


def started(server: Server) -> float:
    begun = time.monotonic()
    with server:
        until_it_answers(server, PAGE)
        return time.monotonic() - begun


def memory(size: int) -> Row:
    with servers.process(size) as site:
        until_it_answers(site, PAGE)
        for path in ("/", PAGE, "/models?q=vision", "/models?modality=chat", "/providers", "/compare", "/playground"):
            ask(site, path, Accept_Encoding="br")
        settle(site.pid)
        held = memory_mib(site.pid)
    return Row(("Memory, MiB", f"{size:,}", figure(held)), held, AT_MOST, MEMORY[size], " MiB")


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
