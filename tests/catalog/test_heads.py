"""What pages say of themselves to programs, and the operator's links."""

import html
import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from catalog import context
from catalog.models import Model, Version

pytestmark = pytest.mark.usefixtures("catalog")

TWINNED = {
    "/models": "/models", "/models?modality=chat&q=talk&x=1": "/models?q=talk&modality=chat",
    "/providers/acme": "/providers/acme",
    "/collections/frontier": "/collections/frontier", "/models/openai/tts-1-hd": "/models/openai/tts-1-hd",
    "/compare": "/compare",
    "/compare?models=acme/talk-large&models=openai/tts-hd": "/compare?models=acme/talk-large,openai/tts-1-hd",
}  # fmt: skip


def links(page: str, rel: str) -> list[str]:
    return [html.unescape(found) for found in re.findall(rf'<link rel="{rel}"[^>]* href="([^"]*)"', page)]


def said(page: str, name: str) -> str:
    return html.unescape(re.search(rf'<meta property="og:{name}" content="([^"]*)"', page)[1])


def linked(page: str) -> dict:
    return json.loads(re.search(r'<script type="application/ld.json">(.*?)</script>', page)[1])


@pytest.mark.parametrize("path", TWINNED)
def test_a_page_names_itself_and_its_twins(client, settings, path):
    page = client.get(path).text
    assert links(page, "canonical") == [settings.SITE_URL + TWINNED[path]] == [said(page, "url")]
    twins = links(page, "alternate")
    assert [urlsplit(twin).path.rpartition(".")[2] for twin in twins] == ["json", "csv", "md", "atom"]
    assert [client.get(twin).status_code for twin in twins] == [200] * 4
    assert {urlsplit(twin).query for twin in twins} == {urlsplit(TWINNED[path]).query}


def test_a_page_tells_its_title_to_who_shares_it(client, settings):
    page = client.get("/models/acme/talk-large").text
    assert said(page, "title") == html.unescape(re.search("<title>(.*?)</title>", page)[1])
    assert said(page, "description") == "How to call acme/talk-large, what it costs, and what can go wrong."
    assert (said(page, "type"), said(page, "site_name")) == ("website", settings.SITE_NAME)


@pytest.mark.parametrize("path", ["/models/no/such", "/playground/runs", "/accounts/login/"])
def test_what_is_not_for_search_engines_says_so(client, path):
    page = client.get(path).text
    assert '<meta name="robots" content="noindex">' in page
    assert links(page, "canonical") == [] and "og:" not in page


def test_only_a_known_price_is_an_offer(client):
    large, free, unknown = (linked(client.get(f"/models/{slug}").text)["@graph"][0] for slug in (
        "acme/talk-large", "acme/talk-free", "orbit/paint"))  # fmt: skip
    assert large["offers"][0]["price"] == "1.25" and large["offers"][0]["priceCurrency"] == "USD"
    assert large["offers"][0]["priceSpecification"]["unitText"] == "1M tokens"
    assert {offer["price"] for offer in free["offers"]} == {"0"}
    assert "offers" not in unknown and unknown["@type"] == "Product"


def test_catalog_text_cannot_end_the_data(client):
    text = "</script><script>alert(1)</script> & <!-- \u2028"
    acme = Model.objects.get(slug="acme/talk-free").provider
    Model.objects.create(slug="acme/hostile", name=text, description=text, provider=acme, upstream_id="x")
    Version.bump()
    page = client.get("/models/acme/hostile").text
    assert linked(page)["@graph"][0]["name"] == text
    assert "<script>alert" not in page and "<!--" not in page


def test_home_tells_how_to_search(client, settings):
    action = linked(client.get("/").text)["potentialAction"]
    assert action["target"]["urlTemplate"] == f"{settings.SITE_URL}/models?q={{q}}"


@pytest.mark.parametrize(
    ("contact", "subject"),
    [("mailto:ops@example.com", "subject"), ("mailto:ops@example.com?cc=b@example.com", "subject"),
     ("https://example.com/new?labels=catalog#form", "title")],
)  # fmt: skip
def test_a_wrong_fact_is_reported_with_its_page(client, settings, monkeypatch, contact, subject):
    monkeypatch.setitem(context.SITE, "CONTACT_URL", contact)
    settings.CONTACT_URL = contact
    page = client.get("/models/acme/talk-large").text
    found = urlsplit(html.unescape(re.search(r'<a href="([^"]*)">Report a wrong fact', page)[1]))
    asked, before = parse_qs(found.query), urlsplit(contact)
    assert found._replace(query="") == before._replace(query="")
    assert f"{settings.SITE_URL}/models/acme/talk-large\n" in asked["body"][0].replace("\r\n", "\n")
    assert asked[subject] == ["A wrong fact"] and parse_qs(before.query).items() <= asked.items()


@pytest.mark.parametrize("path", ["/models/acme/talk-large", "/docs", "/playground?model=acme/talk-large"])
def test_a_key_can_be_got_from_where_one_is_needed(client, catalog, monkeypatch, path):
    assert "Get a key" not in client.get(path).text
    monkeypatch.setitem(context.SITE, "GET_KEY_URL", "https://example.com/keys")
    catalog.kept.clear()  # settings stay as they are while a site runs
    assert re.search('<a [^>]*href="https://example.com/keys">Get a key', client.get(path).text)
