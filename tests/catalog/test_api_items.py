"""What the API says of models, and how its list goes on."""

from datetime import date

import jsonschema
import pytest

from catalog.endpoints import ENDPOINTS
from catalog.models import Model
from catalog.programs import machines

pytestmark = pytest.mark.usefixtures("catalog")

ITEM = (
    "id object created owned_by upstream_id name modality endpoints badge description family context_window max_output "
    "input_kinds output_kinds capabilities proofs strengths use_cases collections pricing released added served status "
    "retires_on replacement aliases url"
).split()


def ids(answer) -> list[str]:
    return [model["id"] for model in answer.json()["data"]]


def test_item_has_the_contract_keys_in_order(client):
    assert list(client.get("/api/v1/models/openai/tts-1-hd").json()) == ITEM


def test_item_states_facts(client):
    item = client.get("/api/v1/models/acme/talk-large").json()
    assert item["object"] == "model" and item["owned_by"] == "acme" and item["badge"] == "text"
    assert item["created"] == 1772323200  # 2026-03-01 00:00 UTC
    assert item["capabilities"] == ["vision", "tools", "streaming"]
    assert item["endpoints"] == ["chat", "responses"] and item["collections"] == ["frontier"]
    assert item["aliases"] == ["acme/talk-large-2026-03-01"]


def test_created_is_the_day_added_where_release_is_unknown(client):
    item = client.get("/api/v1/models/orbit/paint").json()
    assert item["released"] is None
    assert date.fromtimestamp(item["created"]).isoformat() == item["added"]


def test_unknown_is_null(client):
    item = client.get("/api/v1/models/orbit/mystery").json()
    names = "modality badge family context_window max_output input_kinds output_kinds released served replacement"
    assert {item[name] for name in names.split()} == {None}
    assert item["pricing"] == [] and item["endpoints"] == []


def test_amounts_are_exact_text_with_source_and_day(client):
    assert client.get("/api/v1/models/openai/tts-1-hd").json()["pricing"] == [
        {"meter": "characters", "unit": "1K chars", "amount": "0.03", "effective": "0.031578947368", "condition": "",
         "source": "litellm", "since": "2026-11-01"},
    ]  # fmt: skip


def test_prices_open_with_the_headlines(client):
    found = client.get("/api/v1/models/acme/talk-large").json()["pricing"]
    assert [(p["meter"], p["amount"]) for p in found][:3] == [
        ("input_tokens", "1.25"), ("output_tokens", "10"), ("cache_read_tokens", "0.125"),
    ]  # fmt: skip
    assert {p["condition"] for p in found[3:]} == {"prompt>200000", "batch"}


def test_free_is_zero_and_not_unknown(client):
    found = client.get("/api/v1/models/acme/talk-free").json()["pricing"]
    assert [p["amount"] for p in found] == ["0", "0"] == [p["effective"] for p in found]


def test_list_pages_by_id(client):
    first = client.get("/api/v1/models?limit=4")
    rest = client.get(f"/api/v1/models?limit=4&after={ids(first)[-1]}")
    assert ids(first) + ids(rest) == sorted(Model.objects.values_list("slug", flat=True))
    assert (first.json()["has_more"], rest.json()["has_more"], rest.json()["total"]) == (True, False, 6)


def test_an_sdk_of_openai_gets_the_whole_list(client, monkeypatch):
    monkeypatch.setattr(machines, "DEFAULT_LIMIT", 4)
    sdk = {"X-Stainless-Lang": "python"}
    assert len(ids(client.get("/api/v1/models"))) == 4
    whole = client.get("/api/v1/models", headers=sdk)
    assert (len(ids(whole)), whole.json()["has_more"]) == (6, False)
    assert "X-Stainless-Lang" in whole["Vary"]
    assert len(ids(client.get("/api/v1/models?limit=2", headers=sdk))) == 2


def test_list_takes_the_filters_of_browse(client):
    assert ids(client.get("/api/v1/models?modality=chat&price=free")) == ["acme/talk-free"]
    assert ids(client.get("/api/v1/models?q=tts")) == ["openai/tts-1-hd"]


@pytest.mark.parametrize(
    ("query", "param"),
    [("limit=0", "limit"), ("limit=1001", "limit"), ("limit=x", "limit"), ("after=no/such", "after"),
     ("modality=smell", "modality")],
)  # fmt: skip
def test_list_refuses_and_names_the_field(client, query, param):
    answer = client.get(f"/api/v1/models?{query}")
    error = answer.json()["error"]
    assert (answer.status_code, error["param"], error["type"]) == (400, param, "invalid_request_error")
    assert error["message"].startswith(param)


def test_alias_finds_its_model(client):
    answer = client.get("/api/v1/models/openai/tts-hd")
    assert (answer.status_code, answer.json()["id"]) == (200, "openai/tts-1-hd")
    assert client.get("/api/v1/models/openai/tts-hd/schema").json()["id"] == "openai/tts-1-hd"


def test_schema_documents_each_endpoint_native_first(client):
    speech, chat = client.get("/api/v1/models/openai/tts-1-hd/schema").json()["endpoints"]
    assert (speech["key"], speech["method"], speech["path"]) == ("speech", "POST", "/sandbox/v1/audio/speech")
    assert speech["request_example"]["model"] == "openai/tts-1-hd" and set(speech["snippets"]) == {"curl", "python", "typescript"}
    jsonschema.validate(speech["request_example"], speech["parameters"])
    assert chat["quirks"] == ["Listed by the gateway, not verified."]


def test_schema_is_null_where_an_endpoint_is_not_documented(client, monkeypatch):
    monkeypatch.delattr(ENDPOINTS["chat"], "PARAMETERS")
    chat = client.get("/api/v1/models/acme/talk-large/schema").json()["endpoints"][0]
    assert (chat["key"], chat["parameters"], chat["snippets"], chat["request_example"]) == ("chat", None, None, None)


def test_each_facet_count_is_what_adding_it_gives(client):
    for query in ("", "modality=chat", "capability=streaming"):
        for facet, values in client.get(f"/models.json?{query}").json()["facets"].items():
            for value, total in values.items():
                assert client.get(f"/models.json?{query}&{facet}={value}").json()["total"] == total > 0


def test_models_json_is_a_page(client):
    found = client.get("/models.json?sort=name").json()
    assert (found["total"], found["page"], found["pages"], len(found["data"])) == (6, 1, 1, 6)


def test_page_of_a_model_says_who_claims_what(client):
    found = client.get("/models/openai/tts-1-hd.json").json()
    released = next(claim for claim in found["claims"] if claim["field"] == "released")
    assert released["source"] == "aigateway.sh" and "several models" in released["doubt"]



def test_capabilities_count_models(client):
    found = client.get("/api/v1/capabilities").json()
    assert {"id": "streaming", "label": "Streaming", "models": 2} in found["data"]
    assert found["modalities"] == {"chat": 2, "image": 1, "speech": 1, "embedding": 1}
    assert found["endpoints"]["speech"] == {"label": "Speech", "path": "/sandbox/v1/audio/speech", "models": 1}
