"""`python -m bench.loading N`: puts a synthetic catalog into the empty tables of DATA_DIR, as an import would have left it.

Written straight into the tables by the same rules that imports settle by, since planning 100,000 models takes many minutes.
"""

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from itertools import batched
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - needs the apps, which are ready from here on
from django.db import transaction  # noqa: E402

from bench import catalogs  # noqa: E402
from catalog import bundle  # noqa: E402
from catalog.claims import facts  # noqa: E402
from catalog.claims.settling import plain  # noqa: E402
from catalog.imports.comparing import statements  # noqa: E402
from catalog.models import Alias, Change, Claim, Model, Price, Provider, Source, Version  # noqa: E402
from catalog.sources.rows import Row  # noqa: E402

BATCH = 2000  # models
HAD_ANOTHER_PRICE = 4  # every fourth model
BEFORE = timedelta(days=180)  # so long that price held
HIGHER = Decimal("1.25")  # and it was this many times today's


@dataclass
class Rows:
    """What a batch of models becomes, in the order in which it is written."""

    aliases: list[Alias] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    prices: list[Price] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


def main() -> None:
    call_command("migrate", interactive=False, verbosity=0)
    load(catalogs.catalog(int(sys.argv[1])))


@transaction.atomic
def load(stated: list[catalogs.Stated]) -> None:
    """Writes the models, then the bundled collections, and notes the bundle as loaded so that no start loads it as well."""
    makers = make_providers({catalogs.maker(model) for model in stated})
    ranks = Source.ranks()
    for number, some in enumerate(batched(stated, BATCH)):
        write(some, makers, ranks, number * BATCH)
    bundle.note_loaded()
    Version.bump()


def make_providers(slugs: set[str]) -> dict[str, Provider]:
    known = catalogs.providers()
    rows = [Provider(slug=slug, name=known[slug][0], url=known[slug][1]) for slug in sorted(slugs)]
    return {row.slug: row for row in Provider.objects.bulk_create(rows)}


def write(some: Iterable[catalogs.Stated], makers: dict[str, Provider], ranks: facts.Ranks, start: int) -> None:
    """A batch of models with all that belongs to them."""
    made = [(Model(slug=one["slug"], provider=makers[catalogs.maker(one)]), said(one), one["aliases"]) for one in some]
    for row, claims, _ in made:
        facts.settle(row, claims, ranks)
    Model.objects.bulk_create([row for row, _, _ in made])
    rows = Rows()
    for number, (row, claims, aliases) in enumerate(made, start):
        rows.aliases += [Alias(slug=slug, model=row) for slug in aliases]
        follow(rows, row, claims, ranks, number)
    for several in (rows.aliases, rows.claims, rows.prices, rows.changes):
        if several:
            type(several[0]).objects.bulk_create(several, BATCH)


def said(stated: catalogs.Stated) -> list[Any]:
    rows = [Row(stated["slug"], tuple(stated["aliases"]), claim) for claim in stated["claims"]]
    return [one for row in rows for one in statements(row).values()]


def follow(rows: Rows, row: Model, said: list[Any], ranks: facts.Ranks, number: int) -> None:
    """Adds the claims of a model and what they come to."""
    claims = [Claim(model=row, **one_claim(one)) for one in said]
    prices = [price(row, *key, amount) for key, amount in facts.prices(claims, ranks).items()]
    rows.claims += claims
    rows.prices += prices
    if number % HAD_ANOTHER_PRICE == 0:
        rows.prices += [earlier(one) for one in prices]
        rows.changes += changes(prices)


def one_claim(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("field", "value", "source", "as_of", "url", "doubt")}


def price(row: Model, meter: str, condition: str, shown: facts.Amount) -> Price:
    by = shown.claim
    return Price(
        model=row, meter=meter, condition=condition, amount=shown.amount, source=by.source, source_url=by.url,
        valid_from=by.as_of,
    )  # fmt: skip


def earlier(now: Price) -> Price:
    """The price that held before `now`."""
    return Price(
        model=now.model, meter=now.meter, condition=now.condition, amount=now.amount * HIGHER, source=now.source,
        source_url=now.source_url, valid_from=now.valid_from - BEFORE, valid_to=now.valid_from,
    )  # fmt: skip


def changes(prices: list[Price]) -> Iterator[Change]:
    for now in prices:
        field, at = facts.price_field(now.meter, now.condition), datetime.combine(now.valid_from, time(12), UTC)
        yield Change(
            model=now.model, field=field, before=plain(now.amount * HIGHER), after=plain(now.amount), source=now.source, at=at,
            valid_from=now.valid_from,
        )  # fmt: skip


if __name__ == "__main__":
    main()
