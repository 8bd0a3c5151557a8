"""List or effective prices: the address says which."""

from django.http import QueryDict

from catalog.search.query import parse


def test_the_basis_stays_in_the_address(catalog):
    query, errors = parse(QueryDict("prices=effective&page=2"), catalog.index)
    assert (query.basis, str(query), errors) == ("effective", "page=2&prices=effective", [])
    assert str(query.priced("list")) == "page=2"


def test_list_prices_need_no_word(catalog):
    assert str(parse(QueryDict("prices=list"), catalog.index)[0]) == ""


def test_another_basis_is_named(catalog):
    query, errors = parse(QueryDict("prices=net"), catalog.index)
    assert (query.basis, errors) == ("list", ["prices “net” is not known. Known: list, effective."])
