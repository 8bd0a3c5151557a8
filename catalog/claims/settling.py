"""Brings models in line with their claims: facts and prices of many at once, each change kept as a `Change`.

Rows never change on their own: they follow from the claims, whoever wrote those (a load, an import, a person).
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import batched
from typing import Any, NamedTuple

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Max
from django.utils import timezone

from catalog import figures
from catalog.claims import facts
from catalog.claims.facts import Amount, Ranks
from catalog.models import Change, Claim, Edit, Model, Price, Source
from catalog.vocabulary import PIN

BATCH = 500
ORDER = "order"  # the actor where a person gave the sources another order
Key = tuple[int, str, str]  # a model's pk, meter, condition


class Actor(NamedTuple):
    """Who is behind the changes: a source, or with `by` a person; `edits` is what those of each model are undone with."""

    source: str
    by: str = ""
    edits: Mapping[int, Edit] = {}


@dataclass
class Settled:
    """How many models changed, and how many price rows were written."""

    changed: set[int] = field(default_factory=set)
    prices: int = 0


def settle(models: Iterable[Model], actor: Actor, created: Collection[int] = ()) -> Settled:
    """Writes what the claims of `models` come to. What a model in `created` begins with is no change of it."""
    done, ranks = Settled(), Source.ranks()
    for some in batched(models, BATCH):
        batch = {model.pk: model for model in some}
        found = claims(batch)
        changes = [*settle_facts(batch, found, ranks, actor, done), *settle_prices(found, ranks, actor, created, done)]
        Change.objects.bulk_create(changes, BATCH)
    return done


def claims(models: Collection[int]) -> dict[int, list[Claim]]:
    found: dict[int, list[Claim]] = {pk: [] for pk in models}
    for claim in Claim.objects.filter(model__in=models):
        found[claim.model_id].append(claim)
    return found


def settle_facts(
    models: dict[int, Model], found: dict[int, list[Claim]], ranks: Ranks, actor: Actor, done: Settled
) -> Iterator[Change]:
    changed = {pk: fields for pk, model in models.items() if (fields := facts.settle(model, found[pk], ranks))}
    names = sorted({name for fields in changed.values() for name in fields})
    if names:
        Model.objects.bulk_update([models[pk] for pk in changed], names, BATCH)
    done.changed |= set(changed)
    for pk, fields in changed.items():
        best = facts.by_field(found[pk], ranks)
        for name, (before, after) in fields.items():
            yield change(pk, name, before, after, actor, best[name][0].source if name in best else None)


def settle_prices(
    found: dict[int, list[Claim]], ranks: Ranks, actor: Actor, created: Collection[int], done: Settled
) -> Iterator[Change]:
    """Closes the rows of prices that changed and opens new ones; a price that only has another source keeps its row."""
    current = {(p.model_id, p.meter, p.condition): p for p in Price.objects.current().filter(model__in=found)}
    wanted = {(pk, *key): amount for pk, stated in found.items() for key, amount in facts.prices(stated, ranks).items()}
    differing = [key for key in dict.fromkeys([*current, *wanted]) if differs(current.get(key), wanted.get(key))]
    attribute([(price, wanted[key].claim) for key, price in current.items() if key in wanted and key not in set(differing)])
    ends = ended([key for key in differing if key not in current])
    days = {key: max(day(current.get(key), wanted.get(key), actor), ends.get(key, date.min)) for key in differing}
    close([current[key] for key in differing if key in current], days)
    Price.objects.bulk_create([opened(key, wanted[key], days[key]) for key in differing if key in wanted], BATCH)
    done.prices += sum((key in current) + (key in wanted) for key in differing)
    for key in differing:
        if key in current or key[0] not in created:
            yield price_change(key, current.get(key), wanted.get(key), days[key], actor)


def differs(old: Price | None, new: Amount | None) -> bool:
    return old is None or new is None or old.amount != new.amount


def attribute(pairs: list[tuple[Price, Claim]]) -> None:
    """Names the source that now stands behind an amount that stays."""
    moved = [(price, claim) for price, claim in pairs if (price.source, price.source_url) != (claim.source, claim.url)]
    for price, claim in moved:
        price.source, price.source_url = claim.source, claim.url
    Price.objects.bulk_update([price for price, _ in moved], ["source", "source_url"], BATCH)


def day(old: Price | None, new: Amount | None, actor: Actor) -> date:
    """From when on the new state holds: as of the claim; from today where a person acts, or a lesser claim is what is left."""
    today = timezone.localdate()
    if new is None or actor.source in (PIN, ORDER) or (old and new.claim.as_of < old.valid_from):
        return max(today, old.valid_from) if old else today
    return new.claim.as_of


def ended(keys: list[Key]) -> dict[Key, date]:
    """Until when prices that are unknown now were known: a claim that is older must not speak of those days anew."""
    closed = Price.objects.closed().filter(model__in={pk for pk, _, _ in keys}).order_by()
    rows = closed.values_list("model_id", "meter", "condition").annotate(Max("valid_to"))
    return {(pk, meter, condition): end for pk, meter, condition, end in rows}


def close(prices: list[Price], days: dict[Key, date]) -> None:
    for price in prices:
        price.valid_to = days[price.model_id, price.meter, price.condition]
    Price.objects.bulk_update(prices, ["valid_to"], BATCH)


def opened(key: Key, shown: Amount, since: date) -> Price:
    pk, meter, condition = key
    return Price(
        model_id=pk, meter=meter, condition=condition, amount=shown.amount,
        source=shown.claim.source, source_url=shown.claim.url, valid_from=since,
    )  # fmt: skip


def price_change(key: Key, old: Price | None, new: Amount | None, since: date, actor: Actor) -> Change:
    said = new.claim.source if new else old.source if old else None
    made = change(key[0], facts.price_field(*key[1:]), old and old.amount, new and new.amount, actor, said)
    made.valid_from = since
    return made


def change(pk: int, name: str, before: Any, after: Any, actor: Actor, said: str | None) -> Change:
    """A person's change is theirs, whatever source it goes back to; else it is that of the source that is now shown."""
    source = PIN if actor.source == PIN else said or actor.source
    said_by = {"source": source, "by": actor.by, "edit": actor.edits.get(pk)}
    return Change(model_id=pk, field=name, before=plain(before), after=plain(after), **said_by)


def plain(value: Any) -> Any:
    """`value` as JSON has it: days as text, amounts as exact decimal text."""
    if isinstance(value, Decimal):
        return figures.plain(value)
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))
