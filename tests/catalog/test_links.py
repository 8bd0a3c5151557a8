"""The links of a list say what the queries say that they stand for."""

from dataclasses import replace

import pytest
from django.http import QueryDict
from django.utils.html import escape

from catalog.pages.links import Links
from catalog.search.parsing import parse
from catalog.search.query import Query

ASKED = [
    "", "page=2", "q=a%26b+%3Cscript%3E+%C3%BC/:@", "q=vision&modality=chat&modality=image&sort=price&page=3",
    "capability=vision&input_max=0.5&released_within=92&view=cards&prices=effective", "served=no&q=x&sort=-price",
]  # fmt: skip


@pytest.fixture(params=ASKED)
def query(request, catalog) -> Query:
    return parse(QueryDict(request.param), catalog.index)[0]


def test_links_to_neighbours_are_their_queries(query):
    links = Links(query)
    made = [links.to(page=query.page), links.to(sort="name"), links.to(view="cards", page=7), links.to(served="any")]
    wanted = [query, query.sorted_by("name"), replace(query, view="cards", page=7), query.looking("any")]
    assert [link.decode() for link in made] == [escape(str(other)) for other in wanted]


def test_each_link_without_a_part_is_the_query_without_it(query):
    less = [query.without(facet.key, value) for facet, value in query.filters()]
    less = ([replace(query, text="", page=1)] if query.text else []) + less
    less += [query.unbound(bound.key) for bound, _ in query.limits()]
    assert [Links(query).without(n).decode() for n in range(len(less))] == [escape(str(other)) for other in less]
