"""What a month of work costs with each model, and how that is worked out. Amounts are exact; no price is never zero."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext

from django.conf import settings

from catalog import figures
from catalog.cards import Card, Rate
from catalog.costs import pricing
from catalog.costs.pricing import METERS, Priced
from catalog.costs.workload import QUANTITIES, Workload
from catalog.endpoints import ENDPOINTS
from catalog.programs.export import EFFECTIVE_PLACES

EXACT = Context(prec=100)  # more digits than the largest workload at the longest price has
PER = {Decimal(1_000_000): " / 1M", Decimal(1000): " / 1K", Decimal(1): ""}
SERVICES = ("flex", "priority")  # what requests may be asked to be run as; a batch is a share of them
# What a request is counted by, where the endpoint itself states no alternatives. The first set that is priced counts.
WAYS: dict[str, tuple[tuple[str, ...], ...]] = {
    "chat": (("input_tokens", "output_tokens"),),
    "video": (("video_seconds",), ("generations",)),
    "speech": (("characters",), ("input_tokens", "audio_output_tokens"), ("input_tokens", "output_tokens")),
    "transcription": (("audio_minutes",), ("audio_input_tokens", "output_tokens")),
    "model_3d": (("generations",),),
    "embedding": (("input_tokens",),),
    "moderation": (("input_tokens", "output_tokens"), ("input_tokens",)),
    "translation": (("characters",), ("input_tokens", "output_tokens")),
    "classification": (("input_tokens", "output_tokens"), ("input_tokens",)),
    "detection": (("images",),),
    "ocr": (("pages",), ("input_tokens", "output_tokens")),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One product of the sum: so many requests, each with so much of one meter, at one rate."""

    service: str
    requests: Decimal
    count: Decimal
    rate: Rate
    amount: Decimal

    @property
    def formula(self) -> str:
        """`1,000 requests × 500 tokens × $2.50 / 1M = $1.25`, every number exact."""
        requests = f"{self.service} requests".strip()
        what = f"{grouped(self.requests)} {requests} × {product(self.count, self.rate)}"
        return f"{what} = {figures.exact(self.amount)}"


@dataclass(frozen=True, slots=True)
class Bill:
    """A month with one model. `missing` says why there is no total; `notes` how something was counted."""

    card: Card
    lines: tuple[Line, ...]
    missing: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def total(self) -> Decimal | None:
        """List cost in US dollars, None where a price or a number is missing."""
        if self.missing or not self.lines:
            return None
        with localcontext(EXACT):
            return sum((line.amount for line in self.lines), Decimal(0))

    @property
    def effective(self) -> Decimal | None:
        """What that costs once the top-up fee is counted, to twelve places: the division has no end."""
        if self.total is None:
            return None
        with localcontext(EXACT):
            return pricing.effective(self.total, settings.TOP_UP_FEE).quantize(EFFECTIVE_PLACES)

    @property
    def free(self) -> bool:
        return self.total is not None and all(line.rate.free for line in self.lines)


def product(count: Decimal, rate: Priced) -> str:
    """`500 tokens × $2.50 / 1M`, every number exact."""
    meter = METERS[rate.meter]
    noun = "tokens" if "tokens" in meter.key else meter.key.rpartition("_")[2]
    return f"{grouped(count)} {noun} × {figures.exact(rate.amount)}{PER[meter.per]}"


def grouped(count: Decimal) -> str:
    """`1,000`, `0.5`: exact, thousands apart."""
    whole, dot, decimals = figures.plain(count).partition(".")
    return f"{int(whole):,}{dot}{decimals}"


def way(card: Card, kind: str | None = None) -> tuple[str, ...]:
    """The meters that a request of this model is counted by: the first set that it prices, else the first of its kind.

    `kind` is another modality than the model's own, where an endpoint of that is asked.
    """
    priced = {rate.meter for rate in card.headlines}
    kind = kind or card.modality or ""
    sets = getattr(ENDPOINTS.get(kind), "ALTERNATIVES", ()) or WAYS.get(kind, ())
    return next((meters for meters in sets if priced.issuperset(meters)), sets[0] if sets else ())


def fields(cards: list[Card]) -> list[str]:
    """The numbers to ask for: those that the models are counted by, and cache and batch where they make a difference."""
    talking = not cards or any(card.modality == "chat" for card in cards)
    asked = {"requests"} | {meter for card in cards for meter in way(card)} | (set(WAYS["chat"][0]) if not cards else set())
    rates = [rate for card in cards for rate in card.rates]
    if talking or any(rate.meter == "cache_read_tokens" for rate in rates):
        asked.add("cached")
    if talking or any(rate.condition.startswith("batch") for rate in rates):
        asked.add("batch")
    return [key for key in QUANTITIES if key in asked]


def services(cards: list[Card]) -> list[str]:
    """The services that one of the models has a price for, of what it is counted by."""
    priced = {rate.condition.partition("+")[0] for card in cards for rate in card.rates if rate.meter in way(card)}
    return [service for service in SERVICES if service in priced]


def bills(cards: list[Card], work: Workload) -> list[Bill]:
    return [bill(card, work) for card in cards]


def bill(card: Card, work: Workload) -> Bill:
    meters = way(card)
    if not meters:
        return Bill(card, (), ("What kind of model this is, and so what it counts, is unknown.",), ())
    unstated = [f"{QUANTITIES[m].label}: not stated. This model is priced by it." for m in meters if m not in work.values]
    with localcontext(EXACT):
        usage = used(card, meters, work)
        parts = [part(card, work, usage, *share) for share in shares(card, work, usage)]
    lines = tuple(line for found, _ in parts for line in found)
    missing = tuple(dict.fromkeys(reason for _, reasons in parts for reason in reasons))
    nothing = () if lines or missing or unstated else ("Nothing is counted: every amount a request is 0.",)
    return Bill(card, lines, (*unstated, *missing, *nothing), tuple(dict.fromkeys(notes(card, work, usage))))


def used(card: Card, meters: tuple[str, ...], work: Workload) -> dict[str, Decimal]:
    """What one request counts, as a usage object has it: cached tokens are part of the input."""
    usage = {meter: work.values[meter] for meter in meters if meter in work.values}
    if "input_tokens" in usage and work.share("cached"):
        usage["cache_read_tokens"] = usage["input_tokens"] * work.share("cached")
    if any(rate.meter == "requests" for rate in card.headlines):
        usage["requests"] = Decimal(1)
    return usage


def shares(card: Card, work: Workload, usage: dict[str, Decimal]) -> Iterator[tuple[str, Decimal]]:
    """`(service, requests)`: a batch where one of the counted meters has a batch price, all else as it is asked for."""
    requests = work.values.get("requests", Decimal(0))
    batched = requests * work.share("batch") if batchable(card, work, usage) else Decimal(0)
    if batched < requests or not requests:
        yield work.service, requests - batched
    if batched:
        yield "batch", batched


def batchable(card: Card, work: Workload, usage: dict[str, Decimal]) -> bool:
    return any(meter in table(card, work, "batch") for meter, count in usage.items() if count)


def table(card: Card, work: Workload, service: str = "") -> dict[str, Rate]:
    """The prices that apply: one tier by the size of the prompt, and one size of the output where it is stated."""
    found = pricing.applying(card.rates, int(work.values.get("input_tokens", 0)), service)
    if not work.size or service:
        return found
    by_size = {rate.meter for rate in card.rates if pricing.is_size(rate.condition)}
    chosen = {rate.meter: rate for rate in card.rates if rate.condition == work.size}
    return {meter: rate for meter, rate in found.items() if meter not in by_size} | chosen


Parts = tuple[list[Line], list[str]]


def part(card: Card, work: Workload, usage: dict[str, Decimal], service: str, requests: Decimal) -> Parts:
    """The lines of one service, and the prices that they lack."""
    rates = table(card, work, service)
    # Only cached input may be counted as its whole: what else is priced apart must have a price in a batch, too.
    apart = rates.keys() | usage.keys() - {"cache_read_tokens"}
    counts = {meter: count for meter, count in pricing.billed(usage, apart).items() if count}
    missing = [unpriced(meter, service, work) for meter in counts if meter not in rates]
    lines = [line(service, requests, count, rates[meter]) for meter, count in counts.items() if meter in rates]
    return sorted(lines, key=lambda found: list(METERS).index(found.rate.meter)), missing


def line(service: str, requests: Decimal, count: Decimal, rate: Rate) -> Line:
    return Line(service, requests, count, rate, requests * count * rate.amount / METERS[rate.meter].per)


def unpriced(meter: str, service: str, work: Workload) -> str:
    size = work.size if METERS[meter].key in ("video_seconds", "images") else ""
    named = ", ".join(filter(None, (METERS[meter].label.lower(), service, size)))
    return f"No source states a price for {named} (per {METERS[meter].unit})."


def notes(card: Card, work: Workload, usage: dict[str, Decimal]) -> Iterator[str]:
    """How something was counted that has no price of its own, or has one that the workload does not reach."""
    plain, batch = table(card, work, work.service), table(card, work, "batch")
    batched = bool(work.share("batch")) and batchable(card, work, usage)
    if work.share("batch") and not batched:
        yield f"No batch price is known for such requests: all are counted at the {work.service or 'ordinary'} price."
    if usage.get("cache_read_tokens"):
        if "cache_read_tokens" not in plain and "input_tokens" in plain:
            yield f"No {f'{work.service} price' if work.service else 'price'} for cached input is known: it is counted as input."
        elif batched and "cache_read_tokens" not in batch and "input_tokens" in batch:
            yield "No price for cached input in a batch is known: there it is counted as input."
        if "cache_write_tokens" in plain:
            yield "Writing to the cache has a price of its own and is not counted."
    if "output_tokens" in usage and differently(plain, "reasoning_tokens", "output_tokens"):
        yield "Reasoning has a price of its own; here it is counted as output."
    yield from unfit(card, usage)
    if not work.size and any(pricing.is_size(rate.condition) for rate in card.rates):
        yield "Some sizes have a price of their own: choose a size above."


def unfit(card: Card, usage: dict[str, Decimal]) -> Iterator[str]:
    """What the model is known not to take, although it can be priced."""
    read, written = usage.get("input_tokens", Decimal(0)), usage.get("output_tokens", Decimal(0))
    if card.context_window and read + written > card.context_window:
        yield f"{grouped(read + written)} tokens a request are more than its context window of {card.context_window:,}."
    if card.max_output and written > card.max_output:
        yield f"{grouped(written)} tokens of output are more than its longest output of {card.max_output:,}."


def differently(rates: dict[str, Rate], meter: str, other: str) -> bool:
    return meter in rates and other in rates and rates[meter].amount != rates[other].amount
