"""What is asked for: the same kind of page at our site and at Datasette, a different one each time. The same every run."""

import random
import sqlite3
from pathlib import Path
from typing import NamedTuple

from bench.folders import FLAT

COUNT = 400  # addresses a kind
OUR_SORTS = ("-released", "price", "-price", "-context", "name", "output")
THEIR_SORTS = ("_sort_desc=released", "_sort=price", "_sort_desc=price", "_sort_desc=context", "_sort=slug", "_sort=output_price")
THEIR_LIST = "_size=50&_facet=provider&_facet=modality&_facet=family"
WORDS = ("vision", "reasoning", "multilingual", "coding", "translation", "compact", "audio", "document", "turbo", "image")


class Kind(NamedTuple):
    """Addresses of one kind of page, and how much less CPU ours are to take, by number of models."""

    name: str
    ours: list[str]
    theirs: list[str]
    goals: dict[int, float]


def kinds(folder: Path) -> list[Kind]:
    """For the catalog in a folder."""
    database = sqlite3.connect(f"file:{folder / FLAT}?mode=ro", uri=True)
    try:
        pairs = database.execute("SELECT provider, modality FROM model GROUP BY 1, 2 ORDER BY count(*) DESC, 1, 2").fetchall()
        rows = database.execute("SELECT id, slug FROM model ORDER BY id").fetchall()
    finally:
        database.close()
    return [lists(len(rows)), facets(pairs), searches(), pages(rows)]


def lists(models: int) -> Kind:
    """The list in its orders. Ours also on its pages; Datasette's are found by going on, so that its first must do."""
    numbers = range(1, min(50, models // 50) + 1)
    ours = [f"/models?sort={sort}&page={page}" for page in numbers for sort in OUR_SORTS]
    return Kind("List", mixed(ours), [f"/flat/model?{THEIR_LIST}&{sort}" for sort in THEIR_SORTS], {400: 100, 100_000: 700})


def facets(pairs: list[tuple[str, str]]) -> Kind:
    ours = [f"/models?provider={provider}&modality={modality}" for provider, modality in pairs]
    theirs = [f"/flat/model?{THEIR_LIST}&provider={provider}&modality={modality}" for provider, modality in pairs]
    return Kind("Facet filter", mixed(ours), mixed(theirs), {400: 40, 100_000: 200})


def searches() -> Kind:
    texts = [*WORDS, *(f"{one}+{other}" for one in WORDS for other in WORDS if one < other)]
    ours = [f"/models?q={text}" for text in texts]
    return Kind("Search", mixed(ours), mixed([f"/flat/model?{THEIR_LIST}&_search={text}" for text in texts]),
                {400: 60, 100_000: 450})  # fmt: skip


def pages(rows: list[tuple[int, str]]) -> Kind:
    some = random.Random(1).sample(rows, min(COUNT, len(rows)))
    ours, theirs = [f"/models/{slug}" for _, slug in some], [f"/flat/model/{key}" for key, _ in some]
    return Kind("Model page", ours, theirs, {400: 15, 100_000: 15})


def first_visits(folder: Path) -> list[str]:
    """Thousands of lists, for a site that keeps each."""
    database = sqlite3.connect(f"file:{folder / FLAT}?mode=ro", uri=True)
    makers = [slug for (slug,) in database.execute("SELECT provider FROM model GROUP BY 1 ORDER BY count(*) DESC, 1")]
    database.close()
    pairs = [(one, other) for one in makers for other in makers if one < other]
    return mixed([f"/models?provider={one}&provider={other}&sort={sort}" for one, other in pairs for sort in OUR_SORTS], 5000)


def mixed(addresses: list[str], most: int = COUNT) -> list[str]:
    """In a fixed disorder."""
    some = list(addresses)
    random.Random(1).shuffle(some)
    return some[:most]
