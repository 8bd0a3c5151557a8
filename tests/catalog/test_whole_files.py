"""The whole price map and the whole of models.dev: every row is stated, another name of one that is, or refused."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from catalog.costs.pricing import METERS
from catalog.sources import READERS, bundle, editorial, models_dev
from catalog.sources.checks import wrong_price, wrong_slug
from catalog.sources.rows import Refusal, Row

SHARED = Path(__file__).parent.parent.parent.parent / "shared/data"
FILES = {"litellm": "litellm-prices.json", "models_dev": "models-dev.json"}
Read = tuple[Any, list[Row], list[Refusal]]


@pytest.fixture(scope="module", params=FILES)
def read(request) -> Read:
    return whole(request.param)


def whole(name: str) -> Read:
    file = SHARED / FILES[name]
    if not file.is_file():
        pytest.skip(f"{file} is not there")
    raw = READERS[name].fetch(str(file))
    return raw, *READERS[name].translate(raw, "2026-11-23")


def counted(raw: Any) -> int:
    return sum(len(vendor["models"]) if "models" in vendor else 1 for vendor in raw.values())


def test_accounts_for_every_row(read):
    raw, rows, refusals = read
    kinds = Counter(one.field for one in refusals)
    assert counted(raw) == len(rows) - agreed(raw, rows) + kinds["model"] + kinds["alias"]
    assert len(rows) > 3500


def agreed(raw: Any, rows: list[Row]) -> int:
    """How many rows say what hosts agree on, which is no row of the file."""
    if rows[0].claim["source"] != models_dev.KEY:
        return 0
    own = {row.slug for row in editorial.corrected(models_dev.makers(raw, "2026-11-23")[0], [])}
    return len(models_dev.wanted(models_dev.hosted(raw, "2026-11-23"), own))


def test_every_refusal_has_a_reason(read):
    assert all(one.reason and one.field and (one.slug or "not understood" in one.reason) for one in read[2])


def test_states_each_model_once_in_the_catalog_s_grammar(read):
    slugs = Counter(row.slug for row in read[1])
    assert not [slug for slug, times in slugs.items() if times > 1 or wrong_slug(slug)]
    names = Counter(name for row in read[1] for name in row.aliases)
    assert not [name for name, times in names.items() if times > 1 or name in slugs or wrong_slug(name)]


def test_prices_are_exact_text_and_never_a_filler(read):
    for row in read[1]:
        for one in row.claim.get("prices", ()):
            assert not wrong_price(one["meter"], one["condition"], one["amount"]) and one["meter"] in METERS
            assert isinstance(one["amount"], str) and "E" not in one["amount"]


def test_what_a_host_lists_is_hidden_and_apart_from_the_makers_models(read):
    priced = {row.slug for row in read[1] if not row.hidden and "prices" in row.claim}
    assert {slug.partition("/")[0] for slug in priced} <= editorial.decided()["providers"].keys()
    assert [row for row in read[1] if row.hidden and row.slug.startswith(("azure/", "amazon-bedrock/"))]


def test_brings_nothing_back_that_was_corrected(read):
    """A model that is seen is one of the bundled catalog, and what its source says of it there."""
    source = read[1][0].claim["source"]
    bundled, _ = bundle.translate(bundle.fetch())
    assert not {row.slug for row in read[1] if not row.hidden} - {row.slug for row in bundled}
    said = {row.slug: row.claim["facts"] for row in bundled if row.claim["source"] == source}
    assert not [row.slug for row in read[1] if said.get(row.slug, row.claim["facts"]) != row.claim["facts"]]
