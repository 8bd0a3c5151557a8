"""Pages: finished ones beside nginx with the same bytes, and those made anew, alone and beside Datasette's."""

from contextlib import ExitStack

from bench import addresses, folders, servers
from bench.asking import ask, until_it_answers
from bench.processes import Server
from bench.rates import ROUNDS, SECONDS, SIZES
from bench.report import AT_LEAST, AT_MOST, Row, Table, figure
from bench.wrk import Measured, Target, compare

GZIP = {"Accept-Encoding": "gzip"}
SHARES = {"200": 25.0, "304": 20.0}  # per cent of nginx, by requests a second and by CPU a request
GROWS = 2.5  # times, from 400 to 100,000 models
PAGE_HEADS = ("page", "answer", "nginx, requests/s", "ours, requests/s", "share", "nginx, CPU µs", "ours, CPU µs", "share")
FRESH_HEADS = ("page", "models", "CPU ms", "requests/s", "p50 ms", "p99 ms", "failed")
PEER_HEADS = ("page", "models", "Datasette, CPU ms", "ours, CPU ms", "Datasette, p50 ms", "ours, p50 ms", "less CPU", "failed")
NOTE_KEPT = "gzip, 8 connections. nginx: Debian's, `gzip_static`, files of the very bytes that the site answers."
NOTE_FRESH = (
    "No page is kept (`bench/uncached.py`), the address is another one each time, and nothing is compressed. *First visit* is "
    "the site as it is, which compresses a new page and keeps it. What is to be reached is the growth from 400 models."
)
NOTE_PEER = "As above, one connection each. Datasette: 50 rows and three facets, no time limits, an immutable file."


def finished() -> list[Table]:
    """The share of nginx, for whole answers and for 304."""
    table = Table(PAGE_HEADS, note=NOTE_KEPT)
    with servers.process(400) as site:
        until_it_answers(site, "/models")
        with servers.nginx(site, ["/models"]) as nginx:
            until_it_answers(nginx, "/models")
            for answer, goal in SHARES.items():
                ours, theirs = (target(server, "/models", answer) for server in (site, nginx))
                found = compare([ours, theirs], ROUNDS, SECONDS)
                table.rows.append(shared("/models", answer, found[site.name], found[nginx.name], goal))
    return [table]


def target(server: Server, path: str, answer: str) -> Target:
    known = {"If-None-Match": ask(server, path, **{"Accept_Encoding": "gzip"}).headers["etag"]} if answer == "304" else {}
    return Target(server.name, server, [path], GZIP | known)


def shared(path: str, answer: str, ours: Measured, theirs: Measured, goal: float) -> Row:
    """The lesser share counts: requests a second flatter the slower where wrk cannot keep up with the faster."""
    speed, cost = 100 * ours.per_second / theirs.per_second, 100 * theirs.cpu_us / ours.cpu_us
    cells = (
        f"`{path}`", answer, figure(theirs.per_second), figure(ours.per_second), f"{speed:.0f}%",
        figure(theirs.cpu_us), figure(ours.cpu_us), f"{cost:.0f}%",
    )  # fmt: skip
    return Row(cells, min(speed, cost), AT_LEAST, goal, "%")


def anew() -> list[Table]:
    """What making a page costs, at each size."""
    table, small = Table(FRESH_HEADS, note=NOTE_FRESH), {}
    for size in SIZES:
        for name, found in fresh(size).items():
            growth = found.cpu_us / small[name] if name in small else None
            small.setdefault(name, found.cpu_us)
            table.rows.append(made(name, size, found, growth))
    return [table]


def fresh(size: int) -> dict[str, Measured]:
    folder = folders.catalog(size)
    with servers.uncached(size) as site:
        until_it_answers(site, "/models")
        check_nothing_is_kept(site)
        found = compare([Target(kind.name, site, kind.ours, connections=1) for kind in addresses.kinds(folder)], ROUNDS, SECONDS)
    with servers.process(size) as site:
        until_it_answers(site, "/models")
        visits = Target("List, first visit", site, addresses.first_visits(folder), GZIP, connections=1)
        return found | compare([visits], 1, SECONDS)


def check_nothing_is_kept(site: Server) -> None:
    """A kept page has a tag. Raises RuntimeError."""
    if "etag" in ask(site, "/models").headers:
        raise RuntimeError("bench/uncached.py no longer keeps the page cache out.")


def made(name: str, size: int, found: Measured, growth: float | None) -> Row:
    cells = (name, f"{size:,}", figure(found.cpu_us / 1000), figure(found.per_second), figure(found.p50_ms), figure(found.p99_ms),
             str(found.any_failed))  # fmt: skip
    return Row(cells, growth, AT_MOST, GROWS, "x") if growth and name == "List" else Row(cells)


def beside_datasette() -> list[Table]:
    """How many times less CPU our pages take."""
    table = Table(PEER_HEADS, note=NOTE_PEER)
    for size in SIZES:
        with ExitStack() as stack:
            ours, theirs = (stack.enter_context(server) for server in (servers.uncached(size), servers.datasette(size)))
            until_it_answers(ours, "/models")
            until_it_answers(theirs, "/flat/model")
            for kind in addresses.kinds(folders.catalog(size)):
                pair = [Target("ours", ours, kind.ours, connections=1), Target("theirs", theirs, kind.theirs, connections=1)]
                found = compare(pair, ROUNDS, SECONDS)
                table.rows.append(beside(kind, size, found["ours"], found["theirs"]))
    return [table]


def beside(kind: addresses.Kind, size: int, ours: Measured, theirs: Measured) -> Row:
    less = theirs.cpu_us / ours.cpu_us
    figures = (theirs.cpu_us / 1000, ours.cpu_us / 1000, theirs.p50_ms, ours.p50_ms)
    cells = (kind.name, f"{size:,}", *map(figure, figures), f"{figure(less)}x", str(ours.any_failed + theirs.any_failed))
    return Row(cells, less, AT_LEAST, kind.goals[size], "x") if size in kind.goals else Row(cells)
