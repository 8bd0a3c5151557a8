"""What the lists of real gateways are read as: bare ones, LiteLLM's, OpenRouter's, aigateway.sh's and our own."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from listing_gateway import KEY

from catalog.sources import gateway, gateway_entry
from catalog.sources.rows import Row
from gateway.errors import GatewayError

DAY = "2026-11-23"


def translated(*entries: Any, **beside: Any) -> tuple[list[Row], list]:
    rows, refusals = gateway.translate({"host": "gw.example", "models": [*entries]} | beside, DAY)
    return [row for row in rows if row.claim["source"] == "gateway"], refusals


def guess(entry: Any) -> dict[str, Any]:
    """What the kind is guessed to be, and why."""
    rows, _ = gateway.translate({"host": "gw.example", "models": [entry]}, DAY)
    (claim,) = [row.claim for row in rows if row.claim["source"] == "guess"]
    return {"kind": claim["facts"]["modality"], "why": claim["doubts"]["modality"]}


def one(*entries: Any, **beside: Any) -> Row:
    (row,), _ = translated(*entries, **beside)
    return row


def amounts(entry: dict[str, Any], **beside: Any) -> dict[str, str]:
    return {price["meter"] + price["condition"]: price["amount"] for price in one(entry, **beside).claim.get("prices", ())}


def openai(name: str, owner: str = "system") -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 1715367049, "owned_by": owner}


def test_openai_s_bare_list(lists):
    lists.lists(openai("gpt-4o"), openai("text-embedding-3-small"), openai("ft:gpt-4o:acme::x", "user-7"))
    raw = gateway.fetch(None)
    rows, refusals = translated(*raw["models"], host=raw["host"])
    host = f"127.0.0.1:{lists.server_port}"
    assert [row.slug for row in rows] == ["openai/gpt-4o", "openai/text-embedding-3-small", f"{host}/ft:gpt-4o:acme::x"]
    assert [row.upstream_id for row in rows] == ["gpt-4o", "text-embedding-3-small", "ft:gpt-4o:acme::x"]
    assert [row.claim["facts"] for row in rows] == [{}, {}, {}] and not refusals
    assert guess(openai("text-embedding-3-small")) == {"kind": "embedding", "why": gateway_entry.BY_NAME}
    assert {*lists.keys} == {f"Bearer {KEY}"}


def test_what_a_gateway_does_not_have_is_asked_for_once(lists):
    lists.lists(*(openai(f"gpt-{n}") for n in range(30)))
    gateway.fetch(None)
    assert sorted(lists.asked) == [
        "/v1/balance", "/v1/capabilities", "/v1/health/providers", "/v1/model/info", "/v1/models", "/v1/models/gpt-0/schema",
    ]  # fmt: skip


def test_vllm_s_list():
    entry = {"id": "meta-llama/Llama-3.2-3B-Instruct", "owned_by": "vllm", "root": "/models/x", "max_model_len": 8192}
    row = one(entry)
    assert (row.slug, row.upstream_id) == ("meta/llama-3.2-3b-instruct", entry["id"])
    assert row.claim["facts"] == {"context_window": 8192}
    assert guess(entry) == {"kind": "chat", "why": gateway_entry.BY_SERVER}


def test_what_says_nothing_of_its_kind_may_be_tried_as_text():
    assert guess({"id": "our-own-model"}) == {"kind": "chat", "why": gateway_entry.BY_DEFAULT}
    for stated in ({"type": "something-new"}, {"modality": None}):
        rows, _ = gateway.translate({"host": "gw.example", "models": [{"id": "our-own-model"} | stated]}, DAY)
        assert [row.claim["source"] for row in rows] == ["gateway"]


def test_ollama_s_list():
    row = one({"id": "llama3.2:3b-instruct-q4_0", "object": "model", "created": 1700000000, "owned_by": "library"})
    assert (row.slug, row.upstream_id) == ("gw.example/llama3.2:3b-instruct-q4-0", "llama3.2:3b-instruct-q4_0")
    assert guess({"id": "nomic-embed-text:latest", "owned_by": "library"})["kind"] == "embedding"


def test_litellm_s_list_says_openai_owns_everything():
    litellm = {"object": "model", "created": 1677610602, "owned_by": "openai"}
    row = one({"id": "claude-sonnet-4"} | litellm)
    assert row.slug == "gw.example/claude-sonnet-4" and row.claim["facts"] == {}
    assert guess({"id": "claude-sonnet-4"} | litellm)["kind"] == "chat"


def test_litellm_s_info_tells_the_model_behind_a_name():
    info = {"data": [{"model_name": "fast", "litellm_params": {"model": "anthropic/claude-haiku-4.5"}, "model_info": {
        "id": "0a1b", "key": "claude-haiku-4.5", "litellm_provider": "anthropic", "mode": "chat", "max_input_tokens": 200000,
        "max_output_tokens": 64000, "input_cost_per_token": Decimal("1e-06"), "output_cost_per_token": Decimal("5e-06"),
        "output_cost_per_reasoning_token": None, "input_cost_per_audio_token": 0, "supports_vision": True,
    }}]}  # fmt: skip
    row = one({"id": "fast", "created": 1677610602, "owned_by": "openai"}, info=info)
    assert (row.slug, row.upstream_id) == ("anthropic/claude-haiku-4.5", "fast")
    assert row.claim["facts"] == {
        "modality": "chat", "context_window": 200000, "max_output": 64000, "capabilities": {"vision": True},
    }  # fmt: skip
    assert row.claim["prices"] == [
        {"meter": "input_tokens", "amount": "1", "condition": ""}, {"meter": "output_tokens", "amount": "5", "condition": ""},
    ]  # fmt: skip


def test_openrouter_s_entries():
    entry = {
        "id": "acme/talk", "name": "Acme: Talk", "context_length": 131072, "top_provider": {"max_completion_tokens": 8192},
        "architecture": {"modality": "text->text", "input_modalities": ["text", "image", "file"], "output_modalities": ["text"]},
        "pricing": {"prompt": "0.00000125", "completion": "0.00001", "image": "0.001", "request": "0", "input_cache_read": "-1"},
        "supported_parameters": ["tools", "seed", "temperature"],
    }  # fmt: skip
    (row,), refusals = translated(entry)
    assert row.claim["facts"] == {
        "name": "Acme: Talk", "modality": "chat", "context_window": 131072, "max_output": 8192,
        "input_kinds": ["text", "image", "pdf"], "output_kinds": ["text"], "capabilities": {"tools": True, "seed": True},
    }  # fmt: skip
    assert amounts(entry) == {"input_tokens": "1.25", "output_tokens": "10"}
    assert [(one.field, one.reason) for one in refusals] == [
        ("image", "0.001: the unit is not stated, or is none of ours"), ("request", "0: a zero, not known to be free"),
        ("input_cache_read", "-1: a negative number means unknown"),
    ]  # fmt: skip


def test_free_is_what_the_id_calls_free():
    free = {"prompt": "0", "completion": "0"}
    assert amounts({"id": "acme/talk:free", "pricing": free}) == {"input_tokens": "0", "output_tokens": "0"}
    assert amounts({"id": "acme/talk", "pricing": free}) == {}


def test_rich_entries_as_the_real_gateway_has_them():
    entry = {
        "id": "acme/voice", "modality": "tts", "context_length": None, "capabilities": ["streaming", "telepathy"], "tier": "pro",
        "pricing": [{"kind": "characters", "usd": Decimal("0.03"), "unit": "1K chars"}, {"kind": "input", "usd": "2"}],
    }  # fmt: skip
    (row,), refusals = translated(entry)
    assert row.claim["facts"] == {"modality": "speech", "capabilities": {"streaming": True}}
    assert row.claim["prices"] == [{"meter": "characters", "amount": "0.03", "condition": ""}]
    assert refusals[0].reason == "2: the unit is not stated, or is none of ours"


@pytest.mark.parametrize(
    ("pricing", "found"),
    [
        ({"input_per_1m": Decimal("2.5"), "output_per_million_tokens": "10"}, {"input_tokens": "2.5", "output_tokens": "10"}),
        ({"input": 2, "output": 8, "unit": "1M tokens"}, {"input_tokens": "2", "output_tokens": "8"}),
        ({"input": Decimal("0.0025"), "output": Decimal("0.01")}, {}),
        ({"prompt": "1", "completion": "nan"}, {}),
        ({"prompt": True, "completion": ["1"]}, {}),
        ("dear", {}),
    ],
)
def test_amounts_need_a_unit_and_sense(pricing, found):
    assert amounts({"id": "acme/talk", "pricing": pricing}) == found


def test_our_own_list_pages_and_has_its_prices(lists, catalog, client):
    first = json.loads(client.get("/api/v1/models?limit=4").content)
    rest = json.loads(client.get(f"/api/v1/models?after={first['data'][-1]['id']}").content)
    lists.answers |= {"/v1/models": first, f"/v1/models?after={first['data'][-1]['id'].replace('/', '%2F')}": rest}
    rows, _ = gateway.translate(gateway.fetch(None), DAY)
    assert [row.slug for row in rows] == [card.slug for card in catalog.cards]
    talk = next(row for row in rows if row.slug == "acme/talk-large")
    assert {"meter": "input_tokens", "amount": "2.5", "condition": "prompt>200000"} in talk.claim["prices"]
    free = next(row for row in rows if row.slug == "acme/talk-free")
    assert {price["amount"] for price in free.claim["prices"]} == {"0"}


def test_kind_is_told_by_a_schema_where_the_list_has_none(lists):
    lists.lists({"id": "acme/mystery"}, {"id": "acme/other"}, {"id": "acme/known", "modality": "chat"})
    lists.answers["/v1/models/acme/mystery/schema"] = {"endpoint": "POST /v1/audio/speech", "quirks": []}
    raw = gateway.fetch(None)
    rows, _ = translated(*raw["models"], schemas=raw["schemas"])
    assert [row.claim["facts"].get("modality") for row in rows] == ["speech", None, "chat"]
    assert "/v1/models/acme/other/schema" in lists.asked and "/v1/models/acme/known/schema" not in lists.asked


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ({"object": "model"}, "it has no id that can be sent"),
        ({"id": 7}, "it has no id that can be sent"),
        (None, "it has no id that can be sent"),
        ({"id": "x" * 201}, "it has no id that can be sent"),
        ({"id": "a\nb"}, "it has no id that can be sent"),
        ({"id": "openai/*"}, "a pattern of ids, not a model"),
        ({"id": "///"}, "no slug can be made of its id"),
    ],
)
def test_bad_entry_is_refused_alone(entry, reason):
    rows, (refusal,) = translated(entry, {"id": "acme/talk"})
    assert [row.slug for row in rows] == ["acme/talk"] and (refusal.field, refusal.reason) == ("model", reason)


def test_abilities_name_the_endpoints_that_the_gateway_s_vocabulary_gives_them():
    words = {"data": [{"id": "text-to-image", "endpoint": "/v1/images/generations"}, {"id": "odd", "endpoint": 7}, "odd"]}
    facts = one({"id": "acme/paint", "capabilities": ["text-to-image", "odd"]}, capabilities=words).claim["facts"]
    assert (facts["listed_endpoints"], facts["modality"]) == (["image"], "image")


def test_descriptions_stay_with_the_gateway():
    assert one({"id": "acme/talk", "description": "The best model ever."}).claim["facts"] == {}


def test_model_that_is_listed_twice_counts_once():
    rows, (refusal,) = translated({"id": "acme/talk"}, {"id": "acme/talk"})
    assert len(rows) == 1 and refusal.field == "alias"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda one: st.lists(one, max_size=3) | st.dictionaries(st.text(max_size=8), one, max_size=3), max_leaves=8,
)  # fmt: skip
FIELDS = (
    "id name modality mode endpoints endpoint supported_endpoints context_length max_output pricing capabilities architecture "
    "top_provider owned_by provider status released retires_on description model_info input_modalities supported_parameters key "
    "litellm_provider input_cost_per_token"
).split()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(FIELDS), JSON), max_size=4), JSON)
def test_no_entry_breaks_the_reading(entries, beside):
    rows, refusals = gateway.translate({"host": "", "models": entries, "info": beside, "schemas": {}}, DAY)
    stated = [row for row in rows if row.claim["source"] == "gateway"]
    assert len(stated) + sum(one.field in ("model", "alias") for one in refusals) == len(entries)


def test_number_that_is_none_costs_no_other_model(lists):
    entry = '{"id": "acme/talk-large", "context_length": 8192, "pricing": {"unit": "1M tokens", "input": NaN}}'
    lists.answers["/v1/models"] = (200, f'{{"data": [{entry}, {{"id": "acme/other", "context_length": {"9" * 5000}}}]}}')
    rows, _ = gateway.translate(gateway.fetch(None), DAY)
    stated = [row for row in rows if row.claim["source"] == "gateway"]
    assert [(row.upstream_id, row.claim["facts"].get("context_window"), row.claim.get("prices")) for row in stated] == [
        ("acme/talk-large", 8192, None), ("acme/other", None, None)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((401, '{"error": {"message": "Bad key", "type": "invalid_api_key"}}'), "Bad key"),
        ((200, "<html>"), "not valid JSON"),
        ((200, '{"data": NaN}'), "no list of models"),
        ((200, '{"ok": true}'), "no list of models"),
        ((302, ""), "redirect"),
    ],
)
def test_gateway_without_a_list_is_an_error(lists, answer, message):
    lists.answers["/v1/models"] = answer
    with pytest.raises(GatewayError, match=message):
        gateway.fetch(None)


def test_part_of_a_list_is_an_error(lists):
    lists.answers["/v1/models"] = {"data": [{"id": "acme/talk"}], "has_more": True}
    with pytest.raises(GatewayError):
        gateway.fetch(None)
