"""The catalog as programs read it."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from datetime import date

import jsonschema
import pytest
from django.db import connection

from catalog.endpoints import ENDPOINTS
from catalog.models import Model, Version
from catalog.programs import machines

pytestmark = pytest.mark.usefixtures("catalog")

ITEM = (
    "id object created owned_by upstream_id name modality endpoints badge description family context_window max_output "
    "input_kinds output_kinds capabilities proofs strengths use_cases collections pricing released added served status "
    "retires_on replacement aliases url"
).split()
EVERY = (
    "/models.json /models.csv /models.md /models.atom /models/openai/tts-1-hd.json /models/openai/tts-1-hd.md /api/v1/models "
    "/api/v1/models/openai/tts-1-hd /api/v1/models/openai/tts-1-hd/schema /api/v1/capabilities /openapi.json /llms.txt "
    "/llms-full.txt /sitemap.xml /robots.txt"
).split()
NUL = "" if connection.vendor == "postgresql" else "\x00"  # PostgreSQL keeps none
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def ids(answer) -> list[str]:
    return [model["id"] for model in answer.json()["data"]]


def hostile(text: str) -> Model:
    """A model of Acme whose name and description are `text`."""
    acme = Model.objects.get(slug="acme/talk-free").provider
    model = Model.objects.create(slug="acme/hostile", name=text, description=text, provider=acme, upstream_id=text)
    Version.bump()
    return model


@pytest.mark.parametrize("path", EVERY)
def test_answers_304_to_its_etag(client, path):
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert first["Cache-Control"] == "public, max-age=60"
    assert again["ETag"] == first["ETag"]


@pytest.mark.parametrize("path", EVERY)
def test_may_be_read_from_any_origin(client, path):
    asked = client.options(path, headers={"Origin": "https://a.example", "Access-Control-Request-Headers": "if-none-match"})
    assert (asked.status_code, asked["Access-Control-Allow-Methods"]) == (204, "GET, HEAD, OPTIONS")
    for answer in (asked, client.get(path), client.get(path, headers={"If-None-Match": "*"})):
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert answer["Access-Control-Expose-Headers"] == "ETag, Last-Modified"


def test_a_refusal_may_be_read_from_any_origin(client):
    for path in ("/models.csv?sort=loudness", "/models/no/such.md", "/models/openai/tts-hd.json"):
        assert client.get(path)["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", EVERY)
def test_answers_304_to_its_date(client, path):
    first = client.get(path)
    again = client.get(path, headers={"If-Modified-Since": first["Last-Modified"]})
    older = client.get(path, headers={"If-Modified-Since": "Sat, 01 Jan 2022 00:00:00 GMT"})
    assert (again.status_code, again.content, older.status_code) == (304, b"", 200)


@pytest.mark.parametrize("named", ["*", "{tag}", "{strong}", '"other", {strong}'])
def test_every_way_to_name_the_etag_is_understood(client, named):
    tag = client.get("/models.json")["ETag"]
    said = named.format(tag=tag, strong=tag.removeprefix("W/"))
    assert client.get("/models.json", headers={"If-None-Match": said}).status_code == 304
    assert client.get("/models.json", headers={"If-None-Match": '"other"'}).status_code == 200


def test_etag_changes_with_the_catalog(client):
    before = client.get("/models.csv")["ETag"]
    Model.objects.filter(slug="orbit/paint").update(name="Paint 2")
    Version.bump()
    assert client.get("/models.csv", headers={"If-None-Match": before}).status_code == 200


def test_machines_ask_no_database_beyond_the_version(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get("/models.json")


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


@pytest.mark.parametrize("path", ["/models.json", "/models.csv", "/models.md", "/models.atom"])
def test_twins_refuse_what_browse_refuses(client, path):
    answer = client.get(f"{path}?sort=loudness")
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "sort")


def test_alias_finds_its_model(client):
    answer = client.get("/api/v1/models/openai/tts-hd")
    assert (answer.status_code, answer.json()["id"]) == (200, "openai/tts-1-hd")
    assert client.get("/api/v1/models/openai/tts-hd/schema").json()["id"] == "openai/tts-1-hd"


@pytest.mark.parametrize("ending", [".json", ".md"])
def test_alias_of_a_page_moves(client, ending):
    answer = client.get(f"/models/openai/tts-hd{ending}")
    assert (answer.status_code, answer["Location"]) == (301, f"/models/openai/tts-1-hd{ending}")


@pytest.mark.parametrize("path", ["/api/v1/models/no/such", "/api/v1/models/no/such/schema", "/models/no/such.json"])
def test_unknown_model_is_404_in_the_envelope(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "model_not_found")


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


def rows(answer) -> dict[str, dict[str, str]]:
    return {row["id"]: row for row in csv.DictReader(io.StringIO(answer.content.decode(), newline=""))}


def test_csv_tells_unknown_from_free(client):
    found = rows(client.get("/models.csv"))
    assert found["acme/talk-free"]["price.input_tokens"] == "0"
    assert found["orbit/paint"]["price.images"] == found["orbit/paint"]["context_window"] == ""
    assert found["acme/talk-large"]["conditional_prices"].split()[0] == "price.input_tokens@batch=0.625"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r", " =", f"{NUL}="])
def test_csv_cell_is_never_a_formula(client, start):
    hostile(f"{start}cmd|' /C calc'!A0\r\n\x07second")
    row = rows(client.get("/models.csv"))["acme/hostile"]
    assert row["name"].startswith("'") and row["description"].startswith("'")
    assert row["name"].isprintable() and "second" in row["name"]


@pytest.mark.parametrize("text", ["a | b\n| c |", "<script>x</script>", "`` ` | ``", "[x](javascript:y) **b**", "1. # x\n---\ny"])
def test_catalog_text_cannot_break_markdown(client, text):
    hostile(text)
    lines = client.get("/models.md").content.decode().splitlines()
    bars = [line.replace(r"\|", "").count("|") for line in lines if line.startswith("|")]
    assert bars == [9] * 9  # head, rule and seven models
    page = client.get("/models/acme/hostile.md").content.decode()
    assert not re.search(r"(?<!\\)<script|(?<!\\)\]\(javascript", page)
    assert sum(line.startswith("# ") for line in page.splitlines()) == 1


def test_markdown_page_is_whole(client):
    page = client.get("/models/openai/tts-1-hd.md").content.decode()
    assert "| Characters |  | $0.03 / 1K chars | $0.0316 / 1K chars | [LiteLLM price map](" in page
    assert "### Speech: `POST /sandbox/v1/audio/speech`" in page and "curl " in page and "2026-11-01" in page
    assert "- Voice cloning: claimed by aigateway.sh. " in page


def test_markdown_page_says_unknown_and_what_comes_next(client):
    page = client.get("/models/orbit/paint.md").content.decode()
    assert "No price is known." in page and "| Released | unknown |" in page
    assert "Vector length" not in page and "Knowledge up to" not in page  # of no picture
    assert "| Retires on | 2027-01-31 |\n| Use instead | `acme/talk-large` |" in page


def test_markdown_list_says_free_and_unknown(client):
    lines = {line.split("`")[1]: line for line in client.get("/models.md").content.decode().splitlines() if "`" in line}
    assert "| free | free |" in lines["acme/talk-free"] and "| unknown |" in lines["orbit/paint"]


def test_atom_is_valid_and_newest_first(client):
    feed = ET.fromstring(client.get("/models.atom?provider=acme").content)
    titles = [entry.findtext("a:title", None, ATOM) for entry in feed.findall("a:entry", ATOM)]
    assert titles == ["Talk Large", "Talk Free"]
    for node in (feed, *feed.findall("a:entry", ATOM)):
        assert all(node.findtext(f"a:{name}", None, ATOM) for name in ("id", "title", "updated"))


def test_atom_survives_what_xml_cannot_hold(client):
    hostile(f"<b>bold</b> {NUL}\x0b\ufffe & more")
    feed = ET.fromstring(client.get("/models.atom?q=bold").content)
    # Declared as HTML, so that a reader shows the text as it is.
    assert feed.findtext("a:entry/a:summary", None, ATOM) == "&lt;b&gt;bold&lt;/b&gt; &amp; more"


def test_empty_feed_stays_the_same(client):
    first, again = (client.get("/models.atom?q=nothingatall") for _ in range(2))
    assert first.content == again.content and b"<entry>" not in first.content


def test_capabilities_count_models(client):
    found = client.get("/api/v1/capabilities").json()
    assert {"id": "streaming", "label": "Streaming", "models": 2} in found["data"]
    assert found["modalities"] == {"chat": 2, "image": 1, "speech": 1, "embedding": 1}
    assert found["endpoints"]["speech"] == {"label": "Speech", "path": "/sandbox/v1/audio/speech", "models": 1}


def test_llms_txt_links_and_llms_full_has_every_model(client):
    head, *rest = client.get("/llms.txt").content.decode().split("\n\n")
    assert head.startswith("# ") and rest[0].startswith("> ") and any(part.startswith("## ") for part in rest)
    lines = [line for line in client.get("/llms-full.txt").content.decode().splitlines() if line.startswith("- ")]
    assert len(lines) == 6
    assert "Characters $0.03 / 1K chars" in next(line for line in lines if "tts-1-hd" in line)
    assert "Price: unknown." in next(line for line in lines if "orbit/paint" in line)


def test_sitemap_lists_pages_that_exist(client, settings):
    found = [node.text for node in ET.fromstring(client.get("/sitemap.xml").content).iter() if node.tag.endswith("loc")]
    assert f"{settings.SITE_URL}/models/openai/tts-1-hd" in found and f"{settings.SITE_URL}/collections/speech" in found
    assert len(found) == len(set(found))


def test_sitemap_dates_what_changes_with_the_catalog(client, settings):
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    nodes = ET.fromstring(client.get("/sitemap.xml").content).findall("s:url", space)
    found = {node.findtext("s:loc", None, space): node.findtext("s:lastmod", None, space) for node in nodes}
    found = {url.removeprefix(settings.SITE_URL): day for url, day in found.items()}
    assert [client.get(path).status_code for path in found] == [200] * len(found)
    added = Model.objects.get(slug="openai/tts-1-hd").added.isoformat()  # later than any of its prices and claims
    assert found["/models/openai/tts-1-hd"] == added and found["/privacy"] is None
    assert date.fromisoformat(found["/models"]) == Version.objects.get().changed_at.date()


def test_robots_keeps_runs_private(client, settings):
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert {"Disallow: /playground/runs", "Disallow: /r/", "Disallow: /admin/", "Disallow: /accounts/"} < set(lines)
    assert lines[-1] == f"Sitemap: {settings.SITE_URL}/sitemap.xml"


def test_machines_only_read(client):
    assert [client.post(path).status_code for path in EVERY] == [405] * len(EVERY)


def test_json_is_utf8_as_it_is(client):
    hostile("Größe – 大")
    content = client.get("/api/v1/models/acme/hostile").content
    assert "大".encode() in content and json.loads(content)["name"] == "Größe – 大"


def test_a_page_past_the_last_is_empty(client, catalog):
    found = client.get("/models.json?page=9").json()
    assert (found["data"], found["page"], found["pages"], found["total"]) == ([], 9, 1, 6)
