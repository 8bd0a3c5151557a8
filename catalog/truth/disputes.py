"""Where sources disagree on a fact of a model. How they spell a name, a family or a description is no dispute."""

from collections import Counter
from decimal import Decimal
from typing import Any, NamedTuple

from catalog.cards import Card, Rate, Statement
from catalog.claims.facts import PRICE, price_field
from catalog.figures import plain
from catalog.vocabulary import CAPABILITIES, KINDS

FACTS = {
    "modality": "Modality", "context_window": "Context window", "max_output": "Longest output", "dimensions": "Vector length",
    "input_kinds": "Input", "output_kinds": "Output", "released": "Released", "knowledge_cutoff": "Knowledge up to",
    "open_weights": "Open weights", "status": "Status", "retires_on": "Retires on", "replacement": "Use instead",
}  # fmt: skip
# An ability that a source states by the kinds that go in and come out as well.
SHOWN_BY = {
    "vision": ("input_kinds", "image"), "audio_in": ("input_kinds", "audio"), "pdf": ("input_kinds", "pdf"),
    "audio_out": ("output_kinds", "audio"),
}  # fmt: skip


class Word(NamedTuple):
    """What one source says, by which of its claims."""

    source: str
    value: Any
    claim: Statement

    @property
    def text(self) -> str:
        if isinstance(self.value, bool):
            return "yes" if self.value else "no"
        if isinstance(self.value, list):
            return ", ".join(KINDS.get(kind, kind) for kind in self.value)
        return f"{self.value:,}" if isinstance(self.value, int) else str(self.value)


class Dispute(NamedTuple):
    """A field, such as `max_output` or `capabilities.vision`, with the word of each source, the shown one first."""

    field: str
    label: str
    words: list[Word]


def disputes(card: Card) -> list[Dispute]:
    """The facts and abilities on which sources disagree; prices are told apart, in `prices`."""
    claims = Counter(claim.field for claim in card.statements)  # what one claim alone states is in no dispute
    found = [Dispute(field, label, stated(card, field)) for field, label in FACTS.items() if claims[field] > 1]
    flagged = claims["capabilities"]
    keys = [key for key in CAPABILITIES if flagged > 1 or (flagged and key in SHOWN_BY)]
    found += [Dispute(f"capabilities.{key}", CAPABILITIES[key], able(card, key)) for key in keys]
    return [dispute for dispute in found if differing(dispute.words)]


def prices(card: Card) -> list[Dispute]:
    claims = Counter(claim.field for claim in card.statements if claim.field.startswith(PRICE))
    fields = [field for field, count in claims.items() if count > 1]
    found = [Dispute(field, field, [Word(claim.source, amount(claim), claim) for claim in card.said(field)]) for field in fields]
    return [dispute for dispute in found if differing(dispute.words)]


def disputed(card: Card) -> frozenset[str]:
    """The fields on which sources disagree; worked out once a card."""
    if "disputed" not in card.kept:
        card.kept["disputed"] = frozenset(found.field for found in disputes(card) + prices(card))
    return card.kept["disputed"]


def on_price(card: Card, rate: Rate) -> bool:
    """Whether another source says a different amount."""
    amounts = [amount(claim) for claim in card.said(price_field(rate.meter, rate.condition))]
    return any(other != amounts[0] for other in amounts)


def amount(claim: Statement) -> str | None:
    return None if claim.value is None else plain(Decimal(claim.value))


def differing(words: list[Word]) -> bool:
    return any(word.value != words[0].value for word in words)


def stated(card: Card, field: str) -> list[Word]:
    """What is claimed of a fact. A claim that looks doubtful by itself is not held against another."""
    claims = [claim for claim in card.said(field) if claim.value not in (None, "") and not claim.doubt]
    words = [Word(claim.source, claim.value, claim) for claim in claims]
    return words if field not in ("input_kinds", "output_kinds") or differing_kinds(card, field, words) else []


def differing_kinds(card: Card, field: str, words: list[Word]) -> bool:
    """Whether lists of kinds differ by more than their order and the kinds that are told as an ability."""
    told = {kind for key, (side, kind) in SHOWN_BY.items() if side == field and able(card, key)}
    return len({frozenset(word.value) - told for word in words}) > 1


def able(card: Card, key: str) -> list[Word]:
    """What is claimed of an ability, by its flag, else by the kinds, where at least one source has the flag."""
    flags = {source: claim for source, claim in abilities(card).items() if claim.value.get(key) is not None}
    words = [Word(source, claim.value[key], claim) for source, claim in flags.items()]
    field, kind = SHOWN_BY.get(key, ("", ""))
    others = [claim for claim in card.said(field) if flags and claim.value is not None and claim.source not in flags]
    return words + [Word(claim.source, kind in claim.value, claim) for claim in others]


def abilities(card: Card) -> dict[str, Statement]:
    return {claim.source: claim for claim in card.said("capabilities") if claim.value}
