"""Synthetic catalogs of the bench: the same for the same size, of the bundle's variety, and as an import would have left them."""

from collections import Counter

import pytest

from bench import catalogs, loading
from catalog import imports
from catalog.claims import settling
from catalog.models import Alias, Change, Claim, Model, Price
from catalog.sources import bundle
from catalog.vocabulary import MODALITIES

SIZE = 900  # more than are bundled, so that variations are among them


@pytest.fixture(scope="module")
def stated():
    return catalogs.catalog(SIZE)


def raw(stated):
    """The models as files of a bundle."""
    return [{"provider": {"slug": slug, "name": name, "url": url}, "models": []} for slug, (name, url) in named(stated)] + [
        {"provider": {"slug": "openai", "name": "OpenAI"}, "models": stated}
    ]


def named(stated):
    known = catalogs.providers()
    return [(slug, known[slug]) for slug in {catalogs.maker(model) for model in stated} - {"openai"}]


def test_the_same_size_gives_the_same_models(stated):
    assert catalogs.catalog(SIZE) == stated
    assert catalogs.catalog(SIZE + 1)[:SIZE] == stated


def test_has_the_variety_of_a_real_catalog(stated):
    few = stated[:400]
    assert {catalogs.said(model, "modality") for model in few} == set(MODALITIES)
    assert len({catalogs.maker(model) for model in few}) == len({catalogs.maker(model) for model in stated}) == 40
    assert 50 <= len({catalogs.said(model, "family") for model in stated}) <= 61
    assert set(Counter(len(model["claims"]) for model in stated)) == {1, 2, 3}


def test_no_name_stands_for_two_models(stated):
    names = [name for model in stated for name in (model["slug"], *model["aliases"])]
    assert len(names) == len(set(names)) and len(stated) == SIZE


@pytest.mark.django_db
def test_an_import_of_the_same_models_finds_nothing_to_write(stated):
    loading.load(stated)
    rows, refused = bundle.translate(raw(stated))
    plan = imports.plan("bundle", rows, refused, providers=bundle.providers(raw(stated)))
    assert (plan.writes, plan.refused) == ({}, [])
    assert Model.objects.count() == SIZE and min(map(len_of, (Alias, Claim, Price))) > 0


def len_of(table):
    return table.objects.count()


@pytest.mark.django_db
def test_facts_and_prices_are_those_that_the_claims_come_to(stated):
    loading.load(stated[:200])
    done = settling.settle(Model.objects.all(), settling.Actor("bundle"))
    assert (done.changed, done.prices) == (set(), 0)


@pytest.mark.django_db
def test_earlier_prices_end_where_the_present_ones_begin(stated):
    loading.load(stated[:40])
    past = Price.objects.closed()
    assert past.exists() and Change.objects.count() == past.count()
    for price in past:
        now = Price.objects.current().get(model=price.model, meter=price.meter, condition=price.condition)
        assert (price.valid_to, price.amount) == (now.valid_from, now.amount * loading.HIGHER)
