"""Numbers as people read them. Rounding happens here and nowhere else."""

from decimal import ROUND_HALF_UP, Context, Decimal

SMALLEST = Decimal("0.0001")
STORED_PLACES = 12  # more decimals than a source states: the amount was computed, and three digits of it are enough


def money(amount: Decimal) -> str:
    """`$2.50`, `$0.030`, `$0.0316`; under a dollar as exact as it is, two digits at least, four decimals at most."""
    if amount == 0:
        return "$0"
    if amount < SMALLEST:
        return "<$0.0001"
    if amount >= 1:
        return f"${amount.quantize(Decimal('0.01'), ROUND_HALF_UP):,}"
    if -amount.as_tuple().exponent > STORED_PLACES:
        amount = Context(prec=3, rounding=ROUND_HALF_UP).plus(amount)
    rounded = amount.quantize(SMALLEST, ROUND_HALF_UP).normalize()
    digits = max(-rounded.as_tuple().exponent, 2 - rounded.adjusted() - 1, 2)
    return f"${rounded:.{min(digits, 4)}f}"


def run_cost(amount: Decimal) -> str:
    """Cost of one run: five decimals under a cent, two from a dollar on; never rounded down to nothing."""
    if amount == 0:
        return "$0"
    if amount < Decimal("0.00001"):
        return "<$0.00001"
    places = "0.00001" if amount < Decimal("0.01") else "0.0001" if amount < 1 else "0.01"
    return f"${amount.quantize(Decimal(places), ROUND_HALF_UP)}"


def tokens(count: int) -> str:
    """`8K`, `131K`, `1M`, `1.05M`: three digits at most."""
    for size, letter, least in ((1_000_000, "M", 999_500), (1_000, "K", 1_000)):
        if count >= least:  # what rounds to 1,000 of the smaller unit is 1 of the larger
            short = Decimal(count) / size
            rounded = short.quantize(Decimal("0.01") if size > 1000 and short < 10 else Decimal(1), ROUND_HALF_UP)
            return f"{rounded.normalize():f}{letter}"
    return str(count)


def plain(amount: Decimal) -> str:
    """An exact decimal without exponent or trailing zeros: `0.03`, `2.5`."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def exact(amount: Decimal) -> str:
    """All digits of an amount of dollars, two decimals at least: `$2.50`, `$1,234.00`, `$0.031640625`."""
    whole, _, decimals = plain(amount).partition(".")
    return f"${int(whole):,}.{decimals.ljust(2, '0')}"


def duration(milliseconds: float | None) -> str:
    """`0.61 s`, `31 ms`."""
    if milliseconds is None:
        return ""
    return f"{milliseconds:.0f} ms" if milliseconds < 100 else f"{milliseconds / 1000:.2f} s"


def counted(count: float, meter: str) -> str:
    """`1 image`, `1,024 input tokens`, `0.0437 audio minutes`: of a fraction three digits, of the whole all."""
    words = meter.replace("_", " ")
    if count == 1:
        words = words.removesuffix("es" if words.endswith("ches") else "s")
    number = Decimal(str(count))
    short = number if number == int(number) else Context(prec=max(3, number.adjusted() + 1), rounding=ROUND_HALF_UP).plus(number)
    return f"{f'{short:,f}'.removesuffix('.0')} {words}"
