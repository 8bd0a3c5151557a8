"""The people and things of `rights_world`, made once for the tests of a file; what a test does to them is taken back."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import override_settings
from rights_world import World

from catalog import snapshot


@pytest.fixture(scope="module")
def made(small_catalog, django_db_blocker) -> Iterator[World]:
    tables, built = small_catalog
    unbounded = override_settings(RUNS_PER_MINUTE=1_000_000, SIGN_INS_PER_MINUTE=1_000_000, VISITOR_KEYS=True)
    with django_db_blocker.unblock(), transaction.atomic(), unbounded, pytest.MonkeyPatch.context() as patch:
        for rows in filter(None, tables):
            type(rows[0])._base_manager.all().delete()
            type(rows[0])._base_manager.bulk_create(rows)
        patch.setattr(snapshot, "_current", built)
        yield World()
        transaction.set_rollback(True)


@pytest.fixture
def world(made, django_db_blocker) -> Iterator[World]:
    ids = dict(made.ids)
    with django_db_blocker.unblock(), transaction.atomic():
        yield made
        transaction.set_rollback(True)
    made.ids = ids
    made.restore()
