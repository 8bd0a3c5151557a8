"""What the model page says of its own facts: which are doubtful, which are claims only, where sources disagree."""

from decimal import Decimal
from typing import Any, NamedTuple

from catalog import figures
from catalog.cards import Card, Rate
from catalog.claims.facts import price_field
from catalog.costs.pricing import METERS
from catalog.truth.disputes import disputes
from catalog.vocabulary import SOURCES

BLANK: tuple[Any, ...] = (None, "", [], {})  # values of a fact that mean unknown


class OtherPrice(NamedTuple):
    """What another source says of a price that is shown; None where that source says it is unknown."""

    source: str
    amount: Decimal | None
    as_of: Any


def evidence(card: Card) -> dict[str, Any]:
    """Template context of the model page."""
    return {
        "released_doubt": card.doubt("released"),
        "strengths": strengths(card),
        "doubts": doubts(card),
        "disputes": disputes(card),
        "disagreements": disagreements(card),
        "tables": price_tables(card),
    }


def price_tables(card: Card) -> list[tuple[str, list[Rate]]]:
    """`[(condition, prices)]`: the plain ones first, then the simplest conditions; each in the order of the headlines."""
    order = [rate.meter for rate in card.headlines]
    rates = sorted(card.rates, key=lambda rate: order.index(rate.meter) if rate.meter in order else len(order))
    conditions = sorted({rate.condition for rate in rates}, key=lambda text: (bool(text), text.count("+"), text))
    return [(condition, [rate for rate in rates if rate.condition == condition]) for condition in conditions]


def strengths(card: Card) -> list[tuple[str, str]]:
    """Each strength with the reason to doubt it, or blank."""
    doubt = card.doubt("strengths")
    reasons = doubt if isinstance(doubt, dict) else {}
    return [(strength, reasons.get(strength, doubt if isinstance(doubt, str) else "")) for strength in card.strengths]


def doubts(card: Card) -> list[str]:
    """A sentence for each shown fact that its own source makes doubtful."""
    found = []
    for field in ("released", "strengths", "context_window", "modality", "description"):
        doubt = card.doubt(field)
        source = SOURCES.get(card.said(field)[0].source, card.said(field)[0].source) if doubt else ""
        for part, reason in doubt.items() if isinstance(doubt, dict) else [(field.replace("_", " ").capitalize(), doubt)]:
            found += [f"{part}: claimed by {source}. {reason}"] if reason else []
    return found


def disagreements(card: Card) -> list[tuple[Rate, OtherPrice]]:
    """Each shown price with what another source says differently."""
    found = []
    for rate in card.rates:
        for other in card.said(price_field(rate.meter, rate.condition)):
            amount = None if other.value is None else Decimal(other.value)
            if other.source != rate.source and amount != rate.amount:
                found.append((rate, OtherPrice(other.source, amount, other.as_of)))
    return found


def change_words(field: str, value: Any) -> str:
    """A value of a change as people read it: lists joined, prices as dollars or free; blank for unknown."""
    if value is None or value == "":
        return ""
    if field.startswith("price."):
        return figures.money(amount) if (amount := Decimal(str(value))) else "free"
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')}: {change_words(name, part) or 'unknown'}" for name, part in value.items())
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)


def field_words(field: str) -> str:
    """`price.input_tokens@batch` as `Price, input, batch`; `context_window` as `Context window`."""
    if not field.startswith("price."):
        return field.replace("_", " ").capitalize()
    meter, _, condition = field.removeprefix("price.").partition("@")
    label = METERS[meter].label.lower() if meter in METERS else meter
    return ", ".join(["Price", label, *([condition] if condition else [])])
