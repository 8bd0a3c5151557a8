"""A model's page is put together of pieces, and is the page that its template makes."""

import re
from dataclasses import replace

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from catalog import usage
from catalog.calling.schema import endpoint
from catalog.calling.shapes import shape
from catalog.endpoints import ENDPOINTS
from catalog.models import Model, Price, Usage, Version
from catalog.pages.model import shown
from catalog.templatetags.shared import section

IDS = (
    "ab", "a/b", "acme/talk-large", "gpt:4o~x@1.5+b_c", "long/" + "x" * 80, "long/" + "x" * 190, "y", "~odd", "a b",
    "a\"b'<c>&é\\",
)  # fmt: skip
CHANGES = (
    {}, {"reject": ["temperature", "size"], "rename": {"top_p": "nucleus"}},
    {"bound": {"voice": {"choices": ["<a>", "b"]}}, "add": [{"after": "input", "name": "odd", "kind": "string", "label": "Odd"}]},
)  # fmt: skip


@pytest.mark.parametrize("key", ENDPOINTS)
@pytest.mark.parametrize("name", IDS)
def test_an_id_that_is_put_in_late_stands_as_it_would_otherwise(catalog, key, name):
    model = shape(replace(catalog.by_slug["acme/talk-large"], endpoints=(key,), upstream_id=name), key)
    assert name.join(section(model).split(model.upstream_id)) == section(model._replace(upstream_id=name))


@pytest.mark.parametrize("key", ENDPOINTS)
@pytest.mark.parametrize("changes", CHANGES)
@pytest.mark.parametrize("kinds", [None, ("text",), ("image", "text"), ("audio",)])
@pytest.mark.parametrize("able", [{}, {"tools": False, "vision": True, "json_schema": False, "streaming": False}])
def test_a_shape_has_all_that_documentation_follows_from(catalog, key, changes, kinds, able):
    card = replace(catalog.by_slug["acme/talk-large"], parameters=changes, input_kinds=kinds, capabilities=able)
    card = replace(card, endpoints=("speech", key), listed_endpoints=(key,))
    assert endpoint(shape(card, key)._replace(upstream_id=card.upstream_id), key) == endpoint(card, key)


@pytest.mark.parametrize("query", ["", "?prices=effective", "?prices=odd", "?prices=effective&from=%3Cb%3E"])
def test_the_pieces_are_the_whole_page(client, catalog, query):
    for card in catalog.cards:
        whole = render_to_string("catalog/model.html", shown(catalog, card), RequestFactory().get(f"/models/{card.slug}{query}"))
        assert [client.get(f"/models/{card.slug}{query}").text for _ in range(2)] == [whole, whole]


def test_links_to_other_prices_keep_the_rest_of_the_address(client, catalog):
    for name in ("a", "b"):
        page = client.get(f"/models/acme/talk-large?from={name}").text
        assert f'href="/models/acme/talk-large?from={name}&amp;prices=effective"' in page


def test_a_page_follows_what_the_tables_say(client, catalog):
    client.get("/models/acme/talk-large")
    Price.objects.filter(model__slug="acme/talk-large").update(amount=77)
    Version.bump()
    assert "$77.00" in client.get("/models/acme/talk-large").text


def test_a_page_follows_its_rank(client, catalog, monkeypatch):
    monkeypatch.setattr(usage, "RANKS_LAST", 0)
    assert "by requests here" not in client.get("/models/acme/talk-large").text
    Usage.objects.create(model=Model.objects.get(slug="acme/talk-large"), hour=usage.timezone.now(), source="sandbox", requests=3)
    assert re.search(r">1 of 1</a> by requests here", client.get("/models/acme/talk-large").text)
