"""The catalog's pages as a visitor reads them."""

import html
import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from urllib.parse import urldefrag

import httpx
import pytest

from catalog import bundle
from catalog.endpoints import ENDPOINTS
from catalog.models import Change, Model, Version
from catalog.search.rules import read_rule
from catalog.views import palette
from catalog.vocabulary import MODALITIES

PAGES = (
    "/ /models /models/acme/talk-large /models/openai/tts-1-hd /models/orbit/mystery /providers /providers/orbit /collections "
    "/collections/speech /collections/frontier /compare /compare?models=acme/talk-large /rankings /changes /docs /reference "
    "/privacy /compare?models=acme/talk-large,acme/talk-free /calculator /calculator?models=acme/talk-large,orbit/paint"
).split()


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_the_same_for_everyone(client, catalog, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert "public" in answer["Cache-Control"]
    assert not answer.cookies and "Cookie" not in answer.get("Vary", "")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_keeps_to_the_content_policy(client, catalog, path):
    page = client.get(path).text
    scripts = r'<script(?! type="application/ld.json">)(?![^>]*\bsrc=)'
    assert not re.search(rf"{scripts}|<style|\sstyle=|\son\w+=|hx-on|javascript:", page)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_one_main_heading(client, catalog, path):
    page = client.get(path).text
    assert page.count("<h1") == 1
    assert len(re.findall(r"<table", page)) == len(re.findall(r"<caption", page))


def test_no_link_leads_nowhere(client, catalog):
    links = [link for path in PAGES for link in re.findall(r'href="(/[^"]*)"', client.get(path).text)]
    pages = {urldefrag(html.unescape(link))[0] for link in links if not link.startswith("/static/")}
    assert len(pages) > 50
    assert [link for link in sorted(pages) if client.get(link).status_code >= 400] == []


def test_home_counts_each_modality(client, catalog):
    text = words(client.get("/").text)
    assert "Text 2 1 free, or from $1.25 / 1M tokens" in text
    assert "Image 1 price unknown" in text


def test_a_price_has_a_unit_a_source_and_a_day(client, catalog):
    text = words(client.get("/models/acme/talk-large").text)
    assert "Input $1.25 $1.32 1M tokens LiteLLM price map , 2026-11-01" in text
    assert "Prompt over 200,000 tokens Input $2.50" in text.replace("\u2007", "")


def test_an_unknown_price_is_said_in_words(client, catalog):
    page = client.get("/models/orbit/mystery").text
    assert "That does not mean that it is free." in words(page)
    assert "$" not in page


def test_a_free_model_says_so(client, catalog):
    text = words(client.get("/models/acme/talk-free").text)
    assert "Per 1M tokens, input Free list" in text
    assert "$0" not in text


def test_a_model_of_unknown_kind_shows_no_schema(client, catalog):
    text = words(client.get("/models/orbit/mystery").text)
    assert "No schema." in text
    assert not any(module.PATH in text for module in ENDPOINTS.values())


@pytest.mark.parametrize(("slug", "promised"), [("openai/tts-1-hd", True), ("orbit/mystery", False)])
def test_an_sdk_is_promised_where_it_has_the_method(client, catalog, slug, promised):
    assert ("from any OpenAI SDK" in client.get(f"/models/{slug}").content.decode()) is promised


def test_the_native_endpoint_comes_first_and_a_listed_one_is_marked(client, catalog):
    page = client.get("/models/openai/tts-1-hd").text
    assert page.index("/v1/audio/speech") < page.index("/v1/chat/completions")
    assert "Listed by the gateway, not verified." in words(page)


def test_a_doubtful_fact_says_why(client, catalog):
    text = words(client.get("/models/openai/tts-1-hd").text)
    assert "released 2026-04-13 claimed" in text
    assert "Voice cloning: claimed by aigateway.sh. The endpoint takes no voice sample." in text


def test_sources_that_disagree_are_both_named(client, catalog):
    model = Model.objects.get(slug="acme/talk-large")
    model.claims.create(field="price.input_tokens", value="1.5", source="models.dev", as_of=date(2026, 10, 1))
    Version.bump()
    assert "LiteLLM price map says $1.25 , models.dev $1.50 (2026-10-01)." in words(client.get("/models/acme/talk-large").text)


def test_a_retiring_model_names_its_replacement(client, catalog):
    page = client.get("/models/orbit/paint").text
    assert "on 2027-01-31" in words(page)
    assert '<a href="/models/acme/talk-large">' in page


def test_an_alias_redirects_for_good(client, catalog):
    answer = client.get("/models/acme/talk-large-2026-03-01")
    assert (answer.status_code, answer["Location"]) == (301, "/models/acme/talk-large")


def test_an_unknown_model_is_named(client, catalog):
    answer = client.get("/models/acme/talk-huge")
    assert answer.status_code == 404
    assert "No model is called acme/talk-huge." in words(answer.text)


def test_an_unknown_address_says_so(client, catalog):
    assert "This site has no page at this address." in words(client.get("/nothing-here").text)


def test_text_of_the_catalog_cannot_become_markup(client, catalog):
    Model.objects.filter(slug="acme/talk-large").update(name="<b>Bold</b>", description='"><script>alert(1)</script>')
    Version.bump()
    page = client.get("/models/acme/talk-large").text
    assert "<b>Bold" not in page and "<script>" not in page


def test_a_collection_lists_its_models_and_they_name_it(client, catalog):
    assert 'id="m-openai/tts-1-hd"' in client.get("/collections/speech").text
    assert '<a href="/collections/speech">Speech models</a>' in client.get("/models/openai/tts-1-hd").text


def test_a_rule_opens_as_a_filter(client, catalog):
    page = client.get("/collections/free-tier").text
    assert "<code>price = free</code>" in page
    assert 'href="/models?price=free">Open as filter' in page


def test_a_list_made_by_hand_says_so(client, catalog):
    assert "LIST picked by hand" in words(client.get("/collections/frontier").text)


def test_a_provider_lists_its_models_newest_first(client, catalog):
    text = words(client.get("/providers/acme").text)
    assert text.index("talk-large") < text.index("talk-free")
    assert client.get("/providers/nobody").status_code == 404


def test_changes_are_told_in_words(client, catalog):
    model = Model.objects.get(slug="acme/talk-large")
    Change.objects.create(model=model, field="price.input_tokens@batch", before=None, after="0.625", source="litellm")
    Change.objects.create(model=model, field="capabilities", before={}, after={"tools": True}, source="gateway")
    text = words(client.get("/changes").text)
    assert "LiteLLM price map 1 change of 1 model" in text and "Price, input, batch unknown $0.625" in text
    assert "this gateway 1 change of 1 model" in text and "Capabilities unknown tools: yes" in text


def test_changes_of_a_hidden_model_are_not_shown(client, catalog):
    Change.objects.create(model=Model.objects.get(slug="orbit/paint"), field="name", before="a", after="b", source="pin")
    Model.objects.filter(slug="orbit/paint").update(listed=False)
    assert "No change yet." in words(client.get("/changes").text)


def test_the_reference_lists_every_endpoint(client, catalog):
    page = client.get("/reference").text
    assert all(f"POST /sandbox/v1{module.PATH}</code>" in page for module in ENDPOINTS.values())


def test_docs_and_home_do_without_models(client, db, monkeypatch):
    monkeypatch.setattr("catalog.snapshot._current", None)
    assert [client.get(path).status_code for path in ("/", "/models", "/docs", "/reference", "/compare")] == [200] * 5


def test_sign_in_says_what_went_wrong(client, db):
    answer = client.post("/accounts/login/", {"username": "nobody", "password": "wrong"})
    assert "Not signed in." in words(answer.text)


def test_a_forged_form_is_refused_with_a_reason(db):
    from django.test import Client

    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"username": "x", "password": "y"})
    assert answer.status_code == 403
    assert "The form came without a valid token" in words(answer.text)


def test_the_error_page_needs_no_context():
    from django.template.loader import get_template

    assert "Server error" in get_template("500.html").render()


def test_the_bundled_collections_name_models_that_exist(catalog):
    slugs = {model["slug"] for file in bundle.read() for model in file["models"]}
    for row in json.loads(bundle.COLLECTIONS.read_text("utf-8")):
        assert row.get("rule") or row["models"], row["slug"]
        assert set(row.get("models", ())) <= slugs
        assert not row.get("rule") or read_rule(row["rule"], catalog.index)[1] == []


def test_every_bundled_model_has_a_page_of_its_own_endpoints(site):
    with httpx.Client(base_url=site, timeout=30) as http, ThreadPoolExecutor(4) as pool:
        models = http.get("/api/v1/models?limit=1000").json()["data"]
        pages = pool.map(lambda model: http.get(f"/models/{model['id']}"), models)
        assert [fault for model, page in zip(models, pages, strict=True) for fault in faults(model, page)] == []
    assert len(models) > 350


def faults(model: dict, page: httpx.Response) -> list[str]:
    """What a page must not say: blanks of the program, and paths of endpoints that the model does not answer."""
    text = words(page.text)
    named = set(re.findall(r"/v1(/[a-z0-9_/]+)", text)) & {module.PATH for module in ENDPOINTS.values()}
    found = [str(page.status_code)] if page.status_code != 200 else []
    found += re.findall(r"\b(?:None|nan|undefined)\b", text)
    found += sorted(named ^ {ENDPOINTS[key].PATH for key in model["endpoints"]})
    return [f"{model['id']}: {fault}" for fault in found]


def test_providers_are_listed_with_their_modalities(client, catalog):
    page = words(client.get("/providers").text)
    assert "Acme 2 Text 2" in page
    assert 'href="/models?provider=orbit&amp;modality=image"' in client.get("/providers/orbit").text


def test_every_modality_has_a_collection_of_its_own():
    rules = {row.get("rule") for row in json.loads(bundle.COLLECTIONS.read_text("utf-8"))}
    assert {f"modality={key}" for key in MODALITIES} <= rules


def test_the_palette_names_every_page_that_the_frame_links_to(client, catalog):
    frame = re.sub(r"<main.*</main>", "", client.get("/privacy").text, flags=re.S)
    linked = {path for path in re.findall(r'<a href="(/[^".#]*)"', frame)}
    pages = {path for path, _ in client.get("/palette.json").json()["kinds"][0]["items"]}
    assert len(linked) > 5 and linked <= pages


def test_the_palette_names_every_model_provider_and_collection(client, catalog):
    kinds = {part["kind"]: part for part in client.get("/palette.json").json()["kinds"]}
    assert ["acme/talk-large", "Talk Large"] in kinds["Model"]["items"]
    for part in kinds.values():
        assert client.get(part["at"] + part["items"][0][0]).status_code == 200


def test_the_palette_of_a_large_catalog_has_the_newest_and_says_where_all_are_searched(client, catalog, monkeypatch):
    whole = client.get("/palette.json").json()
    monkeypatch.setattr(palette, "MOST", 2)
    some = client.get("/palette.json").json()
    assert (whole["more"], some["more"]) == ("", "/palette.json?q=")
    assert some["kinds"][1]["items"] == whole["kinds"][1]["items"][:2] and len(whole["kinds"][1]["items"]) == 6
    [found] = client.get(some["more"] + "talk%20large").json()["kinds"]
    assert (found["kind"], found["at"], found["items"][0]) == ("Model", "/models/", ["acme/talk-large", "Talk Large"])


@pytest.mark.parametrize("text", ["no such thing", "<script>", "x" * 5000])
def test_the_palette_finds_nothing_for_what_nobody_has(client, catalog, text):
    assert client.get("/palette.json", {"q": text}).json() == {"kinds": [{"kind": "Model", "at": "/models/", "items": []}]}
