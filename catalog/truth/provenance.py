"""Where every fact of a model comes from: the value that is shown, the source behind it, and what the others say."""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from catalog.cards import Card, Rate, Statement
from catalog.claims.facts import PRICE, UNKNOWN, price_field
from catalog.figures import plain
from catalog.truth import disputes
from catalog.truth.disputes import Word
from catalog.truth.evidence import BLANK, change_words, field_words
from catalog.vocabulary import CAPABILITIES, KINDS, MODALITIES, STATUSES

PARTS = ("capabilities", "parameters")  # facts that are settled part by part
LABELS = {"modality": MODALITIES, "status": STATUSES, "input_kinds": KINDS, "output_kinds": KINDS}


class Fact(NamedTuple):
    """A field such as `context_window`, `capabilities.vision` or `price.images@hd`. A `value` of None is unknown.

    `shown` is the word behind it; None where no source speaks, so that a value is assumed or follows from other facts.
    """

    field: str
    label: str
    value: Any
    shown: Word | None
    others: list[Word]
    disputed: bool

    @property
    def stated(self) -> bool:
        """Whether there is anything to say of it."""
        return self.value is not None or self.shown is not None or bool(self.others)

    @property
    def text(self) -> str:
        return value_words(self.field, self.value)

    @property
    def told(self) -> list[tuple[Word, str, bool]]:
        """What the other sources say, in words, and whether they say it by the kinds that go in or come out."""
        return [(word, value_words(self.field, word.value), implied(self.field, word)) for word in self.others]


def provenance(card: Card) -> list[Fact]:
    """Every fact, known or not, then the prices that are shown or claimed."""
    return [*plain_facts(card), *abilities(card), *parameters(card), *prices(card)]


def plain_facts(card: Card) -> Iterator[Fact]:
    for field in UNKNOWN:
        if field not in PARTS:
            words = [Word(claim.source, claim.value, claim) for claim in card.said(field)]
            # Endpoints are those of the kind and the listed ones as well.
            value = words[0].value if words and field != "endpoints" else plain_value(getattr(card, field))
            yield fact(card, field, disputes.FACTS.get(field, field_words(field)), value, words)


def abilities(card: Card) -> Iterator[Fact]:
    """An ability may also be claimed by what goes in and comes out."""
    for key, label in CAPABILITIES.items():
        field = f"capabilities.{key}"
        kinds = [word for word in disputes.able(card, key) if implied(field, word)]
        yield fact(card, field, label, card.capabilities.get(key), parts(card, "capabilities", key) + kinds)


def implied(field: str, word: Word) -> bool:
    return field.startswith("capabilities.") and word.claim.field != "capabilities"


def parameters(card: Card) -> Iterator[Fact]:
    keys = {key for claim in card.said("parameters") for key in claim.value or {}}
    for key in sorted(keys | set(card.parameters)):
        words = parts(card, "parameters", key)
        yield fact(card, f"parameters.{key}", f"Parameters, {key}", card.parameters.get(key), words)


def parts(card: Card, field: str, key: str) -> list[Word]:
    return [Word(claim.source, claim.value[key], claim) for claim in card.said(field) if key in (claim.value or {})]


def prices(card: Card) -> Iterator[Fact]:
    """The shown prices, then those that are claimed only: by a lesser source, or pinned as unknown."""
    rates = {price_field(rate.meter, rate.condition): rate for rate in card.rates}
    claimed = [claim.field for claim in card.statements if claim.field.startswith(PRICE)]
    for field in dict.fromkeys([*rates, *claimed]):
        words = [Word(claim.source, disputes.amount(claim), claim) for claim in card.said(field)]
        yield price(card, field, rates.get(field), words)


def price(card: Card, field: str, rate: Rate | None, words: list[Word]) -> Fact:
    amount = plain(rate.amount) if rate else None
    source = rate.source if rate else next((word.source for word in words if word.value is None), None)
    own = [word for word in words if word.source == source] or ([claimed(field, rate)] if rate else [])
    others = [word for word in words if word.source != source]
    return Fact(field, field_words(field), amount, own[0] if own else None, others, field in disputes.disputed(card))


def claimed(field: str, rate: Rate) -> Word:
    """The word behind a price whose claim is gone: its row says as much."""
    amount = plain(rate.amount)
    return Word(rate.source, amount, Statement(field, amount, rate.source, rate.since, rate.source_url, None))


def fact(card: Card, field: str, label: str, value: Any, words: list[Word]) -> Fact:
    shown, *others = words or [None]
    known = None if value in BLANK else value
    return Fact(field, label, known, shown, others, field in disputes.disputed(card))


def plain_value(value: Any) -> Any:
    """A card's value as JSON has it."""
    return value.isoformat() if isinstance(value, date) else list(value) if isinstance(value, tuple) else value


def value_words(field: str, value: Any) -> str:
    """A value as people read it; blank for unknown."""
    if value and field in LABELS:
        return ", ".join(LABELS[field].get(word, word) for word in (value if isinstance(value, list) else [value]))
    return change_words(field, value)
