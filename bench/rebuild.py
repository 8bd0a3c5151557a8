"""What visitors notice while the catalog is read again after an edit: how long their requests take, before it and meanwhile."""

import http.client
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from statistics import median

from bench import addresses, folders, servers
from bench.asking import ask, until_it_answers
from bench.processes import CLIENT_CORE, Server
from bench.rates import EDITS, QUICK, SIZES
from bench.report import AT_MOST, Row, Table, figure

QUIET = 2 if QUICK else 5  # seconds without an edit
AFTER = 0.5  # seconds more, once an edit shows
EVERY = 0.005  # seconds between two requests
SLOW = 50  # ms
HEADS = ("models", "pages", "requests", "p50, ms", "slowest before, ms", "slowest meanwhile, ms", "over 50 ms",
         "edit shows after, s")  # fmt: skip
NOTE = (
    f"A request every {EVERY * 1000:g} ms on one connection, while a person edits a model {EDITS} times. *Kept* is the list, "
    "which is made anew once after each edit; of *made anew* each is another one."
)


class Reader:
    """Asks for addresses in turn from a thread of its own, and notes how long each answer takes (ms)."""

    def __init__(self, server: Server, paths: list[str]):
        self.server, self.paths = server, cycle(paths)
        self.times: list[float] = []
        self.going = True
        self.thread = threading.Thread(target=self.go)

    def __enter__(self) -> "Reader":
        self.thread.start()
        return self

    def __exit__(self, *fault: object) -> None:
        self.going = False
        self.thread.join()

    def go(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        while self.going:
            begun = time.monotonic()
            connection.request("GET", next(self.paths), headers={"Accept-Encoding": "br"})
            connection.getresponse().read()
            took = time.monotonic() - begun
            self.times.append(took * 1000)
            time.sleep(max(0, EVERY - took))

    def taken(self) -> list[float]:
        """The times since this was asked last."""
        times, self.times = self.times, []
        return times


def measured() -> list[Table]:
    table = Table(HEADS, note=NOTE)
    for size in SIZES:
        several = addresses.first_visits(folders.catalog(size))
        with servers.process(size) as site:
            until_it_answers(site, "/models")
            slug = addresses.kinds(folders.catalog(size))[-1].ours[0].removeprefix("/models/")
            with editor(site, slug) as edit:
                for name, paths in {"kept": ["/models"], "made anew": several}.items():
                    table.rows.append(row(size, name, *noticed(site, slug, paths, edit)))
    return [table]


@contextmanager
def editor(site: Server, slug: str) -> Iterator[subprocess.Popen]:
    """A process that is ready to edit, out of the way: on the clients' core, behind everything else there."""
    command = ["taskset", "-c", str(CLIENT_CORE), "nice", "-n", "19", sys.executable, "-m", "bench.edit", slug]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=site.environment, cwd=folders.ROOT, **pipes) as process:
        try:
            process.stdout.readline()
            yield process
        finally:
            process.stdin.close()


def noticed(site: Server, slug: str, paths: list[str], edit: subprocess.Popen) -> tuple[list[float], list[float], list[float]]:
    """Times of requests without an edit, of those from each edit until a little after it shows, and how long that took (s)."""
    with Reader(site, paths) as reader:
        time.sleep(QUIET)
        before = reader.taken()
        shown = [shows_after(site, slug, edit, number) for number in range(EDITS)]
        return before, reader.taken(), shown


def shows_after(site: Server, slug: str, edit: subprocess.Popen, number: int) -> float:
    edit.stdin.write(f"{time.monotonic_ns()}-{number}\n")
    edit.stdin.flush()
    text, begun = edit.stdout.readline().strip().encode(), time.monotonic()
    while text not in ask(site, f"/models/{slug}.json").body:
        if time.monotonic() - begun > 120:
            raise RuntimeError(f"The edit of {slug} did not show within two minutes.")
        time.sleep(0.05)
    took = time.monotonic() - begun
    time.sleep(AFTER)
    return took


def row(size: int, name: str, before: list[float], meanwhile: list[float], shown: list[float]) -> Row:
    slow = sum(took > SLOW for took in meanwhile)
    figures = (median(meanwhile), max(before), max(meanwhile))
    cells = (f"{size:,}", name, f"{len(meanwhile):,}", *map(figure, figures), f"{slow:,}", figure(median(shown)))
    return Row(cells, max(meanwhile), AT_MOST, SLOW, " ms")
