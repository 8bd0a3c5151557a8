"""What a gateway itself says that a call cost, in US dollars: in the answer's `usage`, or in a header."""

from decimal import Decimal, InvalidOperation
from typing import Any

from catalog.endpoints.answers import LARGEST_FIGURE
from gateway.exchange import Exchange

IN_USAGE = ("cost", "cost_usd")  # dollars
HEADER = "x-cost-cents"


def cost(exchange: Exchange | None, usage: Any) -> Decimal | None:
    """What the `usage` object says, else the header; a stream's header was written before the cost was known. None where
    neither tells an amount that is one.
    """
    found = [usage.get(name) for name in IN_USAGE] if isinstance(usage, dict) else []
    cents = amount(exchange.header(HEADER) if exchange else None)
    told = [dollars for value in found if (dollars := amount(value)) is not None]
    return told[0] if told else cents / 100 if cents is not None else None


def amount(value: Any) -> Decimal | None:
    """A number, or a text that is one: finite, not negative, of no absurd size."""
    if isinstance(value, bool) or not isinstance(value, int | float | str) or len(str(value)) > 40:
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() and 0 <= found < Decimal(LARGEST_FIGURE) else None
