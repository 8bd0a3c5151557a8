"""Snippets from the pages of the running site, run in parallel, and a table of how they fared at the end."""

import os
import random
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import expected
import httpx
import languages
import pytest
from panels import LANGUAGES, panels

from catalog import snapshot
from catalog.calling.schema import documented
from catalog.cards import Card
from catalog.endpoints import ENDPOINTS, uploads

RANDOM_MODELS = 30
SEED = int(os.environ.get("SNIPPET_SEED") or date.today().toordinal())  # another 30 models each day
WORKERS = (os.cpu_count() or 2) + 2  # jobs mostly wait
TABLE = pytest.StashKey[dict[tuple[str, str], list["Outcome"]]]()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one snippet of one model's page; `fault` is blank where it did what it should."""

    slug: str
    seconds: float
    fault: str


@pytest.fixture(scope="session")
def picked(site) -> list[Card]:
    """A model for every shape of snippets that the whole catalog has, and some random ones."""
    shapes, cards = {}, snapshot.latest().cards
    for card in cards:
        for entry in documented(card):
            shape = (entry.key, *(code.replace(card.upstream_id, "…") for code in entry.snippets.values()))
            shapes.setdefault(shape, card)
    return list({card.slug: card for card in [*shapes.values(), *random.Random(SEED).sample(cards, RANDOM_MODELS)]}.values())


@pytest.fixture(scope="session")
def pages(site, picked) -> dict[str, dict[tuple[str, str], str]]:
    """The code panels of the picked models' pages, as `{slug: {(endpoint, language): code}}`."""
    keys = {module.LABEL: key for key, module in ENDPOINTS.items()}
    with httpx.Client(base_url=site, timeout=60) as client:
        shown = {card.slug: panels(client.get(f"/models/{card.slug}").raise_for_status().text) for card in picked}
    return {
        slug: {(keys[label], language): code for label, codes in found.items() for language, code in codes.items()}
        for slug, found in shown.items()
    }  # fmt: skip


@pytest.fixture(scope="session")
def outcomes(request, pages, tmp_path_factory) -> Iterator[dict[tuple[str, str], list[Future[Outcome]]]]:
    """Every snippet that a chosen test asks for, running, by endpoint and language."""
    asked = {tuple(item.callspec.params.values()) for item in request.session.items if "outcomes" in item.fixturenames}
    found = {pair: [] for pair in asked}
    with ThreadPoolExecutor(WORKERS) as pool:
        for slug, codes in pages.items():
            for pair in asked & codes.keys():
                if not languages.lacking(pair[1]):
                    folder = tmp_path_factory.mktemp("snippet")
                    found[pair].append(pool.submit(outcome, *pair, slug, codes[pair], folder))
        yield found
    request.config.stash[TABLE] = {pair: [job.result() for job in jobs] for pair, jobs in found.items()}


def outcome(key: str, language: str, slug: str, code: str, folder: Path) -> Outcome:
    started = time.monotonic()
    try:
        wrong = tried(key, language, code, folder)
    except Exception as error:  # a file that is no WAV, an answer that is no job, no end: the snippet's fault, not the table's
        wrong = repr(error)
    shutil.rmtree(folder)
    return Outcome(slug, time.monotonic() - started, wrong)


def tried(key: str, language: str, code: str, folder: Path) -> str:
    """What is wrong with a snippet, or blank."""
    samples = uploads.MAKERS if hasattr(ENDPOINTS[key], "REQUEST_TYPE") else ()
    done = languages.run(language, code, folder, samples)
    return f"exit {done.code}: {done.complaint[-500:]}" if done.code else expected.fault(key, done.said, folder)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if table := config.stash.get(TABLE, {}):
        terminalreporter.section(f"printed snippets, SNIPPET_SEED={SEED}")
        for line in markdown(table):
            terminalreporter.write_line(line)


def markdown(table: dict[tuple[str, str], list[Outcome]]) -> list[str]:
    """The outcomes as a table of Markdown: how many ran, and the seconds of the slowest."""
    names = list(LANGUAGES.values())
    rows = [[key, *(cell(table.get((key, name), [])) for name in names)] for key in ENDPOINTS]
    return [f"| {' | '.join(row)} |" for row in [["endpoint", *names], ["---"] * (len(names) + 1), *rows]]


def cell(found: list[Outcome]) -> str:
    if not found:
        return "not run"
    good = sum(not one.fault for one in found)
    return f"{'green' if good == len(found) else 'RED'} {good}/{len(found)}, {max(one.seconds for one in found):.1f} s"
