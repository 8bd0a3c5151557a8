"""A person's word on a model: it becomes the claim of "pin", which no load or import overwrites, until it is taken back.

Rows never change on their own: they follow from the claims, and every step leaves a `Change`.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from catalog import facts, figures
from catalog.models import Change, Claim, Model, Price, Version

PIN = "pin"
Amounts = Mapping[tuple[str, str], Decimal | None]


@transaction.atomic
def edit(model: Model, stated: Mapping[str, Any], amounts: Amounts, unpinned: Iterable[str] = ()) -> None:
    """Pins facts (`{field: value}`) and prices (`{(meter, condition): amount}`, None for unknown), takes `unpinned` back.

    A field that is both stated and unpinned goes back to its sources. `model` itself stays as the caller has it.
    """
    row = Model.objects.select_for_update().get(pk=model.pk)
    for claim in claims(row, stated, amounts):
        said = {"value": claim.value, "as_of": claim.as_of, "url": "", "doubt": None}
        Claim.objects.update_or_create(said, model=row, field=claim.field, source=PIN)
    row.claims.filter(source=PIN, field__in=unpinned).delete()
    settle(row)
    Version.bump()


def claims(model: Model, stated: Mapping[str, Any], amounts: Amounts) -> Iterator[Claim]:
    """The claims of an edit, unsaved. In a fact made of parts only the parts that differ are pinned, with those before."""
    today = timezone.localdate()
    for field, value in stated.items():
        if isinstance(facts.UNKNOWN[field], dict):
            value = pinned_parts(model, field) | parts(getattr(model, field), value)
        yield Claim(model=model, field=field, value=plain(value), source=PIN, as_of=today)
    for key, amount in amounts.items():
        yield Claim(model=model, field=facts.price_field(*key), value=plain(amount), source=PIN, as_of=today)


def pinned_parts(model: Model, field: str) -> dict[str, Any]:
    return (model.pk and model.claims.filter(source=PIN, field=field).values_list("value", flat=True).first()) or {}


def parts(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What to pin so that `before` becomes `after`: a part that is no longer there is null."""
    return {key: after.get(key) for key in before | after if before.get(key) != after.get(key)}


def plain(value: Any) -> Any:
    """`value` as JSON has it: days as text, amounts as exact decimal text."""
    if isinstance(value, Decimal):
        return figures.plain(value)
    return value.isoformat() if isinstance(value, date) else value


def settle(model: Model) -> None:
    """Brings the row and the prices of one model in line with its claims."""
    found = list(model.claims.all())
    changed = facts.settle(model, found)
    model.save(update_fields=changed)
    Change.objects.bulk_create([change(model, field, *values) for field, values in changed.items()])
    settle_prices(model, facts.prices(found))


def settle_prices(model: Model, wanted: dict[tuple[str, str], facts.Amount]) -> None:
    current = {(price.meter, price.condition): price for price in model.prices.current()}
    for key in dict.fromkeys([*current, *wanted]):
        old, new = current.get(key), wanted.get(key)
        if old and new and old.amount == new.amount:
            attribute(old, new.claim)
        else:
            replace(model, key, old, new)


def attribute(price: Price, claim: Claim) -> None:
    """Names the source that now stands behind an amount that stays."""
    if price.source != claim.source:
        price.source, price.source_url = claim.source, claim.url
        price.save(update_fields=["source", "source_url"])


def replace(model: Model, key: tuple[str, str], old: Price | None, new: facts.Amount | None) -> None:
    """Closes the old row and opens the new one today; a second edit of the same day leaves a row that held for no day."""
    day = timezone.localdate()
    if old:
        day = old.valid_to = max(day, old.valid_from)
        old.save(update_fields=["valid_to"])
    if new:
        meter, condition = key
        Price.objects.create(
            model=model, meter=meter, condition=condition, amount=new.amount,
            source=new.claim.source, source_url=new.claim.url, valid_from=day,
        )  # fmt: skip
    change(model, facts.price_field(*key), old and old.amount, new and new.amount).save()


def change(model: Model, field: str, before: Any, after: Any) -> Change:
    return Change(model=model, field=field, before=plain(before), after=plain(after), source=PIN)
