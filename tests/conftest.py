"""A small catalog in the tables, and the running site with the whole one."""

import asyncio
import copy
import json
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import reachable
import uvicorn
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, connections, transaction
from django.db.models import Model
from django.test import override_settings
from django.test.utils import setup_databases, teardown_databases

from catalog import bundle, snapshot
from catalog.models import Version
from playground.sandbox import transport

# The tests of the running site are many visitors behind one address.
MANY = {"RUNS_PER_MINUTE": 1_000_000, "VISITORS_PER_ADDRESS": 1000, "SITE_RUNS_AT_ONCE": 1000, "SIGN_INS_PER_MINUTE": 1000}
TABLES = {"db", "transactional_db"}
SMALL = Path(__file__).parent / "data" / "small-catalog.json"


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker) -> Iterator[None]:
    """The test database. pytest-django's own fixture makes none where only tests of the running site need it."""
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, serialized_aliases=set())
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


@pytest.fixture(scope="session")
def small_catalog(django_db_setup, django_db_blocker) -> tuple[list[list[Model]], snapshot.Snapshot]:
    """What loading `tests/data/small-catalog.json` makes: rows, table by table, and their snapshot. The tables stay empty."""
    small = json.loads(SMALL.read_text("utf-8"))
    with django_db_blocker.unblock(), transaction.atomic():
        bundle.load(small["files"], small["collections"])
        rows = [list(table.objects.all()) for table in apps.get_app_config("catalog").get_models(include_auto_created=True)]
        built = snapshot.build(Version.current())
        transaction.set_rollback(True)
    return rows, built


@pytest.fixture(autouse=True)
def fresh_limits(request: pytest.FixtureRequest) -> None:
    if settings.REDIS_URL and request.node.get_closest_marker("database"):
        reachable.empty_redis(settings.REDIS_URL)


@pytest.fixture
def catalog(db, small_catalog, monkeypatch) -> snapshot.Snapshot:
    """Six models: chat with tiers and an alias, a free one, speech, an embedding, one without a known price, one of no
    known kind. Gives their snapshot. The rows are inserted as they are, which is quicker than loading them for every test.
    """
    tables, built = small_catalog
    for rows in filter(None, tables):
        type(rows[0])._base_manager.all().delete()
        type(rows[0])._base_manager.bulk_create(rows)
    with connection.cursor() as cursor:  # PostgreSQL counts on from what it gave itself
        for statement in connection.ops.sequence_reset_sql(no_style(), [type(rows[0]) for rows in filter(None, tables)]):
            cursor.execute(statement)
    now = copy.copy(built)
    now.kept = {}  # what pages are made of follows from settings, too, which differ between tests
    monkeypatch.setattr(snapshot, "_current", now)
    return now


class Server(uvicorn.Server):
    """uvicorn that says when it listens."""

    def __init__(self, application: str):
        super().__init__(uvicorn.Config(application, log_level="warning", lifespan="on"))
        self.ready = threading.Event()

    async def startup(self, sockets: list | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of the running site come last, its rows being in the tables from then on; those in a browser after all
    others, because Playwright leaves its event loop running. Tests with tables of their own are marked `database`.
    """
    for item in items:
        if TABLES & set(item.fixturenames) and "site" not in item.fixturenames or item.get_closest_marker("django_db"):
            item.add_marker("database")
    items.sort(key=lambda item: ("site" in item.fixturenames) + 2 * ("e2e" in item.keywords))


@pytest.fixture(scope="session")
def site(django_db_setup, django_db_blocker) -> Iterator[str]:
    """The address of the real application, serving the whole bundled catalog until the session ends. `operator` may edit it."""
    with django_db_blocker.unblock(), override_settings(**MANY):
        call_command("collectstatic", interactive=False, verbosity=0)
        call_command("load_catalog", verbosity=0)
        get_user_model().objects.create_superuser("operator", password="correct horse")
        connections.close_all()  # from here on there is a pool, to which this one does not belong
        # It looks for the static files when it is imported.
        sys.modules.pop("config.asgi", None)
        server = Server("config.asgi:application")
        thread = threading.Thread(target=server.run, kwargs={"sockets": [settings.TEST_SOCKET]}, daemon=True)
        thread.start()
        assert server.ready.wait(20), "The site did not start."
        yield settings.SITE_URL
        server.should_exit = True
        thread.join(10)


class Gate:
    """Holds the sandbox's streams: before every event but the first they wait until the test lets one through."""

    def __init__(self) -> None:
        self.passes = threading.Semaphore(0)
        self.is_open = False

    def let(self, events: int) -> None:
        self.passes.release(events)

    def open(self) -> None:
        self.is_open = True

    async def pace(self) -> None:
        while not self.is_open and not self.passes.acquire(blocking=False):
            await asyncio.sleep(0.005)


@pytest.fixture
def gate(monkeypatch) -> Iterator[Gate]:
    found = Gate()
    monkeypatch.setattr(transport, "pace", found.pace)
    yield found
    found.open()
