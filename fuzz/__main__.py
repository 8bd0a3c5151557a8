"""`python -m fuzz requests streams pages`, or `soak`: each part, what it counted and what it found. Ends with 1 on a fault.

SEED=n repeats a run; CASES, SPLITS, TEXTS and RUNS are how many of each.
"""

import asyncio
import logging
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from fuzz import streams
from fuzz.running_site import ROOT, running_site

Faults = list[str]


def number(name: str, usual: int) -> int:
    return int(os.environ.get(name) or usual)


SEED = number("SEED", random.randrange(10**6))


def of_requests() -> Faults:
    """Requests of a running site."""
    prepare()
    from fuzz import requests

    folder = Path(tempfile.mkdtemp(prefix="modelry-fuzz-bodies-"))
    with running_site() as site:
        told = requests.ask(site.url, number("CASES", 10_000), SEED, folder)
        logged = site.complaints()
    print(f"{told.asked.total():,} requests ({', '.join(f'{n:,} {kind}' for kind, n in told.asked.items())})")
    return told.faults + [f"logged: {line}" for line in logged]


def of_streams() -> Faults:
    """Streams cut anywhere."""
    two = list(streams.two_way_faults())
    many = streams.many_way_faults(number("SPLITS", 20_000), SEED)
    print(f"{len(two):,} two-way splits of {len(streams.CORPUS)} streams, {len(many):,} random ones")
    return [wrong for wrong in two + many if wrong]


def of_pages() -> Faults:
    """Hostile texts in pages."""
    prepare()
    from fuzz import foreign, pages

    chromium = subprocess.run([ROOT / "scripts" / "find-browser"], capture_output=True, text=True).stdout.strip()
    with pages.browser(chromium) as found:
        texts = foreign.judged(found, number("TEXTS", 10_000), SEED)
    judge = found.judge
    print(f"{texts:,} texts in {judge.compared:,} pages, {judge.same:,} of them with the very elements of their harmless twin")
    return judge.wrong()


def of_soak() -> Faults:
    """The running site before a hostile gateway."""
    from fuzz.soak import Hostile, soak

    async def soaked() -> Faults:
        async with Hostile(SEED) as gateway:
            with running_site(GATEWAY_URL=gateway.url, GATEWAY_KEY="sk-soak-0123456789abcdef") as site:
                told = await soak(site, gateway, number("RUNS", 2000))
                print(told.told())
                return told.faults(site)

    return asyncio.run(soaked())


def prepare() -> None:
    """Django with tables of its own, and without the manifest of collected files: its templates and registry are used here."""
    import django
    from django.conf import settings
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    if settings.configured:
        return
    os.environ |= {"DATA_DIR": tempfile.mkdtemp(prefix="modelry-fuzz-"), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    django.setup()
    setup_test_environment()
    logging.disable(logging.WARNING)
    call_command("migrate", verbosity=0)


PARTS: dict[str, Callable[[], Faults]] = {"requests": of_requests, "streams": of_streams, "pages": of_pages, "soak": of_soak}


def run(names: list[str]) -> Iterator[str]:
    for name in names:
        print(f"{name}: {PARTS[name].__doc__}", flush=True)
        yield from PARTS[name]()


if __name__ == "__main__":
    print(f"SEED={SEED}", flush=True)
    faults = list(run(sys.argv[1:]))
    print(*faults[:200], f"{len(faults)} faults (SEED={SEED})", sep="\n")
    sys.exit(bool(faults))
