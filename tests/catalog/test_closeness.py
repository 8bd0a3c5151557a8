"""The order of what a text finds: sets of models stand as a look at each model would put them."""

import pytest

from catalog.search.query import Query
from catalog.search.words import Words, squash, words_of


def distance(words: Words, term: str) -> int:
    """0 for a word of the name, 1 for its beginning, 2 for inside it; then alias or family, provider, ability, text."""
    names, *others = words.fields
    if f" {term}" in names:
        return 0 if f" {term} " in names else 1
    return 2 if term in words.squashed else next((n for n, field in enumerate(others, 3) if f" {term}" in field), 7)


def closeness(card, text: str, terms: list[str]) -> tuple:
    """Smaller is nearer: the whole name, its beginning, inside it; word by word; what is retired last; the newest first."""
    wanted, name = squash(text), squash(card.slug.rpartition("/")[2])
    whole = 0 if wanted in (name, squash(card.slug)) else 1 if name.startswith(wanted) else 2 if wanted in name else 3
    words, age = words_of(card), -card.released.toordinal() if card.released else 0
    return whole, sum(distance(words, term) for term in terms), card.status == "retired", age, card.slug


TEXTS = ["talk", "talk large", "large talk", "a", "acme", "acme talk", "e", "model", "vision", "tlak", "gpt"]


@pytest.mark.parametrize("text", TEXTS)
def test_finds_in_the_order_of_single_looks(catalog, text):
    found = catalog.index.search(Query(text=text))
    whole = "".join(words[0] for words in found.asked.meant.values())
    assert list(found.cards) == sorted(found.cards, key=lambda card: closeness(card, whole, found.asked.terms))


@pytest.mark.parametrize("text", ["talk", "a", "vision", "e"])
def test_finds_every_model_that_has_the_word_and_no_other(catalog, text):
    having = [card.slug for card in catalog.cards if distance(words_of(card), text) < 7]
    assert sorted(card.slug for card in catalog.index.search(Query(text=text)).cards) == having != []


def test_pages_of_what_is_found_are_parts_of_one_order(catalog):
    index, query = catalog.index, Query(text="a")
    every = index.search(query, 100).cards
    assert len(every) > 2 and [index.search(query.at(n), 1).cards[0] for n in range(1, len(every) + 1)] == list(every)
