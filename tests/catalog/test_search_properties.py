"""Whatever the catalog and the question: the index answers as a plain filter over the rows would, and counts what it gives."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog import card_rows
from catalog.cards import Card, Group
from catalog.models import Model, Provider
from catalog.search.bounds import BOUNDS, RANGES
from catalog.search.facets import CONTEXTS, FACETS
from catalog.search.parsing import parse
from catalog.search.query import BASES, Query
from catalog.search.sorts import SORTS
from catalog.snapshot import Snapshot
from catalog.vocabulary import CAPABILITIES, STATUSES

DAY = date(2026, 11, 23)
MOMENT = datetime(2026, 11, 20, 12, tzinfo=UTC)
GATEWAYS = st.sampled_from(["", "https://gateway.example/v1"])
KINDS = ["chat", "image", "speech", "embedding", None]
PROVIDERS = ["acme", "orbit", "zeta"]
NAMES = ["talk", "paint", "voice", "talk-large", "gpt-4o", "deep-sound-2"]
ABLE = list(CAPABILITIES)[:3]
DAYS = st.none() | st.integers(-900, 400).map(lambda days: DAY + timedelta(days))
AMOUNTS = st.sampled_from(["0", "0.0001", "0.03", "1.25", "10"]).map(Decimal)
METERS = {"chat": "input_tokens", "image": "images", "speech": "characters", "embedding": "input_tokens", None: "requests"}


@st.composite
def rows(draw: st.DrawFn) -> tuple[Model, list[tuple], list[tuple]]:
    """A row of the table of models, unsaved, its prices and its proofs."""
    provider, name, kind = draw(st.sampled_from(PROVIDERS)), draw(st.sampled_from(NAMES)), draw(st.sampled_from(KINDS))
    model = Model(
        slug=f"{provider}/{name}-{draw(st.integers(0, 30))}", provider=Provider(slug=provider, name=provider.title()), name=name,
        modality=kind, endpoints=[kind] if kind else [], status=draw(st.sampled_from(list(STATUSES))), added=DAY,
        context_window=draw(st.none() | st.sampled_from([8192, 32_000, 200_000, 1_000_000])), description="",
        capabilities={key: draw(st.booleans()) for key in draw(st.sets(st.sampled_from(ABLE)))},
        released=draw(DAYS), retires_on=draw(DAYS), open_weights=draw(st.sampled_from([None, True, False])),
    )  # fmt: skip
    amount = draw(st.none() | AMOUNTS)
    prices = [] if amount is None else [(METERS[kind], "", amount, "litellm", "", DAY)]
    asked = draw(st.sets(st.sampled_from(ABLE)))
    return model, prices, [(key, draw(st.booleans()), MOMENT, "", None, None, draw(GATEWAYS)) for key in asked]


def built(found: list[tuple[Model, list[tuple], list[tuple]]]) -> Snapshot:
    cards = [card_rows.card(model, prices, proofs) for model, prices, proofs in found]
    groups = [Group("talkers", "Talkers", "", "modality=chat", (cards[0].slug,)), Group("none", "None", "", "modality=smell", ())]
    return Snapshot(1, None, sorted(cards, key=lambda card: card.slug), groups, DAY)


catalogs = st.lists(rows(), min_size=1, max_size=6, unique_by=lambda row: row[0].slug).map(built)
LIMITS = {
    "input_min": ["0", "0.03", "1.3"], "input_max": ["0", "1.25"], "context_min": ["32K", "200000"], "context_max": ["1M"],
    "released_from": ["2025-01-01"], "released_to": ["2026-06-30"], "released_within": ["92"], "retires_within": ["180"],
}  # fmt: skip
VALUES = {
    "modality": ["chat", "image", "speech", "unknown"], "provider": PROVIDERS, "capability": ABLE,
    "price": ["known", "free", "unknown"], "context": list(CONTEXTS), "released": ["2025", "2026", "unknown"],
    "status": list(STATUSES), "open_weights": ["yes", "no", "unknown"], "collection": ["talkers", "none"],
    "verified": ABLE,
}  # fmt: skip
some = {key: st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True) for key, values in VALUES.items()}
chosen = st.fixed_dictionaries({}, optional={key: values.map(tuple) for key, values in some.items()})
bounds = st.fixed_dictionaries({}, optional={key: st.sampled_from(values) for key, values in LIMITS.items()})
texts = st.sampled_from(["", "talk", "gpt4o", "acme", "voice tools", "200k", "cheapest chat"])
queries = st.builds(
    Query, text=texts, chosen=chosen, bounds=bounds, sort=st.sampled_from(["", *SORTS]), basis=st.sampled_from(list(BASES))
)
often = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def fits(now: Snapshot, card: Card, query: Query) -> bool:
    """The plain filter, in other words than the index has."""
    return (
        all(facet_fits(now, card, key, values) for key, values in query.chosen.items())
        and all(bound_fits(card, key, text, query.basis) for key, text in query.bounds.items())
        and all(word_fits(card, word) for word in query.text.split())
    )


def facet_fits(now: Snapshot, card: Card, key: str, values: tuple[str, ...]) -> bool:
    if key == "capability":
        return all(card.capabilities.get(value) for value in values)
    if key == "verified":
        return all(any(p.ability == value and p.passed and not p.sandbox for p in card.proofs) for value in values)
    return any(value_fits(now, card, key, value) for value in values)


def value_fits(now: Snapshot, card: Card, key: str, value: str) -> bool:
    amounts = [rate.amount for rate in card.rates]
    state = "unknown" if not amounts else "free" if not any(amounts) else "known"
    return {
        "modality": (card.modality or "unknown") == value,
        "provider": card.slug.startswith(f"{value}/"),
        "price": state == value,
        "context": key == "context" and (card.context_window or 0) >= int(value),
        "released": value == (f"{card.released:%Y}" if card.released else "unknown"),
        "status": card.status == value,
        "open_weights": {True: "yes", False: "no", None: "unknown"}[card.open_weights] == value,
        "collection": value == "talkers" and (card.modality == "chat" or card.slug in now.groups["talkers"].members),
    }[key]


def bound_fits(card: Card, key: str, text: str, basis: str) -> bool:
    kept = {"list": Decimal(1), "effective": Decimal("0.95")}[basis]
    tokens = [rate.amount / kept for rate in card.rates if rate.meter == "input_tokens"]
    size, at, end = card.context_window, card.released, card.retires_on
    return {
        "input_min": lambda: bool(tokens) and tokens[0] >= Decimal(text),
        "input_max": lambda: bool(tokens) and tokens[0] <= Decimal(text),
        "context_min": lambda: size is not None and size >= {"32K": 32_000, "200000": 200_000}[text],
        "context_max": lambda: size is not None and size <= 1_000_000,
        "released_from": lambda: at is not None and at.isoformat() >= text,
        "released_to": lambda: at is not None and at.isoformat() <= text,
        "released_within": lambda: at is not None and (DAY - at).days <= int(text),
        "retires_within": lambda: end is not None and 0 <= (end - DAY).days <= int(text),
    }[key]()


def word_fits(card: Card, word: str) -> bool:
    if word == "cheapest":
        return True
    if word == "200k":
        return (card.context_window or 0) >= 200_000
    said = [card.slug, card.name, card.provider_name, card.modality_label, card.badge or "", *card.can]
    return any(part.startswith(word) for text in said for part in text.lower().replace("-", " ").replace("/", " ").split()) or (
        word in card.slug.replace("-", "").lower()
    )


@often
@given(catalogs, queries)
def test_the_answer_is_that_of_a_plain_filter(now: Snapshot, query: Query) -> None:
    if now.index.ask(query.text).slips:
        return  # nobody has the word, so the plain filter finds nothing; what was meant is tested by example
    found = [card.slug for card in now.index.search(query, 100).cards]
    assert len(found) == len(set(found))
    assert set(found) == {card.slug for card in now.cards if fits(now, card, query)}


@often
@given(catalogs, queries)
def test_a_count_is_what_choosing_its_value_gives(now: Snapshot, query: Query) -> None:
    for key, counts in now.index.facets(now.index.search(query)).items():
        for count in counts:
            if not count.on:
                assert now.index.search(query.adding(key, count.value)).total == count.total, (key, count.value)


@often
@given(catalogs, queries)
def test_an_address_says_all_of_a_query(now: Snapshot, query: Query) -> None:
    again, _ = parse(QueryDict(str(query)), now.index)
    if not any(low in query.bounds and high in query.bounds for low, high in RANGES):
        known = {key: tuple(v for v in values if v in again.chosen.get(key, ())) for key, values in query.chosen.items()}
        assert again.chosen == {key: values for key, values in known.items() if values}
        assert (again.text, again.bounds) == (query.text, {key: query.bounds[key] for key in BOUNDS if key in query.bounds})


@often
@given(catalogs, st.sampled_from(list(SORTS)))
def test_an_order_puts_the_unknown_last_and_units_together(now: Snapshot, sort: str) -> None:
    cards = now.index.search(Query(sort=sort), 100).cards
    values = [SORTS[sort][1](card) for card in cards]
    known = [value for value in values if value is not None]
    assert values[: len(known)] == known
    if sort.lstrip("-") != "price":
        assert known == sorted(known, reverse=sort.startswith("-"))
        return
    meters = [card.price.meter for card in cards if card.price]
    assert sum(a != b for a, b in pairwise(meters)) == max(0, len(set(meters)) - 1)


@pytest.mark.parametrize("facet", FACETS, ids=lambda facet: facet.key)
def test_the_properties_speak_of_every_facet(facet) -> None:
    assert facet.key in VALUES
