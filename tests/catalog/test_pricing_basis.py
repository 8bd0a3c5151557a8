"""List or effective prices: the address says which."""

import re
from decimal import Decimal

import pytest
from django.http import QueryDict

from catalog.search.parsing import parse
from catalog.templatetags.catalog import exactly


def test_the_basis_stays_in_the_address(client, catalog):
    query, errors = parse(QueryDict("prices=effective&page=2"), catalog.index)
    assert (query.basis, str(query), errors) == ("effective", "page=2&prices=effective", [])
    assert '?page=2" data-prices="list"' in client.get("/models?prices=effective&page=2").text


def test_list_prices_need_no_word(catalog):
    assert str(parse(QueryDict("prices=list"), catalog.index)[0]) == ""


def test_another_basis_is_named(catalog):
    query, errors = parse(QueryDict("prices=net"), catalog.index)
    assert (query.basis, errors) == ("list", ["prices “net” is not known. Known: list, effective."])


def test_the_model_page_shows_either_basis_first(client, catalog):
    page = client.get("/models/acme/talk-large?prices=effective").text
    assert re.search(r'<span class="price big"><data value="1.3157[^>]+>\$1.32</data></span> <small>effective</small>', page)
    assert '<a href="/models/acme/talk-large?prices=effective" data-prices="effective" aria-current="true">' in page
    assert '<a href="/models/acme/talk-large" data-prices="list">' in page


def test_the_switch_keeps_the_rest_of_the_address(client, catalog):
    page = client.get("/calculator?models=acme/talk-large,orbit/embed&requests=7").text
    assert 'href="/calculator?models=acme/talk-large,orbit/embed&amp;requests=7&amp;prices=effective"' in page
    assert 'name="prices"' not in page
    assert '<input type="hidden" name="prices" value="effective">' in client.get("/calculator?prices=effective").text


@pytest.mark.parametrize(
    ("amount", "told"),
    [("2.5", ""), ("0.03", ""), ("0.1875", ""), ("0.03164", "exactly $0.03164"), ("0.000010", "exactly $0.00001")],
)
def test_an_amount_that_is_rounded_is_told_exactly_beside(amount, told):
    assert re.sub("<[^>]+>", "", exactly(Decimal(amount))) == told


def test_the_playground_shows_either_basis(client, catalog):
    assert "$1.32" in client.get("/playground?model=acme/talk-large&prices=effective").text
    assert "$1.25" in client.get("/playground?model=acme/talk-large").text


LIMITS = [("input_max=1.3", 1), ("input_max=1.32", 2), ("input_min=1.3", 1), ("input_min=1.32", 0)]


@pytest.mark.parametrize(("limit", "models"), LIMITS)
def test_a_limit_means_the_prices_that_are_shown(client, catalog, limit, models):
    """Talk Large is $1.25 in the list, $1.3157… with the fee; the other one is free."""
    address = f"?modality=chat&prices=effective&{limit}"
    assert len(client.get(f"/models.csv{address}").text.splitlines()) - 1 == models
    told = client.get(f"/models.json{address}").json()
    assert (told["total"], told["facets"]["modality"].get("chat", 0)) == (models, models)


def test_the_filter_says_that_it_is_one_of_effective_prices(client, catalog):
    page = client.get("/models?input_max=1.3&prices=effective").text
    assert "Effective input price: ≤ $1.3, remove filter" in page
    assert "US dollars for 1M input tokens, effective</small>" in page
    assert "Input price: ≤ $1.3, remove filter" in client.get("/models?input_max=1.3").text


def test_a_page_of_effective_prices_has_a_twin_of_them(client, catalog):
    assert "| $1.32 / 1M tokens | $10.53 / 1M tokens |" in client.get("/models.md?q=talk-large&prices=effective").text
    assert "| $1.25 / 1M tokens | $10 / 1M tokens |" in client.get("/providers/acme.md?q=talk-large").text


def test_other_prices_may_find_others_so_the_switch_starts_anew(client, catalog):
    assert '?input_max=1&amp;prices=effective" data-prices="effective"' in client.get("/models?input_max=1&page=2").text
