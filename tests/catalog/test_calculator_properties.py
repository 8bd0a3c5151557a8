"""Whatever the prices and the work: the cost is the sum worked out by hand, and what is unknown never becomes a number."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.cards import Card, Rate
from catalog.costs.calculator import bill
from catalog.costs.workload import QUANTITIES, Workload

DAY = date(2026, 11, 1)
TOKENS = ("input_tokens", "output_tokens", "cache_read_tokens")
TIERS = ("prompt>1000", "prompt>200000")
SERVED = ("batch", "batch+prompt>1000", "batch+prompt>200000", "flex", "flex+prompt>1000", "priority")
CONDITIONS = ("", *TIERS, *SERVED)
AMOUNTS = st.decimals(0, 10**6, places=12)
TABLES = st.fixed_dictionaries({}, optional={(meter, condition): AMOUNTS for meter in TOKENS for condition in CONDITIONS})
EDGES = [Decimal(count) for count in (0, 1, 1000, 1001, 200_000, 200_001, 10_000_000)]
KINDS = {"speech": "characters", "image": "images", "video": "video_seconds", "transcription": "audio_minutes", "ocr": "pages"}
PER = {"characters": 1000}


@pytest.fixture(scope="module")
def blank(small_catalog) -> Card:
    return small_catalog[1].by_slug["acme/talk-large"]


def numbers(*keys: str) -> st.SearchStrategy[dict[str, Decimal]]:
    """Any of these numbers of the workload, each within its limit, some of them blank."""

    def one(key: str) -> st.SearchStrategy[Decimal]:
        some = st.decimals(0, QUANTITIES[key].limit, places=0 if QUANTITIES[key].whole else 4)
        return some | st.sampled_from(EDGES) if "tokens" in key else some

    return st.fixed_dictionaries({"requests": one("requests")}, optional={key: one(key) for key in keys})


def priced(card: Card, table: dict[tuple[str, str], Decimal], modality: str) -> Card:
    rates = tuple(Rate(meter, condition, amount, "litellm", "", DAY) for (meter, condition), amount in table.items())
    return replace(card, rates=rates, modality=modality, endpoints=(modality,))


def reached(conditions: Iterable[str], prompt: Decimal, service: str) -> int:
    """By hand: the highest bound of a service below the prompt."""
    start = f"{service}+prompt>" if service else "prompt>"
    bounds = [int(condition.removeprefix(start)) for condition in conditions if condition.startswith(start)]
    return max((bound for bound in bounds if prompt > bound), default=0)


def rate_by_hand(table: dict, meter: str, prompt: Decimal, service: str) -> Decimal | None:
    """By hand: what a meter costs in a service, at a prompt of that size; None where no price covers it."""
    usual, own = (reached({c for _, c in table}, prompt, kind) for kind in ("", service))
    tiered = table.get((meter, f"{service}+prompt>{own}" if service else f"prompt>{own}")) if own else None
    if not service:
        return table.get((meter, "")) if tiered is None else tiered
    if (meter, f"prompt>{usual}") in table and (tiered is None or own < usual):
        return None
    return table.get((meter, service)) if tiered is None else tiered


def cost_by_hand(table: dict, work: dict[str, Decimal], asked: str) -> Fraction | None:
    """By hand: requests, in the service that is asked for and batched, times tokens, cached and not, times price."""
    if "input_tokens" not in work or "output_tokens" not in work:
        return None
    prompt, requests = work["input_tokens"], Fraction(work["requests"])
    cached = Fraction(prompt) * Fraction(work.get("cached", Decimal(0))) / 100
    wanted = {"input_tokens": prompt, "output_tokens": work["output_tokens"], "cache_read_tokens": cached}
    batchable = any(count and rate_by_hand(table, meter, prompt, "batch") is not None for meter, count in wanted.items())
    share = Fraction(work.get("batch", Decimal(0))) / 100 if batchable else Fraction(0)
    if not work["input_tokens"] and not work["output_tokens"]:
        return None
    total = Fraction(0)
    for service, part in ((asked, requests * (1 - share)), ("batch", requests * share)):
        if part or (not requests and service != "batch"):
            one = request_by_hand(table, prompt, work["output_tokens"], cached, service)
            if one is None:
                return None
            total += part * one
    return total


def request_by_hand(table: dict, prompt: Decimal, output: Decimal, cached: Fraction, service: str) -> Fraction | None:
    rates = {meter: rate_by_hand(table, meter, prompt, service) for meter in TOKENS}
    apart = cached if rates["cache_read_tokens"] is not None else Fraction(0)
    counts = {"input_tokens": Fraction(prompt) - apart, "output_tokens": Fraction(output), "cache_read_tokens": apart}
    if any(count and rates[meter] is None for meter, count in counts.items()):
        return None
    return sum((count * Fraction(rates[meter]) / 10**6 for meter, count in counts.items() if count), Fraction(0))


@settings(max_examples=300)
@given(
    table=TABLES, work=numbers("input_tokens", "output_tokens", "cached", "batch"),
    service=st.sampled_from(["", "flex", "priority"]),
)
def test_the_cost_of_tokens_is_the_sum_by_hand(blank, table, work, service):
    total = bill(priced(blank, table, "chat"), Workload(work, service=service)).total
    assert (None if total is None else Fraction(total)) == cost_by_hand(table, work, service)


@given(kind=st.sampled_from(list(KINDS)), amount=st.none() | AMOUNTS, data=st.data())
def test_the_cost_of_other_things_is_a_product(blank, kind, amount, data):
    meter = KINDS[kind]
    work = data.draw(numbers(meter))
    table = {} if amount is None else {(meter, ""): amount}
    found = bill(priced(blank, table, kind), Workload(work))
    if amount is None or not work.get(meter):
        assert found.total is None and found.effective is None and found.missing
    else:
        assert Fraction(found.total) == Fraction(work["requests"]) * Fraction(work[meter]) * Fraction(amount) / PER.get(meter, 1)


@given(table=TABLES, work=numbers("input_tokens", "output_tokens", "cached", "batch"))
def test_there_is_a_total_or_a_reason(blank, table, work):
    found = bill(priced(blank, table, "chat"), Workload(work))
    assert (found.total is None) == bool(found.missing)
    assert (found.effective is None) == (found.total is None)
    assert all(line.rate.amount == table[line.rate.meter, line.rate.condition] for line in found.lines)
