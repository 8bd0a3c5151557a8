"""The bundled catalog: reads `catalog/data/*.json` and writes what it claims, leaving every edit alone.

A row of a file is a model with one entry a source: the facts and prices that this source states, and as of when.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from catalog import facts
from catalog.models import Alias, Change, Claim, Collection, Model, Price, Provider, Version

DATA = Path(__file__).parent / "data"
COLLECTIONS = Path(__file__).parent / "collections.json"
BATCH = 500


@dataclass
class Report:
    """How many rows a load made and changed."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    prices: int = 0
    touched: set[str] = field(default_factory=set)


def load_files(again: bool = False) -> Report | None:
    """Loads the bundled files; None, and nothing done, when they are those that were loaded last."""
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in [*data_files(DATA), COLLECTIONS])).hexdigest()
    if not again and Version.objects.filter(bundle=digest).exists():
        return None
    with transaction.atomic():
        report = load(read(), json.loads(COLLECTIONS.read_text("utf-8")))
        Version.objects.update_or_create(pk=1, defaults={"bundle": digest})
    return report


def data_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.json"))


def read(folder: Path = DATA) -> list[dict[str, Any]]:
    return [json.loads(file.read_text("utf-8")) for file in data_files(folder)]


@transaction.atomic
def load(files: list[dict[str, Any]], collections: list[dict[str, Any]]) -> Report:
    """Writes the catalog in one transaction. A second load of the same files writes nothing."""
    report = Report()
    providers = load_providers(files)
    rows = {row["slug"]: row for file in files for row in file["models"]}
    models = load_models(rows, providers, report)
    load_aliases(rows, models)
    load_claims(rows, models, report)
    settle(models, report)
    made = load_collections(collections, models)
    if made or report.created or report.changed or report.prices or report.touched:
        Version.bump()
    return report


def load_providers(files: list[dict[str, Any]]) -> dict[str, Provider]:
    rows = [file["provider"] for file in files]
    made = [Provider(slug=row["slug"], name=row["name"], url=row.get("url") or "") for row in rows]
    Provider.objects.bulk_create(made, ignore_conflicts=True)
    return {provider.slug: provider for provider in Provider.objects.all()}


def load_models(rows: dict[str, Any], providers: dict[str, Provider], report: Report) -> dict[str, Model]:
    have = set(Model.objects.values_list("slug", flat=True))
    new = [new_model(row, providers) for slug, row in rows.items() if slug not in have]
    Model.objects.bulk_create(new, batch_size=BATCH)
    report.created = len(new)
    return {model.slug: model for model in Model.objects.filter(slug__in=rows)}


def new_model(row: dict[str, Any], providers: dict[str, Provider]) -> Model:
    model = Model(slug=row["slug"], provider=providers[row["slug"].split("/")[0]])
    facts.settle(model, claims(model, row))
    return model


def load_aliases(rows: dict[str, Any], models: dict[str, Model]) -> None:
    pairs = [(alias, models[slug]) for slug, row in rows.items() for alias in row.get("aliases", ())]
    Alias.objects.bulk_create([Alias(slug=alias, model=model) for alias, model in pairs], BATCH, ignore_conflicts=True)


def load_claims(rows: dict[str, Any], models: dict[str, Model], report: Report) -> None:
    """Adds and updates claims; one that its source no longer makes goes, those of other sources stay."""
    old = {(c.model_id, c.field, c.source): c for c in Claim.objects.filter(model__slug__in=rows)}
    stated = {(c.model_id, c.field, c.source): c for slug, row in rows.items() for c in claims(models[slug], row)}
    new = [claim for key, claim in stated.items() if key not in old]
    differing = [claim for key, claim in stated.items() if key in old and not same(old[key], claim)]
    sources = {source for _, _, source in stated}
    gone = [claim for key, claim in old.items() if key not in stated and key[2] in sources]
    Claim.objects.filter(pk__in=[claim.pk for claim in gone]).delete()
    for claim in differing:
        claim.pk = old[claim.model_id, claim.field, claim.source].pk
    Claim.objects.bulk_create(new, BATCH)
    Claim.objects.bulk_update(differing, ["value", "as_of", "url", "doubt"], BATCH)
    slugs = {model.pk: slug for slug, model in models.items()}
    report.touched = {slugs[claim.model_id] for claim in (*new, *differing, *gone)}


def claims(model: Model, row: dict[str, Any]) -> Iterator[Claim]:
    for entry in row["claims"]:
        stated = dict(entry.get("facts", {}))
        stated |= {facts.price_field(p["meter"], p.get("condition", "")): p["amount"] for p in entry.get("prices", ())}
        for name, value in stated.items():
            yield Claim(
                model=model, field=name, value=value, source=entry["source"], url=entry.get("url") or "",
                as_of=date.fromisoformat(entry["as_of"]), doubt=entry.get("doubts", {}).get(name),
            )  # fmt: skip


def same(old: Claim, new: Claim) -> bool:
    return all(getattr(old, name) == getattr(new, name) for name in ("value", "as_of", "url", "doubt"))


def settle(models: dict[str, Model], report: Report) -> None:
    """Brings facts and prices of the touched models in line with their claims."""
    touched = {models[slug].pk: models[slug] for slug in report.touched}
    found: dict[int, list[Claim]] = {pk: [] for pk in touched}
    for claim in Claim.objects.filter(model__in=touched):
        found[claim.model_id].append(claim)
    changed = {pk: values for pk, model in touched.items() if (values := facts.settle(model, found[pk]))}
    Model.objects.bulk_update([touched[pk] for pk in changed], [*facts.UNKNOWN], BATCH)
    Change.objects.bulk_create([change(touched[pk], *field) for pk, values in changed.items() for field in values.items()], BATCH)
    report.changed = len(changed)
    report.unchanged = len(models) - report.created - report.changed
    report.prices = settle_prices(found)


def change(model: Model, name: str, values: tuple[Any, Any]) -> Change:
    plain = json.loads(json.dumps(values, cls=DjangoJSONEncoder))
    return Change(model=model, field=name, before=plain[0], after=plain[1], source="bundle")


def settle_prices(found: dict[int, list[Claim]]) -> int:
    """Closes the rows of prices that changed and opens new ones; returns how many rows were written."""
    current = {(p.model_id, p.meter, p.condition): p for p in Price.objects.current().filter(model__in=found)}
    wanted = {(pk, *key): amount for pk, claims in found.items() for key, amount in facts.prices(claims).items()}
    ended = [p for key, p in current.items() if key not in wanted or wanted[key].amount != p.amount]
    opened = [key for key in wanted if key not in current or wanted[key].amount != current[key].amount]
    for price in ended:
        key = (price.model_id, price.meter, price.condition)
        day = wanted[key].claim.as_of if key in wanted else datetime.now(UTC).date()
        price.valid_to = max(day, price.valid_from)
    Price.objects.bulk_update(ended, ["valid_to"], BATCH)
    Price.objects.bulk_create([price_row(key, wanted[key]) for key in opened], BATCH)
    Change.objects.bulk_create([price_change(p, wanted) for p in ended], BATCH)
    return len(ended) + len(opened)


def price_row(key: tuple[int, str, str], shown: facts.Amount) -> Price:
    pk, meter, condition = key
    claim = shown.claim
    return Price(
        model_id=pk, meter=meter, condition=condition, amount=shown.amount,
        source=claim.source, source_url=claim.url, valid_from=claim.as_of,
    )  # fmt: skip


def price_change(price: Price, wanted: dict[tuple[int, str, str], facts.Amount]) -> Change:
    shown = wanted.get((price.model_id, price.meter, price.condition))
    return Change(
        model_id=price.model_id, field=facts.price_field(price.meter, price.condition), before=str(price.amount.normalize()),
        after=str(shown.amount) if shown else None, source=shown.claim.source if shown else price.source,
        at=datetime.combine(price.valid_to, time(), UTC),
    )  # fmt: skip


def load_collections(rows: list[dict[str, Any]], models: dict[str, Model]) -> int:
    """Adds collections that are not there yet and says how many; one that an operator changed stays as it is."""
    count = 0
    for position, row in enumerate(rows):
        rest = {name: row.get(name, "") for name in ("name", "description", "rule")} | {"position": position}
        collection, made = Collection.objects.get_or_create(slug=row["slug"], defaults=rest)
        if made:
            collection.members.set(models[slug] for slug in row.get("models", ()) if slug in models)
        count += made
    return count
