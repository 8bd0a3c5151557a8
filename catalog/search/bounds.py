"""Limits that a visitor types: an amount, a number of tokens, a day. Models whose value is unknown meet none of them.

A limit of a price means the prices that are shown: list, or effective.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from catalog import figures
from catalog.cards import Card
from catalog.vocabulary import lower_first

SIZES = {"": 1, "k": 1_000, "m": 1_000_000}
LONGEST = 3660  # days that a rule may look back or ahead


@dataclass(frozen=True, slots=True)
class Kind:
    """How a limit is written: `read` gives its value or None, `words` how people read it."""

    read: Callable[[str], Any]
    words: Callable[[Any], str]
    unit: str
    example: str
    input: str = "text"

    @property
    def wanted(self) -> str:
        return f"{self.unit}, such as {self.example}"


@dataclass(frozen=True, slots=True)
class Bound:
    """`holds(value, limit, day)` says whether a model's value, on the basis of prices shown, is within the limit on that day."""

    key: str
    label: str
    sign: str
    kind: Kind
    value: Callable[[Card, str], Any]
    holds: Callable[[Any, Any, date], bool]

    def words(self, text: str) -> str:
        limit = self.kind.read(text)
        return f"{self.sign} {text if limit is None else self.kind.words(limit)}"

    def named(self, basis: str) -> str:
        """Its label, which says so where it is a limit of effective prices."""
        return f"Effective {lower_first(self.label)}" if self.kind is AMOUNT and basis == "effective" else self.label


def read_amount(text: str) -> Decimal | None:
    found = re.fullmatch(r"\$?([0-9]{1,7}(?:\.[0-9]{1,12})?)", text)
    return Decimal(found[1]) if found else None


def read_tokens(text: str) -> int | None:
    found = re.fullmatch(r"([0-9]{1,10}(?:\.[0-9]{1,3})?)([km]?)", text.lower())
    return int(Decimal(found[1]) * SIZES[found[2]]) if found else None


def read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        return None


def read_days(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,4}", text) and 1 <= int(text) <= LONGEST else None


AMOUNT = Kind(read_amount, lambda value: f"${figures.plain(value)}", "US dollars for 1M input tokens", "0.5")
TOKENS = Kind(read_tokens, figures.tokens, "tokens", "200K")
DAY = Kind(read_day, lambda value: value.isoformat(), "a day as year-month-day", "2026-01-31", "date")
DAYS = Kind(read_days, lambda value: f"{value} days", f"a whole number of days from 1 to {LONGEST}", "92")


def input_price(card: Card, basis: str) -> Decimal | None:
    """Only of input tokens: an amount for an image or a minute is no less or more than one for a token."""
    return next((rate.on(basis) for rate in card.headlines if rate.meter == "input_tokens"), None)


def context(card: Card, basis: str) -> int | None:
    return card.context_window


def released(card: Card, basis: str) -> date | None:
    return card.released


def retires(card: Card, basis: str) -> date | None:
    return card.retires_on


def at_least(value: Any, limit: Any, day: date) -> bool:
    return value >= limit


def at_most(value: Any, limit: Any, day: date) -> bool:
    return value <= limit


def lately(value: date, days: int, day: date) -> bool:
    return value >= day - timedelta(days)


def soon(value: date, days: int, day: date) -> bool:
    return day <= value <= day + timedelta(days)


BOUNDS = {
    bound.key: bound
    for bound in (
        Bound("input_min", "Input price", "≥", AMOUNT, input_price, at_least),
        Bound("input_max", "Input price", "≤", AMOUNT, input_price, at_most),
        Bound("context_min", "Context", "≥", TOKENS, context, at_least),
        Bound("context_max", "Context", "≤", TOKENS, context, at_most),
        Bound("released_from", "Released", "from", DAY, released, at_least),
        Bound("released_to", "Released", "until", DAY, released, at_most),
        Bound("released_within", "Released", "within the last", DAYS, released, lately),
        Bound("retires_within", "Retires", "within the next", DAYS, retires, soon),
    )
}
RANGES = (("input_min", "input_max"), ("context_min", "context_max"), ("released_from", "released_to"))
