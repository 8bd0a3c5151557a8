"""Applies what people decided of ids that waited: each from the rows that were kept with it, without asking its source."""

from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter

from catalog.imports.applying import apply
from catalog.imports.planning import plan
from catalog.models import Match
from catalog.sources import READERS
from catalog.sources.rows import Row

PLACE = "ids that a person decided"  # no address, so that it does not count as a reading of the source


def apply_decided(matches: Iterable[Match], by: str) -> None:
    """Raises `Busy`; then the next reading of the source applies them."""
    readers = {module.KEY: name for name, module in READERS.items() if module.KEY}
    for source, some in groupby(sorted(matches, key=attrgetter("source")), attrgetter("source")):
        kept = [*some]
        rows = [row for match in kept for row in rows_of(match)]
        if rows and source in readers:
            apply(plan(readers[source], rows, only=[match.upstream_id for match in kept]), by=by, place=PLACE)


def rows_of(match: Match) -> list[Row]:
    """As `matching.keep` kept them."""
    claims = dict(match.row)
    slug, aliases, beside = claims.pop("slug", ""), claims.pop("aliases", ()), claims.pop("beside", ())
    upstream = match.upstream_id if match.source == "gateway" else ""
    return [Row(slug, tuple(aliases), one, upstream) for one in (claims, *beside)] if slug else []
