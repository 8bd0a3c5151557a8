"""What people and programs see once the gateway has said what it serves."""

import json
import re
from html import unescape

import pytest
from django.core.management import call_command
from django.test import Client
from listing_gateway import ListingGateway

from catalog.models import Collection, Model, Version
from playground.models import Run

SERVED = ("acme/talk-large", "acme/talk-free")


@pytest.fixture
def synced(catalog, lists: ListingGateway) -> None:
    """The gateway serves the two talking models, one of them under an id of its own."""
    lists.lists({"id": "talk-large", "owned_by": "acme"}, {"id": "acme/talk-free"})
    call_command("sync", "--source", "gateway", verbosity=0)


def found(path: str) -> list[str]:
    return [model["id"] for model in json.loads(Client().get(path).content)["data"]]


def page(path: str) -> str:
    return Client().get(path).content.decode()


def every(catalog) -> list[str]:
    return [card.slug for card in catalog.cards]


def test_before_a_sync_all_are_listed_and_nothing_is_said(catalog, lists):
    assert sorted(found("/models.json")) == every(catalog)
    html = page("/models")
    assert "On this gateway" not in html and "served" not in json.loads(Client().get("/models.json").content)["facets"]


@pytest.mark.parametrize("path", ["/models.json", "/api/v1/models"])
@pytest.mark.parametrize("asked", ["", "served=yes"])
def test_lists_open_on_this_gateway(synced, path, asked):
    assert sorted(found(f"{path}?{asked}")) == sorted(SERVED)


@pytest.mark.parametrize("path", ["/models.json", "/api/v1/models"])
def test_served_any_has_all(synced, catalog, path):
    assert sorted(found(f"{path}?served=any")) == every(catalog)
    assert sorted(found(f"{path}?served=no")) == sorted({*every(catalog)} - {*SERVED})


def test_every_form_of_the_list_has_the_same_models(synced):
    for form in ("csv", "md", "atom"):
        few, all_ = page(f"/models.{form}"), page(f"/models.{form}?served=any")
        assert "acme/talk-large" in few and "openai/tts-1-hd" not in few and "openai/tts-1-hd" in all_


def test_page_switches_to_all_and_back(synced, catalog):
    html = page("/models")
    assert "of 6 models, on this gateway" in html and 'id="m-openai/tts-1-hd"' not in html
    assert '<a href="/models?served=any">All models <span class="n">6</span></a>' in html
    html = page("/models?served=any")
    assert '<a href="/models?">On this gateway <span class="n">2</span></a>' in html
    assert 'name="served" value="any"' in html and html.count("not on this gateway") == 4


def test_filters_keep_where_they_look(synced):
    assert 'href="/models?price=free&amp;served=any"' in page("/models?served=any")
    assert "modality=speech&amp;served=any" in page("/models?served=any&modality=speech")
    assert "Models that are not on this gateway too" in page("/models?modality=speech")


def test_counts_are_what_choosing_gives(synced):
    for name, value in (("served", "yes"), ("served", "no"), ("served", "any"), ("modality", "chat")):
        count = json.loads(Client().get("/models.json").content)["facets"][name][value]
        assert json.loads(Client().get(f"/models.json?{name}={value}").content)["total"] == count


def test_unknown_place_is_refused(synced):
    assert Client().get("/models.json?served=maybe").status_code == 400


def links(path: str, around: str) -> list[tuple[str, int]]:
    """Every link to browse with the count that stands beside it, on pages and in llms.txt."""
    return [(unescape(link), int(count)) for link, count in re.findall(around, page(path), re.S)]


@pytest.mark.parametrize(
    ("path", "around"),
    [
        ("/", r'href="(/models\?[^"]*|/models)">(?:(?!</a>).)*<span class="n">(\d+)</span>'),
        ("/providers", r'href="(/models\?[^"]*)">[^<]*</a> (\d+)'),
        ("/models/acme/talk-large", r'href="(/models\?[^"]*)">More [^<]*</a><span>(\d+)</span>'),
        ("/llms.txt", r"http://[^/]*(/models.md\?[^)]*)\): (\d+) model"),
    ],
)
@pytest.mark.parametrize("where", ["synced", "catalog"])
def test_a_count_beside_a_link_is_what_the_link_gives(where, path, around, request):
    request.getfixturevalue(where)
    found = links(path, around)
    assert found
    for link, count in found:
        assert json.loads(Client().get(re.sub("/models(.md)?", "/models.json", link)).content)["total"] == count, link


def test_what_is_offered_can_be_run_here(synced):
    for path in ("/", "/compare", "/calculator"):
        offered = set(re.findall(r'(?:href="/models/|models=)([a-z]+/[a-z0-9-]+)', page(path).split("<main")[1]))
        assert offered and offered <= {*SERVED}, path


def test_programs_read_what_is_behind_this_gateway(synced):
    assert "> 2 models of 1 provider" in page("/llms.txt")
    assert "Not on this gateway." in next(line for line in page("/llms-full.txt").splitlines() if "openai/tts-1-hd`" in line)
    told = json.loads(Client().get("/api/v1/capabilities").content)
    assert told["modalities"] == {"chat": 2} and "speech" not in told["endpoints"]
    assert "Id on the gateway" in page("/models/acme/talk-large.md")
    assert "Id on the gateway" not in page("/models/openai/tts-1-hd.md")


def test_lists_of_a_provider_and_a_collection_have_all(synced, catalog):
    Collection.objects.create(slug="loud", name="Loud", rule="modality=speech")
    Version.bump()
    assert found("/providers/openai.json") and found("/collections/loud.json") == ["openai/tts-1-hd"]
    assert "served=any" in page("/providers/openai") and "served=any" in page("/collections/loud")


def test_model_page_says_whether_it_is_served_and_as_what(synced):
    html = page("/models/acme/talk-large")
    assert "yes, as <code>talk-large</code>" in html and "Try in playground" in html and "Gateway asked" in html
    html = page("/models/openai/tts-1-hd")
    assert "Not on this gateway." in html and "Try in playground" not in html


def test_comparison_and_palette_say_so(synced):
    html = page("/compare?models=acme/talk-large,openai/tts-1-hd")
    assert "not on this gateway" in html and html.count("?model=acme/talk-large") and "?model=openai/tts-1-hd" not in html
    assert "not on this gateway" in page("/palette.json")


def test_bills_and_tables_for_programs_say_so(synced):
    for path in ("/calculator?models=acme/talk-large,openai/tts-1-hd", "/models.md?served=any&q=hd", "/providers/openai.md"):
        assert "not on this gateway" in page(path), path
    assert "not on this gateway" not in page("/models.md") + page("/calculator?models=acme/talk-large")


def test_a_column_of_what_is_not_served_says_so_before_anything_is_sent(synced):
    Model.objects.filter(slug="acme/talk-free").update(served=False)
    Version.bump()
    html = page("/playground?models=acme/talk-large,acme/talk-free")
    assert html.count("This model is not on this gateway, so it cannot be run here.") == 1
    assert 'id="estimate-0"' in html and 'id="estimate-1"' not in html and "Together" not in html
    told = {"column": ["0", "1"], "0.model": "acme/talk-large", "1.model": "acme/talk-free", "endpoint": "chat"}
    told |= {"role": "user", "content": "Hello", "1.was": "acme/talk-free"}
    response = Client().post("/playground/groups", told, headers={"Accept": "application/json"})
    assert response.status_code == 422 and "gateway, so it cannot be run here" in response.content.decode()
    assert not Run.objects.exists()


def test_model_that_is_not_served_cannot_be_run(synced):
    told = {"model": "openai/tts-1-hd", "input": "Hello", "voice": "alloy"}
    for accept, words in (("application/json", "not served by this gateway"), ("text/html", "is not on this gateway")):
        response = Client().post("/playground/run", told, headers={"Accept": accept})
        assert response.status_code == 422 and words in response.content.decode()
    assert "is not on this gateway, so it cannot be run here" in page("/playground?model=openai/tts-1-hd")


def test_form_begins_with_a_model_that_can_be_run(synced):
    assert any(f'name="model" value="{slug}"' in page("/playground") for slug in SERVED)


def test_what_is_sent_and_printed_has_the_gateway_s_id(synced):
    assert "talk-large&quot;" in page("/models/acme/talk-large").replace("&#x27;", "&quot;")
    schema = json.loads(Client().get("/api/v1/models/acme/talk-large/schema").content)["endpoints"][0]
    assert schema["request_example"]["model"] == "talk-large"
    assert all('"talk-large"' in code.replace("\\", "") for code in schema["snippets"].values())


def test_the_gateway_s_own_id_leads_to_its_model(synced):
    for form in ("", ".json"):
        assert Client().get(f"/models/talk-large{form}").headers["Location"] == f"/models/acme/talk-large{form}"
    for form in ("", "/schema"):
        assert json.loads(Client().get(f"/api/v1/models/talk-large{form}").content)["id"] == "acme/talk-large"
        nobody = Client().get(f"/api/v1/models/nobody{form}")
        assert nobody.status_code == 404 and json.loads(nobody.content)["error"]["code"] == "model_not_found"
