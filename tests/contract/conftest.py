"""The whole bundled catalog as the site shows it, and every endpoint of every model as it is documented."""

import json

import pytest
from django.db import transaction
from django.test import Client

from catalog import bundle, snapshot
from catalog.calling.schema import Documented, documented
from catalog.cards import Card


@pytest.fixture(scope="session")
def whole(django_db_setup, django_db_blocker) -> snapshot.Snapshot:
    """Its rows are gone again, so no test of it needs the database."""
    with django_db_blocker.unblock(), transaction.atomic():
        bundle.load(bundle.read(), json.loads(bundle.COLLECTIONS.read_text("utf-8")))
        made = snapshot.build(1)
        transaction.set_rollback(True)
    return made


@pytest.fixture
def now(whole, monkeypatch) -> snapshot.Snapshot:
    return served(whole, monkeypatch)


def served(whole: snapshot.Snapshot, patch: pytest.MonkeyPatch) -> snapshot.Snapshot:
    """The snapshot that views answer from, for as long as the patch lasts."""
    patch.setattr(snapshot, "_current", whole)
    patch.setattr(snapshot, "watched", True)
    return whole


@pytest.fixture(scope="session")
def model_pages(whole, django_db_blocker) -> dict[str, str]:
    """The HTML of every model's page, by slug. Its rank and past prices are read from the tables, which are empty."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        cards = served(whole, patch).cards
        return {card.slug: Client().get(f"/models/{card.slug}").text for card in cards}


@pytest.fixture(scope="session")
def entries(whole) -> list[tuple[Card, Documented]]:
    return [(card, entry) for card in whole.cards for entry in documented(card)]
