"""OpenRouter's list, on an excerpt in the shape of its answer."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from catalog.sources import openrouter
from catalog.sources.fetching import Unreadable
from catalog.sources.rows import Refusal, Row

EXCERPT = Path(__file__).parent.parent / "data/openrouter-excerpt.json"


@pytest.fixture(scope="module")
def read() -> tuple[dict[str, Row], list[Refusal]]:
    rows, refusals = openrouter.translate(openrouter.fetch(str(EXCERPT)), "2026-11-23")
    return {row.slug: row for row in rows}, refusals


def amounts(row: Row) -> dict[str, str]:
    return {one["meter"]: one["amount"] for one in row.claim.get("prices", ())}


def test_turns_prices_a_token_into_prices_a_million_exactly(read):
    assert amounts(read[0]["anthropic/claude-sonnet-4.6"]) == {
        "input_tokens": "3", "output_tokens": "15", "cache_read_tokens": "0.3", "cache_write_tokens": "3.75", "searches": "0.01",
    }  # fmt: skip


def test_calls_makers_as_the_catalog_does_and_keeps_the_id_as_another_name(read):
    assert read[0]["meta/llama-3.3-70b-instruct"].aliases == ("meta-llama/llama-3.3-70b-instruct",)
    assert read[0]["meta/llama-3.3-70b-instruct"].claim["facts"]["open_weights"] is True


def test_a_free_variant_is_free_and_an_offer_of_its_own(read):
    assert amounts(read[0]["openrouter/meta-llama/llama-3.3-70b-instruct:free"]) == {"input_tokens": "0", "output_tokens": "0"}
    assert amounts(read[0]["meta/llama-3.3-70b-instruct"])["input_tokens"] == "0.1"


def test_takes_a_price_that_varies_and_a_filler_zero_for_unknown(read):
    assert "prices" not in read[0]["openrouter/auto"].claim
    assert "prices" not in read[0]["stealth/unpriced"].claim
    reasons = {(one.slug, one.field): one.reason for one in read[1]}
    assert "varies" in reasons["openrouter/auto", "pricing.prompt"]
    assert "not known to be free" in reasons["stealth/unpriced", "pricing.prompt"]
    assert reasons["stealth/unpriced", "pricing.completion"] == "lots: not a number"
    assert "no meter" in reasons["stealth/unpriced", "pricing.surcharge"]


def test_reads_media_and_what_can_be_asked_for(read):
    facts = read[0]["anthropic/claude-sonnet-4.6"].claim["facts"]
    assert (facts["name"], facts["modality"], facts["input_kinds"]) == ("Claude Sonnet 4.6", "chat", ["text", "image", "pdf"])
    assert facts["capabilities"] == {
        "tools": True, "json_schema": True, "json_mode": True, "reasoning": True, "vision": True, "pdf": True,
    }  # fmt: skip
    assert read[0]["openai/text-embedding-3-small"].claim["facts"]["modality"] == "embedding"


def test_makes_nothing_seen_that_only_a_host_vouches_for(read):
    assert all(row.hidden for row in read[0].values())


def test_refuses_bad_rows_one_by_one(read):
    refused = {one.slug: one.reason for one in read[1] if one.field == "model"}
    assert refused["broken/no-media"] == "without 'architecture'"
    assert {"7", "row 9"} <= refused.keys()
    assert len(read[0]) + len(refused) == len(json.loads(EXCERPT.read_text("utf-8"))["data"])


def test_tells_what_it_does_not_understand(read):
    assert Refusal("", "created", "not understood, in 5 rows") in read[1]


@pytest.mark.parametrize("raw", [[], {}, {"data": {}}, None, {"error": "no"}])
def test_refuses_what_is_no_list_of_models(raw):
    with pytest.raises(Unreadable):
        openrouter.translate(raw, "2026-11-23")


def test_refuses_an_absurd_price():
    entry = {"id": "a/b", "architecture": {}, "pricing": {"prompt": "1", "completion": Decimal("NaN")}}
    rows, refusals = openrouter.translate({"data": [entry]}, "2026-11-23")
    assert "prices" not in rows[0].claim
    assert {"1: too high to be true", "NaN: not a number"} <= {one.reason for one in refusals}
