"""What went wrong lately, in a browser: wide and on a phone, without a complaint of axe."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connections
from django.utils import timezone
from playwright.sync_api import expect


@pytest.fixture
def failure(gateway):
    """A row, and a gateway that told its balance."""
    from catalog.models import Failure, Import

    now = timezone.now()
    way = {"day": now.date(), "kind": "gateway", "what": "rate_limit_error", "place": "chat", "model": "openai/gpt-4o"}
    way |= {"status": 429, "times": 12, "first": now, "last": now, "request_id": "ab12cd34"}
    told = {"source": "gateway", "state": "done", "place": gateway.url, "finished": now}
    with ThreadPoolExecutor(1) as pool:  # Playwright's loop runs in this one
        row = pool.submit(Failure.objects.create, **way).result()
        balance = {"gateway": {"balance": {"usd": "4.20"}}}
        read = pool.submit(Import.objects.create, **told, report=balance).result()
        yield row
        pool.submit(row.delete).result(), pool.submit(read.delete).result()
        pool.submit(connections.close_all).result()


@pytest.mark.parametrize("width", [1280, 390])
def test_failures_are_read_on_any_screen(signed_in, failure, width):
    page = signed_in("/admin/catalog/failure/", viewport={"width": width, "height": 900})
    row = page.get_by_role("row", name="ab12cd34")
    for words in ("The gateway", "chat", "openai/gpt-4o", "429", "12", "ab12cd34"):
        expect(row).to_contain_text(words)
    expect(page.get_by_role("region", name="What the gateway told")).to_contain_text("4.20")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert Axe().run(page).response["violations"] == []
