"""Typed searches: what they find, what they are taken for, and in what order they answer."""

from datetime import date, timedelta

import pytest
from django.http import QueryDict

from catalog import snapshot
from catalog.cards import Group
from catalog.models import Model, Version
from catalog.search.parsing import parse
from catalog.search.query import Query
from catalog.search.rules import read_rule, rule_words
from catalog.search.words import alike, read
from catalog.snapshot import Snapshot


def found(now: Snapshot, text: str, **rest: object) -> list[str]:
    return [card.slug for card in now.index.search(Query(text=text, **rest)).cards]


def asked(now: Snapshot, address: str) -> list[str]:
    query, errors = parse(QueryDict(address), now.index)
    assert errors == []
    return [card.slug for card in now.index.search(query).cards]


@pytest.mark.parametrize("text", ["tlak large", "tallk large", "talk lrge", "large acm", "talk-lrage"])
def test_a_slip_of_the_pen_finds_what_was_meant(catalog, text):
    assert found(catalog, text) == ["acme/talk-large"]


def test_a_word_that_is_known_is_never_taken_for_another(catalog):
    assert catalog.index.ask("embed").slips == {}
    assert found(catalog, "embod") == ["orbit/embed"]
    assert found(catalog, "zzzzzz") == []


@pytest.mark.parametrize("text", ["tals", "takl lar", "tlak lagr", "talkl", "speac", "speehc", "mbed", "emebd", "ebme"])
def test_a_slip_in_a_word_that_is_still_typed_finds_what_was_meant(catalog, text):
    begun = {"t": "acme/talk-large", "s": "openai/tts-1-hd"}.get(text[0], "orbit/embed")
    assert begun in found(catalog, text)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("antropic", ["anthropic"]), ("anthrp", ["anthrop"]), ("whsip", ["whisp"]), ("gtp4", ["gpt4"]), ("gpt9", []),
        ("mistal", ["mistral"]), ("anqz", []), ("gp", []),
    ],
)  # fmt: skip
def test_what_a_slip_stands_for(typed, meant):
    assert alike(typed, ["anthropic", "anthropomorphic", "gpt4", "mistral", "mixtral", "whisper"]) == meant


def test_a_search_is_read_as_words_a_context_and_an_order():
    reading = read("cheapest model with vision and tools and at least 200K context")
    assert (reading.terms, reading.context, reading.sort) == (("vision", "tools"), 200_000, "price")


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("text to speech", ("speech",)), ("Text-to-Speech, HD", ("speech", "hd")), ("speech  to text", ("transcription",)),
        ("embeddings", ("embedding",)), ("function calling vision", ("tools", "vision")),
        ("context to speech", ("context", "speech")),
        ("gpt-4o,claude", ("gpt4o", "claude")),
    ],
)  # fmt: skip
def test_other_words_for_the_same_are_understood(text, terms):
    assert read(text).terms == terms


def test_a_size_may_be_written_in_groups(catalog):
    assert read("vision 200,000").context == 200_000
    assert found(catalog, "vision 200,000 tokens") == ["acme/talk-large"]


def test_a_word_in_a_description_is_too_little_where_the_order_is_by_price(catalog):
    Model.objects.filter(slug="orbit/embed").update(description="Vectors for speech, read aloud.")
    Version.bump()
    now = snapshot.refresh()
    assert set(found(now, "speech")) == {"openai/tts-1-hd", "orbit/embed"}
    assert found(now, "cheapest speech") == ["openai/tts-1-hd"]
    assert found(now, "cheapest aloud") == ["orbit/embed"]


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("text to speech", "“text to speech” is looked for as “speech”."),
        ("%%", "Nothing in “%%” can be looked for; it leaves no model out."),
    ],
)
def test_the_list_says_how_it_read_a_text(client, catalog, text, note):
    assert note in client.get("/models", {"q": text}).text


@pytest.mark.parametrize(("text", "terms"), [("model", ("model",)), ("4k video", ("4k", "video")), ("cheap", ("cheap",))])
def test_a_word_alone_stays_a_word(text, terms):
    assert read(text).terms == terms and read(text).context is None


@pytest.mark.parametrize("word", ["x", "k", "200x", "99999999999", "1234567890123", "0k", "2024-08-06", "20240806"])
def test_what_is_no_size_is_soon_known(word):
    assert read(f"talk {word}").context is None


def test_the_cheapest_with_abilities_and_a_context_is_one_search_away(catalog):
    assert found(catalog, "cheapest vision tools 200k") == ["acme/talk-large"]
    assert found(catalog, "vision tools 500k") == []


@pytest.mark.parametrize(
    ("address", "slugs"),
    [
        ("input_min=0.5&input_max=2", ["acme/talk-large"]),
        ("input_max=0", ["acme/talk-free"]),
        ("context_min=8K&context_max=32000", ["acme/talk-free", "orbit/embed"]),
        ("released_from=2025-05-05&released_to=2026-03-01", ["acme/talk-large", "acme/talk-free"]),
        ("open_weights=yes", ["orbit/embed"]),
        ("collection=frontier&collection=speech", ["openai/tts-1-hd", "acme/talk-large"]),
    ],
)
def test_limits_keep_what_lies_within(catalog, address, slugs):
    assert asked(catalog, address) == slugs


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("input_max=cheap", "input_max “cheap” is not US dollars for 1M input tokens, such as 0.5."),
        ("released_from=2026-02-30", "released_from “2026-02-30” is not a day as year-month-day"),
        ("context_min=1M&context_max=8K", "context_min is above context_max"),
        ("view=list", "view “list” is not known. Known: table, cards."),
    ],
)
def test_names_what_is_wrong_with_a_limit(catalog, address, sentence):
    assert sentence in " ".join(parse(QueryDict(address), catalog.index)[1])


def test_prices_of_one_unit_stand_together(catalog):
    slugs = asked(catalog, "price=known&sort=price")
    assert slugs == ["orbit/embed", "acme/talk-large", "openai/tts-1-hd"]
    assert asked(catalog, "price=known&sort=-price") == ["acme/talk-large", "orbit/embed", "openai/tts-1-hd"]


def group(rule: str, *picked: str) -> Group:
    return Group("some", "Some", "", rule, picked)


def with_group(catalog: Snapshot, entry: Group, day: date | None = None) -> tuple[str, ...]:
    return Snapshot(1, None, list(catalog.cards), [entry], day).groups["some"].members


def test_a_rule_with_a_fault_finds_nothing(catalog, caplog):
    assert with_group(catalog, group("modality=chat&provider=gone")) == ()
    assert with_group(catalog, group("modality=chat&provider=gone", "orbit/embed")) == ("orbit/embed",)
    assert "provider “gone” is not known" in caplog.text


def test_each_keeps_the_first_of_every_modality(catalog):
    assert with_group(catalog, group("price=known&sort=price&each=1")) == ("acme/talk-large", "openai/tts-1-hd", "orbit/embed")


def test_a_rule_follows_the_day(catalog):
    retires = catalog.by_slug["orbit/paint"].retires_on
    rule = group("retires_within=30")
    assert with_group(catalog, rule, retires - timedelta(30)) == ("orbit/paint",)
    assert with_group(catalog, rule, retires - timedelta(31)) == with_group(catalog, rule, retires + timedelta(1)) == ()


def test_a_new_day_makes_a_new_snapshot(catalog, monkeypatch):
    tomorrow = catalog.day + timedelta(1)
    monkeypatch.setattr(snapshot, "today", lambda: tomorrow)
    assert snapshot.refresh().day == tomorrow
    assert snapshot.refresh().edition != catalog.edition


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("modality=chat&capability=tools", "modality = chat AND capability = tools"),
        ("released_within=92&sort=-released", "released within the last 92 days, newest first"),
        ("q=opus&input_max=3", "input price ≤ $3 AND text = “opus”"),
        ("sort=price&each=3", "all models, lowest price, 3 of each modality"),
    ],
)
def test_a_rule_is_told_whole(rule, words):
    assert rule_words(rule) == words


def test_a_rule_may_not_name_a_collection(catalog):
    assert read_rule("collection=speech", catalog.index)[1]


def test_the_page_of_a_collection_by_modality_marks_no_order(client, catalog, monkeypatch):
    entry = group("price=known&sort=price&each=1")
    monkeypatch.setattr(snapshot, "_current", Snapshot(catalog.version, None, list(catalog.cards), [entry]))
    page = client.get("/collections/some").text
    assert "price = known, lowest price, 1 of each modality" in page
    assert "aria-sort" not in page and 'href="/models?collection=some&amp;sort=price">Open as filter' in page
