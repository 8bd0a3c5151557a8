"""Meters, the units people quote them in, and what a call costs.

Amounts are `Decimal` US dollars per quoted unit (`$1.25` per 1M tokens). Nothing here rounds; display does.
No price is unknown (`None`), an amount of zero is free: the two never turn into each other.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

MILLION = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Meter:
    """One thing that is counted and paid for: `amount` buys `per` of it, and `unit` is how people write that."""

    key: str
    label: str
    unit: str
    per: Decimal


METERS = {
    meter.key: meter
    for meter in (
        Meter("input_tokens", "Input", "1M tokens", MILLION),
        Meter("output_tokens", "Output", "1M tokens", MILLION),
        Meter("cache_read_tokens", "Cache read", "1M tokens", MILLION),
        Meter("cache_write_tokens", "Cache write", "1M tokens", MILLION),
        Meter("reasoning_tokens", "Reasoning", "1M tokens", MILLION),
        Meter("audio_input_tokens", "Audio input", "1M tokens", MILLION),
        Meter("audio_output_tokens", "Audio output", "1M tokens", MILLION),
        Meter("image_tokens", "Image", "1M tokens", MILLION),
        Meter("characters", "Characters", "1K chars", Decimal(1000)),
        Meter("audio_minutes", "Audio", "minute", Decimal(1)),
        Meter("video_seconds", "Video", "second", Decimal(1)),
        Meter("audio_seconds", "Audio", "second", Decimal(1)),
        Meter("images", "Image", "image", Decimal(1)),
        Meter("pages", "Page", "page", Decimal(1)),
        Meter("requests", "Request", "request", Decimal(1)),
        Meter("searches", "Search", "search", Decimal(1)),
        Meter("generations", "Generation", "generation", Decimal(1)),
    )
}

# Part of another meter's count in `usage`, billed apart where a price says so, else at the other meter's price.
PART_OF = {
    "cache_read_tokens": "input_tokens",
    "cache_write_tokens": "input_tokens",
    "audio_input_tokens": "input_tokens",
    "reasoning_tokens": "output_tokens",
    "audio_output_tokens": "output_tokens",
}

SERVICE = r"batch|priority|flex"
SIZED_BY = ("size", "quality", "resolution")  # what a request says the size of a picture or video in
SIZE = r"480p|720p|768p|1080p|2k|4k|\d+x\d+|hd"
CONDITION = re.compile(rf"(?:(?:{SERVICE})(?:\+|$))?(?:prompt>\d+(?:\+|$))?(?:(?:{SIZE})(?:\+|$))?(?<!\+)")


class Priced(Protocol):
    """What `cost` needs of a price, whether it is a row or a frozen copy of one."""

    meter: str
    condition: str
    amount: Decimal


def is_condition(text: str) -> bool:
    """Whether `text` is in the grammar of conditions: blank, `batch`, `prompt>200000`, `1080p`, `batch+prompt>200000`."""
    return CONDITION.fullmatch(text) is not None


def effective(amount: Decimal, fee: Decimal) -> Decimal:
    """What a listed amount costs once `fee`, the fraction kept at credit top-up, is counted: list / (1 - fee)."""
    return amount / (1 - fee)


def tier(conditions: Iterable[str], prompt_tokens: int) -> str:
    """The plain size tier that a prompt falls in: the highest `prompt>N` below its size, or blank."""
    bounds = [int(c.removeprefix("prompt>")) for c in conditions if re.fullmatch(r"prompt>\d+", c)]
    met = [bound for bound in bounds if prompt_tokens > bound]
    return f"prompt>{max(met)}" if met else ""


def rates(prices: Iterable[Priced], prompt_tokens: int = 0, named: Collection[str] = ()) -> dict[str, Decimal]:
    """`{meter: amount}` that applies to a prompt of that size; the tier is chosen once, for every meter."""
    return {meter: price.amount for meter, price in applying(prices, prompt_tokens, named=named).items()}


def is_size(condition: str) -> bool:
    return re.fullmatch(SIZE, condition) is not None


def sizes(body: Any) -> set[str]:
    """What a request's body says of the size of its picture or video, as conditions are written."""
    named = [body.get(name) for name in SIZED_BY] if isinstance(body, dict) else []
    return {value.lower() for value in named if isinstance(value, str) and is_size(value.lower())}


def of_sizes[P: Priced](prices: Iterable[P], named: Collection[str]) -> list[P]:
    """The prices without those of sizes that are not named."""
    return [price for price in prices if price.condition in named or not is_size(price.condition)]


def applying[P: Priced](
    prices: Iterable[P], prompt_tokens: int = 0, service: str = "", named: Collection[str] = ()
) -> dict[str, P]:
    """`{meter: price}` of a service (blank, or `batch`) for a prompt of that size, and for the sizes of output that are named.

    A meter that the service prices below a bound only has no price above it: where plain calls get dearer there, so may these.
    """
    table = {(price.meter, price.condition): price for price in prices}
    usual = tier((condition for _, condition in table), prompt_tokens)
    if not service:
        sized = {meter: price for (meter, condition), price in table.items() if condition in named}
        return under(table, "") | under(table, usual) | sized
    bounds = (condition.removeprefix(f"{service}+") for _, condition in table if condition.startswith(f"{service}+"))
    own = tier(bounds, prompt_tokens)
    found = under(table, service) | (under(table, f"{service}+{own}") if own else {})
    dearer = under(table, usual) if usual else {}
    return {meter: price for meter, price in found.items() if meter not in dearer or bound(price.condition) >= bound(usual)}


def bound(condition: str) -> int:
    """The prompt size above which a condition holds: 200000 of `batch+prompt>200000`, else 0."""
    found = re.search(r"prompt>(\d+)", condition)
    return int(found[1]) if found else 0


def under[P](table: Mapping[tuple[str, str], P], condition: str) -> dict[str, P]:
    return {meter: price for (meter, found), price in table.items() if found == condition}


def measured[N](usage: Mapping[str, N], priced: Iterable[str], alternatives: Iterable[Iterable[str]]) -> Mapping[str, N]:
    """The counts to charge: where several sets of meters measure the same thing, the first that is both priced and counted."""
    known = set(priced)
    for meters in map(set, alternatives):
        if meters <= known and meters <= usage.keys():
            return {meter: usage[meter] for meter in meters}
    return usage


def billed(usage: Mapping[str, int | Decimal], priced: Iterable[str]) -> dict[str, Decimal]:
    """`usage` split so that nothing is counted twice: a part with a price of its own leaves the whole."""
    known = set(priced)
    counts = {meter: Decimal(str(count)) for meter, count in usage.items() if count and meter not in PART_OF}
    for part, whole in PART_OF.items():
        if part in known and usage.get(part):
            counts[part] = Decimal(str(usage[part]))
            counts[whole] = max(counts.get(whole, Decimal(0)) - counts[part], Decimal(0))
    return counts


def cost(usage: Mapping[str, int | Decimal], prices: Iterable[Priced], named: Collection[str] = ()) -> Decimal | None:
    """List cost in US dollars of `usage` (`{meter: count}`), or None when a counted meter has no known price.

    `named` are the sizes, such as `720p`, that the request asks for: a size with a price of its own costs that.

    Cached, reasoning and audio tokens are parts of the input and output counts, as OpenAI's usage object has them.
    """
    amounts = rates(prices, int(usage.get("input_tokens", 0)), named)
    counts = billed(usage, amounts)
    if not counts or any(count and meter not in amounts for meter, count in counts.items()):
        return None
    return sum((counts[m] * amounts[m] / METERS[m].per for m in counts if counts[m]), Decimal(0))
