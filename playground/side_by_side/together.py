"""What one prompt would cost with several models together."""

from dataclasses import dataclass
from decimal import Decimal

from playground.workbench.estimate import Estimate, Range


@dataclass(frozen=True)
class Together:
    """The sum of what is known; `unknown` names the models that are not in it."""

    ranges: list[Range]
    unknown: list[str]


def together(made: list[Estimate | None]) -> Together | None:
    """The sum over the columns; None for fewer than two that can be estimated."""
    found = [one for one in made if one]
    known = [one for one in found if one.free or one.ranges]
    if len(found) < 2 or not known:
        return None
    paid = [one.ranges for one in known if not one.free]
    sums = [Range(same[0].basis, lows(same), highs(same)) for same in zip(*paid, strict=True)]
    return Together(sums, [one.card.slug for one in found if one not in known])


def lows(ranges: tuple[Range, ...]) -> Decimal:
    return sum((one.low for one in ranges if one.low), Decimal(0))


def highs(ranges: tuple[Range, ...]) -> Decimal | None:
    """None where one of them has no known upper end."""
    known = [one.high for one in ranges if one.high is not None]
    return sum(known, Decimal(0)) if len(known) == len(ranges) else None
