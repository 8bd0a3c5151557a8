"""What a call costs: tiers, parts of a count, and the difference between unknown and free."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from catalog.costs.pricing import applying, cost, effective, is_condition, measured, rates


def price(meter: str, amount: str, condition: str = "") -> SimpleNamespace:
    return SimpleNamespace(meter=meter, condition=condition, amount=Decimal(amount))


PLAIN = [price("input_tokens", "1"), price("output_tokens", "4")]
TIERED = [*PLAIN, price("input_tokens", "2", "prompt>200000"), price("output_tokens", "6", "prompt>200000")]


def test_adds_up_what_was_counted() -> None:
    assert cost({"input_tokens": 1_000_000, "output_tokens": 500_000}, PLAIN) == 3


def test_an_unpriced_count_makes_the_cost_unknown() -> None:
    assert cost({"input_tokens": 10, "output_tokens": 10}, PLAIN[:1]) is None


def test_nothing_counted_is_unknown_and_not_free() -> None:
    assert cost({}, PLAIN) is None


def test_a_price_of_zero_is_free() -> None:
    assert cost({"input_tokens": 10}, [price("input_tokens", "0")]) == 0


@pytest.mark.parametrize(("prompt", "total"), [(200_000, "0.2"), (200_001, "0.400002")])
def test_the_tier_is_chosen_once_by_the_prompt(prompt: int, total: str) -> None:
    assert cost({"input_tokens": prompt}, TIERED) == Decimal(total)
    assert rates(TIERED, prompt)["output_tokens"] == (4 if prompt <= 200_000 else 6)


def test_cached_tokens_are_charged_at_their_own_price_and_only_once() -> None:
    prices = [*PLAIN, price("cache_read_tokens", "0.1")]
    assert cost({"input_tokens": 1_000_000, "cache_read_tokens": 600_000}, prices) == Decimal("0.46")


def test_a_part_without_a_price_of_its_own_stays_in_the_whole() -> None:
    assert cost({"output_tokens": 1_000_000, "reasoning_tokens": 900_000}, PLAIN) == 4


def test_batch_and_other_services_do_not_change_the_cost_of_a_plain_call() -> None:
    assert cost({"input_tokens": 1_000_000}, [*PLAIN, price("input_tokens", "0.5", "batch")]) == 1


BATCH = [*TIERED, price("input_tokens", "0.5", "batch"), price("output_tokens", "2", "batch")]


def amounts(prices: list, prompt: int) -> dict[str, Decimal]:
    return {meter: found.amount for meter, found in applying(prices, prompt, "batch").items()}


def test_batch_has_prices_of_its_own() -> None:
    assert amounts(BATCH, 1000) == {"input_tokens": Decimal("0.5"), "output_tokens": 2}


def test_a_batch_price_for_short_prompts_says_nothing_of_longer_ones_that_cost_more() -> None:
    assert amounts(BATCH, 200_001) == {}
    longer = [*BATCH, price("input_tokens", "1", "batch+prompt>200000")]
    assert amounts(longer, 200_001) == {"input_tokens": 1}
    assert amounts(longer, 200_000)["input_tokens"] == Decimal("0.5")


def test_where_meters_measure_the_same_the_first_priced_set_is_charged() -> None:
    usage, sets = {"images": 2, "input_tokens": 9, "image_tokens": 5}, (("images",), ("input_tokens", "image_tokens"))
    assert measured(usage, ["images", "input_tokens"], sets) == {"images": 2}
    assert measured(usage, ["input_tokens", "image_tokens"], sets) == {"input_tokens": 9, "image_tokens": 5}
    assert measured(usage, ["input_tokens"], sets) == usage


def test_characters_are_charged_by_the_thousand() -> None:
    assert cost({"characters": 79}, [price("characters", "0.03")]) == Decimal("0.00237")


def test_a_top_up_of_a_hundred_buys_ninety_five() -> None:
    assert effective(Decimal("95"), Decimal("0.05")) == 100


@pytest.mark.parametrize("text", ["", "batch", "prompt>200000", "1080p", "1024x1024", "hd", "batch+prompt>272000", "flex+2k"])
def test_knows_the_conditions(text: str) -> None:
    assert is_condition(text)


@pytest.mark.parametrize("text", ["Batch", "prompt>", "batch+", "+hd", "1080p+batch", "batch batch", "prompt<5"])
def test_refuses_other_conditions(text: str) -> None:
    assert not is_condition(text)
