"""A snapshot that was made from the one before is the one that would have been made without it."""

from copy import copy
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from test_search_properties import DAY, built, often, queries, rows

from catalog import card_rows, snapshot
from catalog.cards import Group
from catalog.claims import pins, precedence
from catalog.identity import merging
from catalog.models import Collection, Model, Provider, Touched, Version
from catalog.search import following
from catalog.search.bounds import BOUNDS, Bound
from catalog.search.query import BASES, Query
from catalog.search.sorts import SORTS
from catalog.snapshot import Snapshot

TALK, FREE = "acme/talk-large", "acme/talk-free"
models = st.lists(rows(), min_size=1, max_size=8, unique_by=lambda row: row[0].slug)


def after(before: Snapshot, found: list, days: int) -> tuple[Snapshot, Snapshot]:
    """The cards of `found` as a snapshot made from `before`, cards that say the same kept, and as one made anew."""
    read = [card_rows.card(*row) for row in found]
    cards = sorted(read, key=snapshot.slug)
    kept = [old if (old := before.by_slug.get(card.slug)) == card else card for card in cards]
    rules = ("modality=chat", "price=known&each=2", "retires_within=180&sort=retires", "q=talk")
    groups = [Group(rule, rule, "", rule, (cards[0].slug,) if n == 0 else ()) for n, rule in enumerate(rules)]
    day = DAY + timedelta(days)
    return Snapshot(2, None, kept, groups, day, before=before), Snapshot(2, None, cards, groups, day)


def renamed(found: list, others: list) -> list:
    """The facts of some models under the slugs of others, so that cards are replaced where they stand."""
    rows = [(copy(model), other, *rest) for (model, *rest), (other, *_) in zip(found, others, strict=False)]
    for model, other, *_ in rows:
        model.slug, model.provider = other.slug, other.provider
    return [(model, *rest) for model, _, *rest in rows] + others[len(rows) :]


def same(one: Snapshot, other: Snapshot) -> None:
    for name in ("cards", "day", "by_slug", "by_alias", "by_upstream", "providers", "by_provider", "here", "groups"):
        assert getattr(one, name) == getattr(other, name), name
    for name in ("cards", "day", "places", "everything", "bits", "where", "usual", "labels", "values"):
        assert getattr(one.index, name) == getattr(other.index, name), name
    mine, theirs = one.index.words, other.index.words
    assert (mine.vocabulary, mine.everything) == (theirs.vocabulary, theirs.everything)
    assert [(texts.whole, texts.starts) for texts in mine.texts] == [(texts.whole, texts.starts) for texts in theirs.texts]
    for bound, basis in product(BOUNDS.values(), BASES):
        assert values(one, bound, basis) == values(other, bound, basis), (bound.key, basis)
    for sort in SORTS:
        mine, theirs = one.index.sorted(sort), other.index.sorted(sort)
        assert (mine.runs, mine.unknown, mine.bits, mine.rank) == (theirs.runs, theirs.unknown, theirs.bits, theirs.rank), sort
    assert [one.in_groups(card) for card in one.cards] == [other.in_groups(card) for card in other.cards]


def values(now: Snapshot, bound: Bound, basis: str) -> dict[Any, set[int]]:
    return {value: set(places) for value, places in now.index.column(bound.value, basis).items()}


@often
@given(models, models, models, queries, st.integers(0, 1))
def test_any_step_to_other_models_leads_where_a_new_start_does(first, second, third, query: Query, days: int) -> None:
    now = built(first)
    some = list({row[0].slug: row for row in (*second[:1], *third)}.values())
    for found in (renamed(second, first), renamed(third, first), second, some, third):
        for sort in SORTS:
            now.index.sorted(sort)
        now, anew = after(now, found, days)
        same(now, anew)
        one, other = now.index.search(query), anew.index.search(query)
        assert (one.cards, one.narrowed, now.index.facets(one)) == (other.cards, other.narrowed, anew.index.facets(other))


@often
@given(models, models)
def test_a_step_too_wide_to_follow_is_made_anew(first, second) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(following, "MOST", 0)
        same(*after(built(first), second, 0))


def edit() -> None:
    pins.edit(Model.objects.get(slug=TALK), {"description": "Other words.", "context_window": 5}, {("input_tokens", ""): 9})


def hide() -> None:
    pins.edit(Model.objects.get(slug=TALK), {}, {}, columns={"listed": False})


def merge() -> None:
    merging.merge(Model.objects.get(slug=FREE), Model.objects.get(slug=TALK), "")


def probe() -> None:
    Model.objects.get(slug=TALK).proofs.create(ability="tools", passed=True, request="{}")
    Version.bump([TALK])


def follow_another_order() -> None:
    precedence.follow("")


def collect() -> None:
    Collection.objects.create(slug="two", name="Two").members.add(*Model.objects.filter(slug__in=[TALK, FREE]))
    Version.bump(())


def many_at_once() -> None:
    for step in (edit, hide, collect, probe):
        step()


@pytest.mark.parametrize("step", [edit, hide, merge, probe, follow_another_order, collect, many_at_once])
def test_what_was_written_is_read(catalog, step) -> None:
    step()
    now = snapshot.refresh()
    assert now is not catalog
    same(now, snapshot.build(now.version))


def test_an_edit_leaves_the_cards_of_other_models(catalog) -> None:
    edit()
    now = snapshot.refresh()
    assert {card.slug for card in now.cards if card is not catalog.by_slug[card.slug]} == {TALK}


def test_a_change_of_unknown_reach_leaves_cards_that_say_the_same(catalog) -> None:
    Model.objects.filter(slug=TALK).update(description="Other words.")
    Version.bump()
    now = snapshot.refresh()
    assert {card.slug for card in now.cards if card is not catalog.by_slug[card.slug]} == {TALK}
    same(now, snapshot.build(now.version))


def test_an_edit_that_is_taken_back_touches_nothing(catalog) -> None:
    with transaction.atomic():
        edit()
        transaction.set_rollback(True)
    assert snapshot.refresh() is catalog and not Touched.objects.filter(number__gt=catalog.version).exists()


def test_a_day_renews_the_cards_that_count_days(catalog, monkeypatch) -> None:
    Model.objects.filter(slug=TALK).update(retires_on=catalog.day + timedelta(9), status="retiring")
    Version.bump()
    before = snapshot.refresh()
    monkeypatch.setattr(snapshot, "today", lambda: catalog.day + timedelta(1))
    now = snapshot.refresh()
    renewed = {card.slug for card in now.cards if card is not before.by_slug[card.slug]}
    assert TALK in renewed and renewed == {card.slug for card in before.cards if card.retires_on}


def test_what_is_touched_is_known_of_the_last_versions_only(catalog, monkeypatch) -> None:
    monkeypatch.setattr(Touched, "KEPT", 2)
    start = Version.current()
    for slug in ("a/a", "b/b", "c/c"):
        Version.bump([slug])
    assert Touched.between(start, start + 3) is None
    assert Touched.between(start + 1, start + 3) == {"b/b", "c/c"}
    Version.bump()
    assert Touched.between(start + 1, start + 4) is None


def test_more_models_than_are_worth_a_list_are_any(catalog, monkeypatch) -> None:
    monkeypatch.setattr(Touched, "MOST", 2)
    start = Version.current()
    Version.bump(["a/a", "b/b", "c/c"])
    assert Touched.between(start, start + 1) is None


def test_a_provider_s_name_reaches_its_models_alone(catalog, client: Client) -> None:
    client.force_login(User.objects.create_superuser("admin"))
    acme = Provider.objects.get(slug="acme")
    client.post(f"/admin/catalog/provider/{acme.pk}/change/", {"name": "Acme Labs", "url": acme.url})
    now = snapshot.refresh()
    renewed = {card.slug for card in now.cards if card is not catalog.by_slug[card.slug]}
    assert now.providers["acme"] == "Acme Labs" and renewed == {card.slug for card in catalog.of("acme")}
