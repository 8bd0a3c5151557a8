"""What the shared prompt would cost with each of several models, and with all of them together."""

from dataclasses import dataclass, replace
from decimal import Decimal

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from catalog.endpoints.answers import text_of
from catalog.snapshot import Snapshot
from playground import columns, columns_form
from playground.columns import SideBySide
from playground.estimate import Estimate, Range, estimates
from playground.forms import Submission


@dataclass(frozen=True)
class Together:
    """The sum of what is known; `unknown` names the models that are not in it."""

    ranges: list[Range]
    unknown: list[str]


async def of(found: SideBySide) -> list[Estimate | None]:
    """One for each column, in their order."""
    return await estimates([column.found for column in found.columns])


def begin(found: SideBySide, now: Snapshot) -> None:
    """Gives columns that a newcomer finds the calls that their form would make."""
    post = as_sent(found.shared)
    for column in found.columns:
        made = replace(column)
        columns_form.read_column(made, post, MultiValueDict(), now)
        columns_form.translate(made, found.shared)
        column.found.call = made.found.call


def as_sent(shared: Submission) -> QueryDict:
    """The shared form's fields as a browser sends them; a file is its sample."""
    post = QueryDict(mutable=True)
    for name, value in shared.typed.items():
        if name == "messages":
            post.setlist("role", [message["role"] for message in value])
            post.setlist("content", [text_of(message["content"]) for message in value])
        elif isinstance(value, str) and value.startswith("@"):
            post[f"{name}_sample"] = "on"
        elif value not in (None, False):
            post[name] = columns.as_text(value)
    return post


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
