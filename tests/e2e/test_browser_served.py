"""Pages once the gateway has said what it serves: one model, and none of the others."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.utils import timezone
from playwright.sync_api import expect
from test_accessibility import faults, overflow

OTHER = "openai/tts-1-hd"
PAGES = {
    "home": "/",
    "on this gateway": "/models",
    "all models": "/models?served=any",
    "not served": f"/models/{OTHER}",
    "comparison": "/compare?models={served}," + OTHER,
    "bills": "/calculator?models={served}," + OTHER,
    "columns": "/playground?models={served},openai/gpt-5-pro",
    "form of what is not served": f"/playground?model={OTHER}",
}


@pytest.mark.parametrize("name", PAGES)
def test_page(visit, served, name):
    page = visit(PAGES[name].format(served=served))
    expect(page.get_by_text("on this gateway").first).to_be_visible()
    assert faults(page) == []
    assert overflow(page) == []


def test_a_visitor_goes_by_keyboard_from_what_is_served_to_all(visit, served):
    page = visit("/models")
    expect(page.get_by_role("status").first).to_contain_text("1 of ")
    page.get_by_role("link", name="All models").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("not on this gateway", exact=True).first).to_be_visible()
    expect(page.locator("[aria-label=Where] [aria-current]")).to_contain_text("All models")


def test_places_are_links_without_scripts(visit, served):
    page = visit("/models?served=any&modality=speech", java_script_enabled=False)
    page.get_by_role("link", name="On this gateway").click()
    expect(page.get_by_text("No model fits all of this.")).to_be_visible()
    page.get_by_role("link", name="Models that are not on this gateway too").click()
    expect(page.get_by_role("rowheader").first).to_contain_text("not on this gateway")


@pytest.fixture
def proved(served, gateway) -> Iterator[str]:
    """The model with a proof of what a hostile gateway might answer."""
    from catalog import snapshot
    from catalog.models import Model, Proof, Version

    def put() -> Proof:
        odd = "<script>alert(1)</script>" + "x" * 400
        told = {"reason": odd, "request": odd, "response": odd, "at": timezone.now(), "gateway": gateway.url}
        made = Proof.objects.create(model=Model.objects.get(slug=served), ability="tools", passed=False, **told)
        Version.bump()
        snapshot.refresh()
        return made

    with ThreadPoolExecutor(1) as pool:
        row = pool.submit(put).result()
        yield served
        pool.submit(row.delete).result()
        pool.submit(connections.close_all).result()


def test_a_proof_stays_text_within_the_page(visit, proved):
    page = visit(f"/models/{proved}/proofs")
    expect(page.get_by_text("<script>alert(1)</script>").first).to_be_visible()
    assert faults(page) == []
    assert overflow(page) == []
    assert page.locator(".part > p").first.evaluate("one => one.scrollWidth <= one.clientWidth")
