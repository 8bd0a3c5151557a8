"""Walks every row of the catalog: each place that says how a model is called names the model's own endpoints, native first."""

import html
import json
import re

import pytest
from panels import LANGUAGES, panels

from catalog.calling.schema import documented
from catalog.cards import Card
from catalog.endpoints import ENDPOINTS
from catalog.endpoints.parameters import Parameter
from catalog.pages import compare

DIALECTS = {"chat": {"chat", "responses", "messages"}}  # several ways to call the same kind of model
MODEL = (Parameter("model", "string", "Model", required=True), "")
PATHS = {module.PATH: key for key, module in ENDPOINTS.items()}


def part(page: str, start: str, end: str) -> str:
    """The text of a page between two marks, without tags."""
    found = page[page.index(start) :]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found[: found.index(end)])).split())


def keys(text: str) -> list[str]:
    """The endpoints whose paths stand in a text, in their order."""
    return [PATHS[path] for path in re.findall(r"/v1(/[a-z0-9_/]+)", text) if path in PATHS]


def labels(card: Card) -> list[str]:
    return [ENDPOINTS[key].LABEL for key in card.endpoints]


def test_native_endpoint_comes_first(now):
    wrong = [card.slug for card in now.cards if card.endpoints[0] not in DIALECTS.get(card.modality, {card.modality})]
    assert len(now.cards) > 350 and wrong == []


def test_listed_endpoints_come_after_the_native_ones(now):
    for card in now.cards:
        listed = [key in card.listed_endpoints for key in card.endpoints]
        assert listed == sorted(listed) and not listed[0], card.slug


def test_quickstart_names_the_model_s_own_endpoints(now, model_pages):
    for card in now.cards:
        assert keys(part(model_pages[card.slug], 'id="h-quick"', "</section>")) == list(card.endpoints), card.slug


def test_strip_names_the_native_endpoint_and_its_meters(now, model_pages):
    for card in now.cards:
        native, page = ENDPOINTS[card.endpoints[0]], model_pages[card.slug]
        assert part(page, "<h1>", "</div>").startswith(f"{card.name} {native.BADGE}"), card.slug
        strip = part(page, '<dl class="glance">', "</dl>")
        assert strip.startswith(card.price.label if card.price else "Price unknown"), card.slug


def test_schema_documents_each_endpoint_in_order(now, model_pages):
    for card in now.cards:
        found = documented(card)
        assert [(entry.key, entry.label) for entry in found] == list(zip(card.endpoints, labels(card), strict=True))
        section = part(model_pages[card.slug], 'id="h-api"', "</section>")
        assert list(dict.fromkeys(keys(section))) == list(card.endpoints), card.slug
        assert all(entry.schema and entry.request and entry.response for entry in found), card.slug


def test_no_other_endpoint_stands_on_the_page(now, model_pages):
    for card in now.cards:
        assert set(keys(part(model_pages[card.slug], "<main", "</main>"))) == set(card.endpoints), card.slug


def test_snippets_call_each_endpoint_in_every_language(now, model_pages):
    for card in now.cards:
        found = panels(model_pages[card.slug])
        assert list(found) == labels(card), card.slug
        for key, codes in zip(card.endpoints, found.values(), strict=True):
            assert set(codes) == set(LANGUAGES.values()), card.slug
            assert all(card.upstream_id in code and called(key, code) for code in codes.values()), (card.slug, key)


def called(key: str, code: str) -> bool:
    """Whether code calls an endpoint, by its address or by the SDK's method."""
    return ENDPOINTS[key].PATH in code or ENDPOINTS[key].SDK["method"] in code


def test_table_has_every_field_of_the_request(now, model_pages):
    for card in now.cards:
        fields = [pair for entry in documented(card) for pair in (MODEL, *entry.parameters)]
        for (name, kind, default, notes), (field, refused) in zip(table(model_pages[card.slug]), fields, strict=True):
            assert (name, kind) == (field.name, field.type + ", required" * field.required), card.slug
            assert default == ("" if field.default is None else json.dumps(field.default)), (card.slug, name)
            assert all(word in notes for word in (refused, field.help, *field.choices)), (card.slug, name)


def table(page: str) -> list[tuple[str, ...]]:
    """The rows of the request fields: name, type, default, notes."""
    cells = r'<tr><th scope="row"><code>(.*?)</code></th><td>(.*?)</td><td>(.*?)</td><td class="dim">(.*?)</td></tr>'
    return [tuple(html.unescape(re.sub(r"<[^>]+>", "", cell)) for cell in row) for row in re.findall(cells, page)]


@pytest.mark.django_db
def test_playground_offers_the_same_endpoints(now, client):
    """One model of every set of endpoints: the page differs in nothing else."""
    for card in {(card.endpoints, card.listed_endpoints): card for card in now.cards}.values():
        page = client.get(f"/playground?model={card.slug}").text
        choice = "".join(re.findall(r'(?s)<select[^>]*name="endpoint".*?</select>', page))
        offered = list(card.endpoints) if len(card.endpoints) > 1 else []
        assert re.findall(r'<option value="([a-z0-9_]+)"', choice) == offered, card.slug
        assert f'name="endpoint" value="{card.endpoints[0]}"' in page, card.slug


def test_json_names_the_same_endpoints(now, client):
    for card in now.cards:
        item = client.get(f"/models/{card.slug}.json").json()
        assert (item["endpoints"], item["badge"]) == (list(card.endpoints), ENDPOINTS[card.endpoints[0]].BADGE), card.slug
        entries = client.get(f"/api/v1/models/{card.slug}/schema").json()["endpoints"]
        assert [(entry["key"], keys(entry["path"])) for entry in entries] == [(key, [key]) for key in card.endpoints], card.slug


def test_markdown_names_the_same_endpoints(now, client):
    for card in now.cards:
        heads = re.findall(r"^### .*`POST .*`$", client.get(f"/models/{card.slug}.md").text, re.MULTILINE)
        assert keys("\n".join(heads)) == list(card.endpoints), card.slug


def test_comparison_names_the_same_endpoints(now):
    for card in now.cards:
        row = next(row for row in compare.rows([card, now.cards[0]])[0][1] if row.label == "Endpoints")
        shown = [f"{key} (listed, not verified)" if key in card.listed_endpoints else key for key in card.endpoints]
        assert row.cells[0].text == ", ".join(shown), card.slug


def test_every_price_has_a_meter_that_its_model_can_count(now):
    odd = {
        (card.slug, rate.meter)
        for card in now.cards for rate in card.rates
        if rate.meter not in {meter for key in card.endpoints for meter in ENDPOINTS[key].METERS}
    }  # fmt: skip
    assert odd == set()
