"""By what the list of models is narrowed, beside its plain columns."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest

from catalog import lifecycle, snapshot
from catalog.claims import facts, pins
from catalog.models import Claim, Model, Price
from catalog.snapshot import Snapshot
from catalog.truth import disputes
from catalog.truth.evidence import field_words


class Choice(admin.SimpleListFilter):
    """A filter of a few words, each with what it asks of a model."""

    tests: dict[str, tuple[str, Callable[[], Any]]] = {}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(key, words) for key, (words, _) in self.tests.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        asked = self.tests.get(self.value() or "")
        return queryset.filter(asked[1]()) if asked else queryset


def pinned() -> Exists:
    return Exists(Claim.objects.filter(model=OuterRef("pk"), source=pins.PIN))


class PinnedFilter(Choice):
    title = "pins"
    parameter_name = "pinned"
    tests = {"yes": ("Edited here", pinned), "no": ("As the sources say", lambda: ~pinned())}


def priced() -> Exists:
    return Exists(Price.objects.current().headline().filter(model=OuterRef("pk")))


class PriceFilter(Choice):
    title = "price"
    parameter_name = "price"
    tests = {"known": ("Known", priced), "unknown": ("Missing", lambda: ~priced())}


def unknown(field: str) -> Callable[[], Q]:
    """True of a model of which nobody says `field`."""
    return lambda: Q(**{f"{field}__isnull": True}) if facts.UNKNOWN[field] is None else Q(**{field: facts.UNKNOWN[field]})


class UnknownFilter(Choice):
    title = "unknown fact"
    parameter_name = "unknown"
    tests = {
        name: (field_words(name), unknown(name))
        for name in (
            "modality", "context_window", "max_output", "input_kinds", "output_kinds", "capabilities", "released",
            "knowledge_cutoff", "open_weights", "family", "description",
        )
    }  # fmt: skip


def disputed(now: Snapshot) -> list[str]:
    return [card.slug for card in now.cards if disputes.disputed(card)]


def disagreeing() -> Q:
    return Q(slug__in=disputed(snapshot.refresh()))


class DisagreementFilter(Choice):
    title = "sources"
    parameter_name = "sources"
    tests = {"disagree": ("Disagree, of models on the site", disagreeing)}


def past() -> Q:
    return Q(status="retired") | Q(status="retiring", retires_on__lte=lifecycle.today())


class RetiringFilter(Choice):
    title = "end of life"
    parameter_name = "retiring"
    tests = {
        "soon": ("Retiring", lambda: (Q(status="retiring") | Q(retires_on__isnull=False)) & ~past()),
        "past": ("Retired", past),
    }
