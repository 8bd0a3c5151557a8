"""`python -m bench [peers]`: measures, prints tables and writes docs/performance.md.

Reads ONLY (parts, joined by commas; else all), QUICK (short runs), SIZES (of catalogs), DATA_DIR (catalogs are kept in its
`bench`) and BENCH_PORT.
"""

import os
import resource
import shutil
import sys
import time
from collections.abc import Callable

from bench import machine, pages, rates, rebuild, report, servers, start, streams
from bench.report import Table

# {part: {title: what measures it}}
ALONE: dict[str, dict[str, Callable[[], list[Table]]]] = {
    "pages": {"Finished pages": pages.finished, "Pages made anew": pages.anew},
    "streams": {"Streams": streams.alone},
    "start": {"Start, memory and weight": start.measured},
    "rebuild": {"While the catalog is read again": rebuild.measured},
}
PEERS = {
    "pages": {"Pages beside Datasette": pages.beside_datasette},
    "streams": {"Streams beside LiteLLM proxy": streams.beside_litellm},
}
PACKAGES = {"wrk": "wrk", "taskset": "util-linux", "nginx": "nginx-light"}  # of Debian


def main() -> None:
    peers = sys.argv[1:] == ["peers"]
    parts = chosen()
    check_tools(peers)
    check_machine()
    new = {}
    for part in parts:
        for title, work in (ALONE[part] | (PEERS.get(part, {}) if peers else {})).items():
            new[title] = measured(title, work, peers and title in PEERS.get(part, {}))
            report.write(new)
    print(f"Written to {report.FILE.relative_to(report.ROOT)}")


def measured(title: str, work: Callable[[], list[Table]], peers: bool) -> str:
    begun = time.monotonic()
    tables = work()
    made = report.section(title, tables, machine.described("make bench-peers" if peers else "make bench", peers, rates.QUICK))
    print(made, f"({time.monotonic() - begun:.0f} s)\n", sep="", flush=True)
    return made


def chosen() -> list[str]:
    asked = [part.strip() for part in os.environ.get("ONLY", "").split(",") if part.strip()]
    if unknown := [part for part in asked if part not in ALONE]:
        sys.exit(f"ONLY knows no part {', '.join(unknown)}. Known: {', '.join(ALONE)}.")
    return asked or list(ALONE)


def check_tools(peers: bool) -> None:
    """Says what is missing, and how to get it."""
    missing = [name for name in PACKAGES if not (servers.nginx_path() if name == "nginx" else shutil.which(name))]
    if missing:
        names = " ".join(PACKAGES[name] for name in missing)
        sys.exit(f"Missing: {', '.join(missing)}. On Debian: apt-get install {names}")
    absent = [name for name, file in servers.PEERS.items() if peers and not file.exists()]
    if absent:
        sys.exit(f"Missing: {', '.join(absent)}. `make bench-peers` installs them.")


def check_machine() -> None:
    """Needs a core for servers and one for clients, and two open files a stream at either end."""
    if (os.cpu_count() or 1) < 2:
        sys.exit("Two cores are needed: one for the servers, one for their clients.")
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


if __name__ == "__main__":
    main()
