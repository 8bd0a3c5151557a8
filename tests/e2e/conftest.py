"""A real browser, and pages in it that report what goes wrong."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).parent.parent.parent
MISSING = "No Chromium or Chrome was found (set CHROMIUM=/path/to/it): the browser tests cannot run."
expect.set_options(timeout=10_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("e2e")


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
        return page

    yield go
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def chat(site) -> str:
    """A model that answers chat and has a price."""
    from catalog import snapshot

    return next(card.slug for card in snapshot.latest().cards if card.endpoints[:1] == ("chat",) and card.price_state == "known")
