"""The rule of a collection: a browse query, which it must be able to answer whole, and how people read it.

`each=3` keeps the first three of every modality. A rule may not name a collection, since that one's rule might name this one.
"""

import logging
from typing import NamedTuple

from django.http import QueryDict

from catalog.cards import Group
from catalog.search.bounds import BOUNDS
from catalog.search.facets import FACETS, Facet
from catalog.search.index import Index, Ordered
from catalog.search.parsing import parse
from catalog.search.query import Query
from catalog.search.sorts import SORTS
from catalog.vocabulary import MODALITIES

log = logging.getLogger(__name__)
MOST_EACH = 50
KNOWN = (*(facet.key for facet in FACETS if facet.key != "collection"), *BOUNDS, "q", "sort", "each")
COMPARED = {"context": "≥"}


Answered = dict[str, tuple[Ordered, tuple[str, ...]]]


class Rule(NamedTuple):
    query: Query
    each: int | None


def read_rule(text: str, index: Index) -> tuple[Rule, list[str]]:
    """The rule and what is wrong with it. One with anything wrong is not to be answered: what is left might find everything."""
    params = QueryDict(text)
    query, errors = parse(params, index, usual="any")
    errors = [f"{name} is not known. Known: {', '.join(KNOWN)}." for name in params if name not in KNOWN] + errors
    each = params.get("each", "")
    if each and not (each.isascii() and each.isdecimal() and 1 <= int(each[:9]) <= MOST_EACH):
        errors.append(f"each must be a whole number from 1 to {MOST_EACH}.")
    if not errors and not (query.chosen or query.text or query.bounds or each):
        errors = ["This rule narrows nothing."]
    return Rule(query, int(each) if each and not errors else None), errors


def members(index: Index, group: Group, answered: Answered | None = None) -> tuple[str, ...]:
    """The listed models of a collection: those its rule finds, in its order, then those put in by hand.

    What a rule comes to is kept in `answered`, and given back from there while it is the same of the same models.
    """
    by_hand = [slug for slug in group.members if slug in index.places]
    if not group.rule:
        return tuple(by_hand)
    rule, errors = read_rule(group.rule, index)
    if errors:
        log.warning("The rule of the collection %s is not answered: %s", group.slug, " ".join(errors))
    found = () if errors else answers(index, rule, answered)
    return tuple(dict.fromkeys([*found, *by_hand])) if by_hand else found


def answers(index: Index, rule: Rule, answered: Answered | None = None) -> tuple[str, ...]:
    if rule.each is None:
        return whole(index, rule.query, {} if answered is None else answered)
    kinds = rule.query.chosen.get("modality") or tuple(kind for kind in MODALITIES if kind in index.bits["modality"])
    asked = [index.ordered(rule.query.choosing("modality", (kind,))) for kind in kinds]
    return tuple(slug for found in asked for slug in index.slugs(found, rule.each))


def whole(index: Index, query: Query, answered: Answered) -> tuple[str, ...]:
    found, (before, slugs) = index.ordered(query), answered.get(str(query), (None, ()))
    if found.order is None or found != before:
        slugs = index.slugs(found, len(index.cards))
    answered[str(query)] = found, slugs
    return slugs


def rule_words(text: str) -> str:
    """A rule as people read it, all of it: `modality = chat AND capability = tools, lowest price first`."""
    params = QueryDict(text)
    tests = [words for facet in FACETS if (words := facet_words(params, facet))]
    tests += [f"{BOUNDS[key].label.lower()} {BOUNDS[key].words(value)}" for key, value in params.items() if key in BOUNDS]
    tests += [f"text = “{params['q']}”"] if params.get("q") else []
    found = tests[0].strip("()") if len(tests) == 1 else " AND ".join(tests)
    order = [SORTS[sort][0].lower()] if (sort := params.get("sort")) in SORTS else []
    each = [f"{params['each']} of each modality"] if params.get("each") else []
    return ", ".join([found or "all models", *order, *each])


def facet_words(params: QueryDict, facet: Facet) -> str:
    tests = [f"{facet.key} {COMPARED.get(facet.key, '=')} {value}" for value in params.getlist(facet.key)]
    joined = (" AND " if facet.all_must_hold else " OR ").join(tests)
    return f"({joined})" if len(tests) > 1 and not facet.all_must_hold else joined
