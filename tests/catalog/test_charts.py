"""Charts: where a model stands, what is left out and why, and what a reader without eyes is told."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.cards import Rate
from catalog.pages.chart import MARGIN, decades, figure, years

PAIR = "/compare?models=acme/talk-large,acme/talk-free"


def priced(card, amount: str, **facts):
    rate = Rate("input_tokens", "", Decimal(amount), "litellm", "", date(2026, 1, 1))
    return replace(card, rates=(rate,), endpoints=("chat",), **facts)


@given(st.lists(st.floats(1e-6, 1e9), min_size=1, max_size=30))
def test_a_logarithmic_axis_holds_its_values_in_order(values):
    axis = decades(values, str)
    places = [axis.place(value) for value in sorted(values)]
    assert places == sorted(places) and places[0] >= MARGIN - 0.01 and places[-1] <= 100 - MARGIN + 0.01
    assert all(0 <= tick.at <= 100 for tick in axis.ticks)


@given(st.lists(st.dates(date(2015, 1, 1), date(2040, 1, 1)), min_size=1, max_size=30))
def test_an_axis_of_days_holds_its_values(days):
    axis = years([day.toordinal() for day in days])
    assert all(0 <= axis.place(day.toordinal()) <= 100 for day in days)


def test_cheaper_is_left_and_larger_is_up(catalog):
    card = catalog.by_slug["acme/talk-large"]
    cheap, dear = priced(card, "0.1", slug="a/cheap", context_window=1000), priced(card, "10", slug="a/dear", context_window=9000)
    one, other = figure([cheap, dear], "context").points
    assert one.x < other.x and one.y > other.y


def test_what_cannot_be_drawn_is_counted(catalog):
    card = catalog.by_slug["acme/talk-large"]
    cards = [card, replace(card, context_window=None), catalog.by_slug["openai/tts-1-hd"], catalog.by_slug["orbit/paint"]]
    chart = figure(cards, "context")
    assert (len(chart.points), chart.undated, chart.otherwise_priced, chart.unpriced) == (1, 1, 1, 1)


def test_what_is_free_stands_at_the_edge(catalog):
    cards = [catalog.by_slug["acme/talk-large"], catalog.by_slug["acme/talk-free"]]
    free = next(point for point in figure(cards, "context").points if not point.price)
    assert free.x < MARGIN and free.words == "acme/talk-free: free, 32K"


def test_units_are_not_mixed(client, catalog):
    page = client.get("/models?chart=released").text
    assert re.search(r"Not drawn: \d with an unknown price. Not drawn: 1 priced in another unit than input, 1M tokens", page)


def test_points_are_links_with_names(client, catalog):
    page = client.get(PAIR).text
    assert '<a href="/models/acme/talk-large" aria-label="acme/talk-large: $1.25, 400K">' in page


def test_a_table_has_the_same_numbers(client, catalog):
    numbers = client.get(f"{PAIR}&chart=released").text.partition('id="chart-numbers"')[2]
    assert "2026-03-01" in numbers and ">$1.25</data>" in numbers


def test_effective_prices_are_drawn_where_they_are_asked_for(client, catalog):
    for path in (f"{PAIR}&prices=effective", "/models?chart=context&modality=chat&prices=effective"):
        page = client.get(path).text
        assert "Effective price, input, 1M tokens" in page and "talk-large: $1.32, 400K" in page


@pytest.mark.parametrize("path", ["/models?modality=image&chart=context", "/compare?models=orbit/paint,orbit/mystery"])
def test_nothing_to_draw_is_said(client, catalog, path):
    assert "Nothing to draw." in client.get(path).text


def test_a_comparison_shows_the_first_chart_that_can_be_drawn(client, catalog):
    """Speech has no context window: the chart is that of release dates, and no other is offered."""
    page = client.get("/compare?models=openai/tts-1-hd,orbit/paint").text
    assert 'id="chart-title">Price against release date' in page and "chart=context" not in page
    assert 'id="chart-title">Price against context window' in client.get(PAIR).text


def test_a_list_keeps_its_chart(client, catalog):
    page = client.get("/models?modality=chat&chart=context").text
    assert 'href="/models?modality=chat&amp;chart=released#chart"' in page
    answer = client.get("/models?modality=chat&chart=context", headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert answer["HX-Push-Url"] == "/models?modality=chat&chart=context"


def test_a_chart_that_is_not_known_is_named(client, catalog):
    answer = client.get("/models?chart=pie")
    assert answer.status_code == 400 and "chart “pie” is not known. Known: context, released." in answer.text


def test_names_of_points_at_one_place_do_not_meet(catalog):
    card = catalog.by_slug["acme/talk-large"]
    shifts = [shift for _, shift in figure([replace(card, slug=f"a/{n}") for n in range(6)], "context").named]
    assert len(set(shifts)) == 6


def test_a_long_list_is_drawn_in_part(client, catalog, monkeypatch):
    monkeypatch.setattr("catalog.pages.chart.MAX_DRAWN", 4)
    page = client.get("/models?chart=context").text
    assert "The last 2 models of this list are not in the chart." in page
