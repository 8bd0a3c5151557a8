"""A real browser, and pages in it that report what goes wrong."""

import os
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from listing_gateway import KEY, ListingGateway, configured
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).parent.parent.parent
MISSING = "No Chromium or Chrome was found (set CHROMIUM=/path/to/it): the browser tests cannot run."
# htmx sets itself up in a timer of its own, which may come after the page's load event. Timers keep their order.
AFTER_SETUP = "new Promise((done) => setTimeout(done))"
expect.set_options(timeout=20_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("e2e")
            if os.environ.get("CI"):  # a machine that stalls for seconds fails a browser once, a fault every time
                item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a browser. Skips, visibly, where there is none; fails where MODELRY_REQUIRE_BROWSER=1."""
    path = os.environ.get("MODELRY_BROWSER")
    path = path or subprocess.run([ROOT / "scripts" / "find-browser"], capture_output=True, text=True).stdout.strip()
    if not path:
        required = os.environ.get("MODELRY_REQUIRE_BROWSER") == "1"
        pytest.fail(MISSING) if required else pytest.skip(MISSING)
    return path


@pytest.fixture(scope="session")
def browser(chromium, site) -> Iterator[Browser]:
    """Started after the site and closed before it: Django's tables cannot be made or dropped while Playwright's loop runs."""
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])


@pytest.fixture
def visit(browser, site) -> Iterator[Callable[..., Page]]:
    """visit(path, **context options) opens a page as a new visitor. Whatever any page complained of fails the test."""
    contexts, complaints = [], []

    def note(message: Any) -> None:
        # A refused or unknown address is told by its status; the tests that ask for one check it.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            complaints.append(f"{message.text} {message.location}")

    def go(path: str, **options: Any) -> Page:
        context = browser.new_context(base_url=site, reduced_motion="reduce", **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        if options.get("java_script_enabled", True):
            page.evaluate(AFTER_SETUP)
        return page

    yield go
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def signed_in(visit) -> Callable[..., Page]:
    """signed_in(path, **context options) opens a page of the admin as its operator."""

    def go(path: str = "/admin/", **options: Any) -> Page:
        page = visit(path, **options)
        page.get_by_label("Username").fill("operator")
        page.get_by_label("Password").fill("correct horse")
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("button", name="Log out")).to_be_visible()
        return page

    return go


@pytest.fixture
def chat(site) -> str:
    """A model that answers chat and has a price."""
    from catalog import snapshot

    return next(card.slug for card in snapshot.latest().cards if card.endpoints[:1] == ("chat",) and card.price_state == "known")


@pytest.fixture
def gateway(site, settings) -> Iterator[ListingGateway]:
    with configured(settings) as server:
        server.takes(KEY)
        yield server


@pytest.fixture
def served(gateway, chat) -> Iterator[str]:
    """The one model that the gateway is known to serve."""
    from catalog.models import Import

    with ThreadPoolExecutor(1) as pool:  # Playwright's loop runs in this one
        synced = {"source": "gateway", "state": "done", "place": gateway.url, "finished": timezone.now()}
        read = pool.submit(Import.objects.create, **synced).result()
        pool.submit(tell, chat, True, False).result()
        yield chat
        pool.submit(read.delete).result()
        pool.submit(tell, chat, None, None).result()
        pool.submit(connections.close_all).result()


def tell(slug: str, served: bool | None, others: bool | None) -> None:
    from catalog import snapshot
    from catalog.models import Model, Version

    Model.objects.update(served=others)
    Model.objects.filter(slug=slug).update(served=served)
    Version.bump()
    snapshot.refresh()
