"""The front page."""

import html
import re

import pytest
from django.utils import timezone

from catalog.models import Change, Model, Usage, Version


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_each_modality_has_its_count_and_lowest_price(client, catalog):
    page = words(client.get("/").text)
    assert "Text 2 1 free, or from $1.25 / 1M tokens" in page
    assert "Image 1 price unknown" in page


def test_the_cheapest_of_each_modality_is_named(client, catalog):
    page = words(client.get("/").text).partition("Cheapest by modality")[2]
    assert "Text acme/ talk-large $1.25 / 1M tokens" in page
    assert "Speech openai/ tts-1-hd $0.030 / 1K chars" in page


def test_what_is_retired_is_not_the_cheapest(client, catalog):
    Model.objects.filter(slug="openai/tts-1-hd").update(status="retired")
    Version.bump()
    assert "tts-1-hd" not in words(client.get("/").text).partition("Cheapest by modality")[2]


def test_recent_changes_are_told(client, catalog):
    model = Model.objects.get(slug="acme/talk-large")
    Change.objects.create(model=model, field="price.input_tokens", before="2.5", after=None, source="litellm")
    assert "Price, input: $2.50 → unknown acme/ talk-large" in words(client.get("/").text)


def test_no_change_is_said(client, catalog):
    assert "Nothing has changed since this site was set up." in client.get("/").text


def test_most_used_says_where_it_was_run(client, catalog):
    model = Model.objects.get(slug="acme/talk-large")
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    Usage.objects.create(model=model, hour=hour, source="sandbox", requests=1, tokens=3_000_000)
    page = words(client.get("/").text)
    assert "Tokens run from this site in its sandbox, 7 days. acme/ talk-large 3M" in page


@pytest.mark.parametrize("rows", [1, 5])
def test_asks_the_database_the_same_for_many(client, catalog, django_assert_num_queries, rows):
    for model in Model.objects.all()[:rows]:
        Change.objects.create(model=model, field="name", before="a", after="b", source="pin")
    with django_assert_num_queries(3):  # the version, use, changes
        client.get("/")
