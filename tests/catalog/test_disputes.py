"""Where sources disagree on a fact, the page and its twins say so."""

from dataclasses import replace
from datetime import date

import pytest

from catalog.cards import Card, Statement
from catalog.truth.disputes import disputes, prices
from tests.catalog.test_pages import words


def told(catalog, *claims: tuple[str, str, object]) -> Card:
    """A card of which nothing is known but these claims: `(source, field, value)`, the best source first."""
    said = tuple(Statement(field, value, source, date(2026, 11, 1), "", None) for source, field, value in claims)
    return replace(catalog.by_slug["acme/talk-large"], statements=said)


def found(card: Card) -> dict[str, list[tuple[str, str]]]:
    return {one.field: [(word.source, word.text) for word in one.words] for one in disputes(card)}


def test_a_fact_with_two_values_names_both_sources(client, catalog):
    page = client.get("/models/acme/talk-large").text
    assert "Context window: LiteLLM price map says 400,000 (2026-11-01), models.dev 256,000 (2026-10-01)." in words(page)
    assert "- Context window: LiteLLM price map 400,000; models.dev 256,000" in client.get("/models/acme/talk-large.md").text
    told = client.get("/models/acme/talk-large.json").json()["disagreements"]
    assert [(one["field"], [word["value"] for word in one["words"]]) for one in told] == [("context_window", [400000, 256000])]


def test_nothing_is_said_where_sources_agree(client, catalog):
    assert "Sources disagree" not in client.get("/models/orbit/embed").text
    assert client.get("/models/orbit/embed.json").json()["disagreements"] == []


@pytest.mark.parametrize(
    ("ability", "field", "kind"),
    [("vision", "input_kinds", "image"), ("audio_in", "input_kinds", "audio"), ("pdf", "input_kinds", "pdf"),
     ("audio_out", "output_kinds", "audio")],
)  # fmt: skip
def test_an_ability_is_held_against_the_kinds_that_another_source_states(catalog, ability, field, kind):
    card = told(catalog, ("litellm", "capabilities", {ability: True}), ("models.dev", field, ["text"]))
    assert found(card) == {f"capabilities.{ability}": [("litellm", "yes"), ("models.dev", "no")]}
    agreeing = told(catalog, ("litellm", "capabilities", {ability: True}), ("models.dev", field, ["text", kind]))
    assert found(agreeing) == {}


def test_a_source_that_has_the_flag_is_not_held_against_its_own_kinds(catalog):
    both = told(
        catalog, ("litellm", "capabilities", {"pdf": True}), ("litellm", "input_kinds", ["text"]),
        ("models.dev", "input_kinds", ["pdf", "text"]),
    )  # fmt: skip
    assert found(both) == {}


def test_kinds_are_compared_whatever_their_order(catalog):
    same = ("litellm", "input_kinds", ["text", "image"]), ("models.dev", "input_kinds", ["image", "text"])
    assert found(told(catalog, *same)) == {}
    other = found(told(catalog, ("litellm", "input_kinds", ["text"]), same[1]))
    assert other == {"input_kinds": [("litellm", "Text"), ("models.dev", "Image, Text")]}


def test_spellings_are_no_dispute(catalog):
    names = [(source, field, f"{source} {field}") for field in ("name", "family", "description") for source in ("litellm", "lab")]
    assert found(told(catalog, *names)) == {}


def test_a_doubtful_claim_is_not_held_against_another(catalog):
    card = told(catalog, ("litellm", "released", "2026-01-01"), ("aigateway.sh", "released", "2026-04-13"))
    doubted = replace(card.statements[1], doubt="The day the gateway loaded it.")
    assert found(card) and not found(replace(card, statements=(card.statements[0], doubted)))


def test_prices_of_one_amount_agree_however_they_are_written(catalog):
    assert prices(told(catalog, ("litellm", "price.images", "0.30"), ("models.dev", "price.images", "0.3"))) == []
    other = prices(told(catalog, ("litellm", "price.images", "0.3"), ("models.dev", "price.images", "0.4")))
    assert [(one.field, [word.value for word in one.words]) for one in other] == [("price.images", ["0.3", "0.4"])]
