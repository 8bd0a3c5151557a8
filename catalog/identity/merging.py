"""Two models that are one: everything of the first goes over to the second, whose page the first one's address leads to.

Whoever keeps rows under a model's slug elsewhere puts a function into `followers`, which is called with both slugs.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Min

from catalog.claims import settling
from catalog.claims.facts import PRICE
from catalog.claims.settling import PIN, Actor
from catalog.models import Alias, Change, Claim, Match, Model, Version
from catalog.models.grammar import is_slug
from catalog.truth.evidence import change_words, field_words
from catalog.vocabulary import SOURCES

Follower = Callable[[str, str], dict[str, int]]  # what went over: {"runs": 3}
followers: list[Follower] = []
SUMS = (
    "requests", "errors", "tokens", "spend", "priced", "timed_tokens", "timed_ms", "streams", "first_token_ms",
)  # fmt: skip


@dataclass
class Merged:
    """What a merge did: rows that went over, claims that were left, and the facts of the kept model that changed."""

    moved: dict[str, int] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    changed: list[tuple[str, str, str]] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)


class NotMerged(Exception):
    """Why two models cannot be made one, in a sentence."""


def preview(gone: Model, kept: Model) -> Merged:
    """What `merge` would do: it is done, and taken back."""
    with transaction.atomic():
        done = merge(gone, kept, "")
        transaction.set_rollback(True)
    return done


@transaction.atomic
def merge(gone: Model, kept: Model, by: str) -> Merged:
    if gone.pk == kept.pk:
        raise NotMerged(f"{kept} cannot be merged into itself.")
    rows = Model.objects.select_for_update().in_bulk([gone.pk, kept.pk])
    gone, kept, done, last = rows[gone.pk], rows[kept.pk], Merged(), latest_change()
    done.moved["claims"] = move_claims(gone, kept, done)
    done.moved["earlier prices"] = move_prices(gone, kept)
    for name in ("changes", "matches"):
        done.moved[name] = getattr(gone, name).update(model=kept)
    done.moved["hours of use"] = move_usage(gone, kept)
    done.moved["proofs"] = move_proofs(gone, kept)
    done.moved["collections"] = move_collections(gone, kept)
    done.aliases = move_names(gone, kept)
    for follow in followers:
        done.moved |= follow(gone.slug, kept.slug)
    settle(gone, kept, by)
    done.changed = [(field_words(c.field), *words(c)) for c in kept.changes.filter(pk__gt=last).exclude(field="merged")]
    done.moved = {name: count for name, count in done.moved.items() if count}
    return done


def latest_change() -> int:
    return Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def words(change: Change) -> tuple[str, str]:
    before, after = (change_words(change.field, value) or "unknown" for value in (change.before, change.after))
    return before, after


def settle(gone: Model, kept: Model, by: str) -> None:
    """Lets the rows follow the claims, and keeps that and by whom it was merged."""
    said = {"model": kept, "field": "merged", "before": gone.slug, "after": kept.slug, "source": PIN, "by": by}
    gone.delete()
    settling.settle([kept], Actor(PIN, by))
    Change.objects.create(**said)
    Version.bump([gone.slug, kept.slug])


def move_claims(gone: Model, kept: Model, done: Merged) -> int:
    """Claims of fields of which the same source says nothing yet. A source's prices go over as one list or not at all."""
    have = {(claim.source, claim.field) for claim in kept.claims.all()}
    priced = {source for source, name in have if name.startswith(PRICE)}
    priced |= {PIN} if priced else set()  # an edited price belongs to the list that it was laid over
    taken = [c for c in gone.claims.all() if (c.source, c.field) in have or (c.source in priced and c.field.startswith(PRICE))]
    done.left = [left(claim) for claim in taken]
    return gone.claims.exclude(pk__in=[claim.pk for claim in taken]).update(model=kept)


def left(claim: Claim) -> str:
    value, source = change_words(claim.field, claim.value) or "unknown", SOURCES.get(claim.source, claim.source)
    return f"{field_words(claim.field)}: {value} ({source})"


def move_prices(gone: Model, kept: Model) -> int:
    """Prices of the days of which the kept model has none: two rows of one price never hold on the same day."""
    firsts = {(p["meter"], p["condition"]): p["first"] for p in first_days(kept)}
    count = 0
    for price in gone.prices.all():
        first = firsts.get((price.meter, price.condition))
        until = min(price.valid_to or first, first) if first else price.valid_to
        if until is None or price.valid_from < until:
            price.model, price.valid_to = kept, until
            price.save(update_fields=["model", "valid_to"])
            count += 1
    return count


def first_days(model: Model) -> Iterable[dict[str, Any]]:
    return model.prices.order_by().values("meter", "condition").annotate(first=Min("valid_from"))


def move_usage(gone: Model, kept: Model) -> int:
    """Hours in which both were used are added up."""
    have = {(use.hour, use.source): use for use in kept.usage.all()}
    rows = list(gone.usage.all())
    for use in rows:
        if other := have.get((use.hour, use.source)):
            for name in SUMS:
                setattr(other, name, getattr(other, name) + getattr(use, name))
            other.save()
        else:
            use.model = kept
            use.save(update_fields=["model"])
    return len(rows)


def move_proofs(gone: Model, kept: Model) -> int:
    """Of two proofs of an ability the later one stays."""
    count = 0
    for proof in gone.proofs.all():
        if kept.proofs.filter(ability=proof.ability, at__gte=proof.at).exists():
            continue
        kept.proofs.filter(ability=proof.ability).delete()
        proof.model = kept
        proof.save(update_fields=["model"])
        count += 1
    return count


def move_collections(gone: Model, kept: Model) -> int:
    rows = list(gone.collections.exclude(members=kept))
    kept.collections.add(*rows)
    return len(rows)


def move_names(gone: Model, kept: Model) -> list[str]:
    """The old slug and its aliases lead to the kept model, which is served where the other was."""
    if gone.served and not kept.served:
        kept.served, kept.upstream_id = True, gone.upstream_id or gone.slug
    kept.added = min(gone.added, kept.added)
    kept.save(update_fields=["served", "upstream_id", "added"])
    names = [*gone.aliases.values_list("slug", flat=True), gone.slug]
    if free(gone.upstream_id, gone) and gone.upstream_id not in names:
        names.append(gone.upstream_id)
    gone.aliases.all().delete()
    Alias.objects.bulk_create([Alias(slug=name, model=kept) for name in names])
    for match in Match.objects.filter(decided=None):
        if gone.slug in match.candidates:
            match.candidates = list(dict.fromkeys(kept.slug if slug == gone.slug else slug for slug in match.candidates))
            match.save(update_fields=["candidates"])
    return names


def free(name: str, gone: Model) -> bool:
    """Whether what the gateway calls it is a slug that leads to no other model."""
    return bool(is_slug.regex.match(name)) and not Model.objects.named(name).exclude(pk=gone.pk).exists()
