"""A month's work as people state it: so many requests, and what is in each. Read from an address, checked number by number."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from django.http import QueryDict

from catalog.cards import Card
from catalog.costs import pricing
from catalog.search.parsing import basis_of
from catalog.search.query import DEFAULT_BASIS

SHARES = ("cached", "batch")  # per cent
NUMBER = re.compile(r"\d{1,12}(\.\d{0,4})?|\.\d{1,4}")


class Quantity(NamedTuple):
    """A number of the workload. `usual` is the example; where it is blank, nothing is assumed."""

    key: str
    label: str
    limit: int
    usual: str = ""
    whole: bool = True

    @property
    def rule(self) -> str:
        kind = "a whole number" if self.whole else "a number"
        return f"{kind} from 0 to {self.limit:,}{'' if self.whole else ', at most four decimals'}"


QUANTITIES = {
    quantity.key: quantity
    for quantity in (
        Quantity("requests", "Requests a month", 1_000_000_000, "1000"),
        Quantity("input_tokens", "Input tokens a request", 10_000_000, "1000"),
        Quantity("output_tokens", "Output tokens a request", 10_000_000, "500"),
        Quantity("characters", "Characters a request", 10_000_000, "1000"),
        Quantity("audio_minutes", "Minutes a request", 100_000, "10", whole=False),
        Quantity("images", "Images a request", 10_000, "1"),
        Quantity("video_seconds", "Seconds of video a request", 100_000, "5", whole=False),
        Quantity("audio_seconds", "Seconds of audio a request", 1_000_000, "30", whole=False),
        Quantity("pages", "Pages a request", 100_000, "10"),
        Quantity("searches", "Searches a request", 10_000, "1"),
        Quantity("generations", "Generations a request", 10_000, "1"),
        # How many tokens a picture or a second of sound takes differs by model and settings: only the visitor can say.
        Quantity("image_tokens", "Image tokens a request", 10_000_000),
        Quantity("audio_input_tokens", "Audio input tokens a request", 10_000_000),
        Quantity("audio_output_tokens", "Audio output tokens a request", 10_000_000),
        Quantity("cached", "Cached input, %", 100, "0", whole=False),
        Quantity("batch", "Sent as a batch, %", 100, "0", whole=False),
    )
}


class Field(NamedTuple):
    """A number as the form shows it: what was typed, and what is wrong with it."""

    key: str
    label: str
    value: str
    whole: bool
    error: str


@dataclass(frozen=True)
class Workload:
    """`values` are the numbers; a quantity that is blank is absent. `size` is a condition such as `720p`, or blank.

    `service` is how the requests are run that are no batch: `priority`, `flex`, or blank for the ordinary way.
    """

    values: dict[str, Decimal]
    size: str = ""
    service: str = ""
    basis: str = DEFAULT_BASIS
    typed: dict[str, str] = field(default_factory=dict)  # as it came, for the form
    errors: dict[str, str] = field(default_factory=dict)

    def fields(self, keys: list[str]) -> list[Field]:
        asked = [QUANTITIES[key] for key in keys]
        return [Field(q.key, q.label, self.typed.get(q.key, ""), q.whole, self.errors.get(q.key, "")) for q in asked]

    def share(self, key: str) -> Decimal:
        return self.values.get(key, Decimal(0)) / 100


def read(params: QueryDict, sizes: list[str], services: list[str] | None = None) -> Workload:
    """The workload of an address: what it leaves out is the example, what it leaves blank is not stated.

    `sizes` and `services` are those that one of the models has a price for.
    """
    typed = {key: params.get(key, quantity.usual).strip()[:40] for key, quantity in QUANTITIES.items()}
    values, errors = {}, {}
    for key, text in typed.items():
        value = number(QUANTITIES[key], text)
        if value is not None:
            values[key] = value
        elif text or key == "requests":
            errors[key] = f"{QUANTITIES[key].label} ({key}) must be {QUANTITIES[key].rule}."
    chosen = {}
    for key, offered in {"size": sizes, "service": services or []}.items():
        chosen[key] = params.get(key, "")
        if chosen[key] and chosen[key] not in offered:
            errors[key] = not_offered(key, chosen.pop(key), offered)
    basis, wrong = basis_of(params)
    if wrong:
        errors["prices"] = wrong[0]
    return Workload(values, basis=basis, typed=typed, errors=errors, **chosen)


@lru_cache(maxsize=2)
def example(basis: str = DEFAULT_BASIS) -> Workload:
    """The work that is shown before a visitor states his own."""
    return replace(read(QueryDict(), []), basis=basis)


def not_offered(key: str, asked: str, offered: list[str]) -> str:
    way_out = f"Known: {', '.join(offered)}." if offered else f"These models have none by {key}: leave it out."
    return f"{key.capitalize()} ({key}) “{asked[:40]}” has no price here. {way_out}"


def number(quantity: Quantity, text: str) -> Decimal | None:
    """The number that a text states, with or without commas between thousands; None where it is none, or out of bounds."""
    plain = re.sub(r"(?<=\d)[,  ](?=\d{3})", "", text)
    if not (plain.isascii() and NUMBER.fullmatch(plain)):
        return None
    value = Decimal(plain)
    return None if value > quantity.limit or (quantity.whole and value % 1) else value


def sizes(cards: list[Card]) -> list[str]:
    """The sizes, such as `720p`, by which one of the models is priced."""
    return sorted({rate.condition for card in cards for rate in card.rates if pricing.is_size(rate.condition)}, key=largeness)


def largeness(size: str) -> tuple[int, str]:
    digits = re.match(r"\d*", size)
    return int(digits[0] or 0) * (1000 if size.endswith("k") else 1) if digits else 0, size
