"""Whatever sources state and people pin: imports converge, keep pins, and leave rows that follow from their claims."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog import imports
from catalog.claims import facts, pins
from catalog.models import Alias, Change, Claim, Match, Model, Price, Provider, Source, Version
from catalog.sources.rows import Row, claim, price

READERS = {"litellm": "litellm", "models_dev": "models.dev", "openrouter": "openrouter", "gateway": "gateway", "bundle": ""}
SLUGS = ["acme/talk", "acme/talk-large", "acme/Talk_Large", "orbit/paint", "azure/acme/talk", "zeta/new", "zeta/new-2026-01-01"]
AMOUNTS = st.sampled_from(["0", "0.0001", "1.25", "10", "-1"]).map(Decimal)
METERS = st.dictionaries(st.sampled_from(["input_tokens", "output_tokens", "images"]), AMOUNTS, max_size=3)
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["Talk", "Paint", ""]), "modality": st.sampled_from(["chat", "image", None, "smell"]),
        "context_window": st.sampled_from([None, 8192, 128_000, -1]), "status": st.sampled_from(["active", "preview", "retired"]),
        "capabilities": st.dictionaries(st.sampled_from(["tools", "vision"]), st.booleans()),
        "released": st.sampled_from(["2026-01-02", None, "2026-13-01"]), "endpoints": st.just(["chat", "responses"]),
    },
)  # fmt: skip
PINNED = st.sampled_from([{"context_window": 5}, {"name": "Ours"}])
DAYS = st.sampled_from(["2026-11-01", "2026-11-20", "2026-11-23"])
NAMES = st.lists(st.sampled_from([*SLUGS, "acme/t", "orbit/p"]), max_size=2).map(tuple)
SEAMS = st.sampled_from([(Version, "bump"), (Change.objects, "bulk_create"), (Claim.objects, "bulk_create")])
quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def readings(draw: st.DrawFn) -> tuple[str, list[Row]]:
    """A reader, and the rows that it hands over; some may be of no use."""
    reader = draw(st.sampled_from(list(READERS)))
    sources = st.just(READERS[reader]) if READERS[reader] else st.sampled_from(["litellm", "modelry"])
    return reader, draw(st.lists(sources.flatmap(rows), max_size=5))


@st.composite
def rows(draw: st.DrawFn, source: str) -> Row:
    slug = draw(st.sampled_from(SLUGS))
    prices = [price(meter, amount) for meter, amount in draw(METERS).items()]
    made = claim(source, draw(DAYS), None, draw(FACTS), prices)
    return Row(slug, draw(NAMES), made, slug if source == "gateway" else "", draw(st.booleans()))


@contextmanager
def undone() -> Iterator[None]:
    """A transaction of its own for each example."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


TABLES = (Model, Provider, Claim, Price, Change, Alias, Match, Version)


def tables() -> list[list[tuple]]:
    return [list(table.objects.order_by("pk").values_list()) for table in TABLES]


def bring(reading: tuple[str, list[Row]]) -> None:
    assert imports.apply(imports.plan(*reading), allow_shrink=True).state == "done"


@pytest.mark.django_db
@quick
@given(st.lists(readings(), min_size=1, max_size=4))
def test_planning_again_after_applying_finds_nothing(found: list[tuple[str, list[Row]]]) -> None:
    with undone():
        for reading in found:
            bring(reading)
            again = imports.plan(*reading)
            assert (again.writes, again.created, again.changed, again.hidden) == ({}, {}, {}, {})


@pytest.mark.django_db
@quick
@given(readings().filter(lambda reading: reading[0] != "bundle"))
def test_every_row_is_a_model_or_doubtful_or_refused_with_a_reason(reading: tuple[str, list[Row]]) -> None:
    plan = imports.plan(*reading)
    left_out = [one for one in plan.refused if one.field in ("model", "alias")]
    assert len(reading[1]) == len(plan.created) + len(plan.doubtful) + len(left_out)
    assert all(one.reason for one in plan.refused)


@pytest.mark.django_db
@quick
@given(readings(), st.lists(readings(), min_size=1, max_size=3), PINNED, AMOUNTS)
def test_what_is_pinned_never_changes(first: tuple, later: list[tuple], stated: dict[str, Any], amount: Decimal) -> None:
    with undone():
        bring(first)
        for model in Model.objects.all():
            pins.edit(model, stated, {("input_tokens", ""): abs(amount)})
        before, seen = pinned(), set(Model.objects.listed())
        for reading in later:
            bring(reading)
        assert {slug: pinned()[slug] for slug in before} == before
        assert seen <= set(Model.objects.listed())


def pinned() -> dict[str, tuple]:
    """What is shown of every field that somebody pinned."""
    shown = {}
    for model in Model.objects.filter(claims__source="pin").distinct():
        current = list(model.prices.current().filter(meter="input_tokens", condition="").values_list("amount", "source"))
        fields = model.claims.filter(source="pin").values_list("field", flat=True)
        shown[model.slug] = (current, [getattr(model, f) for f in sorted(fields) if not f.startswith("price.")])
    return shown


@pytest.mark.django_db
@quick
@given(st.lists(readings(), min_size=1, max_size=4))
def test_rows_follow_from_claims(found: list[tuple[str, list[Row]]]) -> None:
    with undone():
        for reading in found:
            bring(reading)
        ranks = Source.ranks()
        for model in Model.objects.prefetch_related("claims", "prices"):
            assert facts.settle(model, model.claims.all(), ranks) == {}
            stated = {key: one.amount for key, one in facts.prices(model.claims.all(), ranks).items()}
            assert stated == {(p.meter, p.condition): p.amount for p in model.prices.all() if p.valid_to is None}


@pytest.mark.django_db
@quick
@given(readings(), readings(), SEAMS)
def test_a_failed_apply_leaves_all_as_it_was(first: tuple, second: tuple, seam: tuple[Any, str]) -> None:
    with undone(), pytest.MonkeyPatch.context() as patch:
        bring(first)
        plan, before = imports.plan(*second), tables()
        patch.setattr(*seam, broken)
        try:
            imports.apply(plan, allow_shrink=True)
        except RuntimeError:
            assert tables() == before
        else:
            assert plan.empty


def broken(*args: Any, **options: Any) -> None:
    raise RuntimeError("disk full")
