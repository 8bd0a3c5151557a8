"""How numbers are written."""

from decimal import Decimal

import pytest

from catalog import figures
from catalog.costs import pricing


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "$0"), ("0.03", "$0.030"), ("0.015", "$0.015"), ("0.4", "$0.40"), ("0.435", "$0.435"), ("0.1875", "$0.1875"),
        ("0.00005", "<$0.0001"), ("0.0001", "$0.0001"), ("1.25", "$1.25"), ("10", "$10.00"), ("1234.5", "$1,234.50"),
    ],
)  # fmt: skip
def test_writes_a_listed_amount_as_exact_as_it_is(amount: str, text: str) -> None:
    assert figures.money(Decimal(amount)) == text


@pytest.mark.parametrize(("listed", "text"), [("0.03", "$0.0316"), ("0.30", "$0.316"), ("15", "$15.79"), ("0.95", "$1.00")])
def test_writes_a_computed_amount_with_three_digits(listed: str, text: str) -> None:
    assert figures.money(pricing.effective(Decimal(listed), Decimal("0.05"))) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [("0", "$0"), ("0.000001", "<$0.00001"), ("0.00099", "$0.00099"), ("0.0155", "$0.0155"), ("2.345", "$2.35")],
)
def test_writes_the_cost_of_a_run(amount: str, text: str) -> None:
    assert figures.run_cost(Decimal(amount)) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (500, "500"), (8192, "8K"), (131072, "131K"), (999_499, "999K"), (999_999, "1M"), (1_000_000, "1M"), (1_048_576, "1.05M"),
        (10_000_000, "10M"),
    ],
)
def test_writes_tokens_short(count: int, text: str) -> None:
    assert figures.tokens(count) == text


@pytest.mark.parametrize(
    ("count", "meter", "text"),
    [
        (1, "images", "1 image"), (1, "searches", "1 search"), (2.0, "video_seconds", "2 video seconds"), (0, "pages", "0 pages"),
        (0.043667, "audio_minutes", "0.0437 audio minutes"), (1234.5, "audio_seconds", "1,235 audio seconds"),
        (1024, "input_tokens", "1,024 input tokens"),
    ],
)  # fmt: skip
def test_writes_what_was_counted_in_words(count: float, meter: str, text: str) -> None:
    assert figures.counted(count, meter) == text
