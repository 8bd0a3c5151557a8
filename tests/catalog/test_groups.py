"""Pages of providers and collections."""

import html
import re
from datetime import date

import pytest

from catalog.models import Collection, Model, Price, Provider, Version
from catalog.pages.spread import spreads


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def priced(slug: str, amount: str | None, modality: str = "chat", meter: str = "input_tokens", **rest: object) -> None:
    model = Model.objects.create(
        slug=slug, name=slug, provider=Provider.objects.get(slug="acme"), modality=modality, endpoints=[modality], **rest
    )
    if amount:
        Price.objects.create(model=model, meter=meter, amount=amount, source="pin", valid_from=date(2026, 11, 1))
    Version.bump()


def test_a_provider_says_from_where_to_where_its_prices_go(client, catalog):
    priced("acme/talk-huge", "75")
    priced("acme/talk-old", "200", status="retired")
    priced("acme/talk-timed", "1", meter="requests")
    priced("acme/talk-unsaid", None)
    page = words(client.get("/providers/acme").text)
    assert "Text 6 $1.25 to $75.00 / 1M tokens, input talk-large talk-huge 1 free, 1 in another unit, 1 unknown" in page


def test_the_range_follows_the_kind_of_prices(client, catalog):
    assert "$1.32 / 1M tokens, input" in words(client.get("/providers/acme?prices=effective").text)


def test_what_is_free_and_what_is_unknown_are_no_range(client, catalog):
    assert "Image 1 unknown" in words(client.get("/providers/orbit").text)
    Model.objects.filter(slug="acme/talk-large").delete()
    Version.bump()
    assert "Text 1 Free 1 free" in words(client.get("/providers/acme").text)


def test_one_pass_gives_each_kind_its_spread(catalog):
    found = {kind.key: (kind.count, kind.free, kind.lowest and kind.lowest.slug) for kind in spreads(catalog.cards)}
    assert found["chat"] == (2, 1, "acme/talk-large") and found["image"] == (1, 0, None)


def test_a_provider_names_its_own_site(client, catalog):
    assert '<a href="https://acme.example" rel="noopener">acme.example</a>' in client.get("/providers/acme").text
    assert "Site:" not in client.get("/providers/orbit").text
    assert client.get("/providers/acme.json").json()["provider"]["site"] == "https://acme.example"
    assert client.get("/providers/orbit.json").json()["provider"]["site"] is None


def test_a_provider_is_drawn_before_the_others_of_its_kind(client, catalog):
    priced("acme/talk-huge", "75", context_window=8000)
    Provider.objects.create(slug="rival", name="Rival")
    Model.objects.filter(slug="acme/talk-free").update(provider=Provider.objects.get(slug="rival"))
    Version.bump()
    page = client.get("/providers/acme").text
    assert 'aria-label="acme/talk-large: $1.25, 400K"' in page and 'aria-label="acme/talk-huge: $75.00, 8K"' in page
    assert page.count('class="other"') == 1


def test_the_other_chart_keeps_the_kind_of_prices(client, catalog):
    page = client.get("/providers/acme?prices=effective").text
    assert 'href="/providers/acme?prices=effective&amp;chart=released#chart"' in page
    other = client.get("/providers/acme?chart=released").text
    assert "Price against release date: " in other and "2026-03-01" in other


def test_a_provider_without_anything_to_draw_has_no_chart(client, catalog):
    Model.objects.filter(slug="orbit/embed").delete()
    Version.bump()
    assert 'id="chart"' not in client.get("/providers/orbit").text


def test_of_one_chart_there_is_no_choice(client, catalog):
    page = client.get("/providers/openai").text
    assert '<h2 id="chart">Speech: price against release date</h2></div>' in page
    assert "Nothing to draw." in client.get("/providers/openai?chart=context").text


@pytest.mark.parametrize(("address", "name"), [("chart=pie", "chart “pie”"), ("prices=net", "prices “net”")])
def test_a_provider_names_what_it_does_not_know(client, catalog, address, name):
    answer = client.get(f"/providers/acme?{address}")
    assert answer.status_code == 400 and f"{name} is not known" in answer.text


def with_rule(rule: str) -> None:
    Collection.objects.filter(slug="speech").update(rule=rule)
    Version.bump()


def test_an_empty_collection_says_why(client, catalog):
    Model.objects.update(released=None)
    Model.objects.filter(slug="orbit/embed").update(released="2024-01-25")
    with_rule("released_within=92")
    page = words(client.get("/collections/speech").text)
    assert "No model meets its rule. The newest release that a source dates is of 2024-01-25 ; of 5 models no source says" in page
    assert "0 models" not in page


def test_only_a_rule_by_date_speaks_of_dates(client, catalog):
    with_rule("retires_within=1")
    page = words(client.get("/collections/speech").text)
    assert "No model meets its rule. All models ." in page and "newest" not in page
