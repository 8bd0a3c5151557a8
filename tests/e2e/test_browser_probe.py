"""An operator has models asked what they can do, and sees what came of it: in the admin and on the model's page."""

import re
import time
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

MODEL = "openai/gpt-4o-mini"
TARGETS = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}


@pytest.fixture
def desk(signed_in) -> Page:
    return signed_in("/admin/", viewport={"width": 1280, "height": 900})


def choose(page: Page) -> None:
    """Ticks the model and chooses the action."""
    page.goto(f"/admin/catalog/model/?q={MODEL}")
    page.get_by_role("checkbox", name=f"Select this object for an action - {MODEL}", exact=True).check()
    page.get_by_label("Action:").select_option(label="Ask the gateway what they can do")
    page.get_by_role("button", name="Run", exact=True).click()


def reloaded(page: Page, until: Callable[[], bool]) -> None:
    """Reloads as a person would, for a minute at most."""
    end = time.monotonic() + 60
    while not until():
        assert time.monotonic() < end, page.inner_text("body")
        page.reload()


def test_models_are_asked_from_the_admin(desk, visit):
    choose(desk)
    expect(desk.get_by_label("Models:")).to_have_value(MODEL)
    desk.get_by_label("Tools").check()
    desk.get_by_label("Vision").check()
    desk.get_by_role("button", name="Ask").click()
    expect(desk).to_have_url(re.compile(r"/probe/\d+/change/$"))
    results = desk.get_by_role("row")
    reloaded(desk, lambda: bool(results.filter(has_text="Vision").count()))
    expect(results.filter(has_text="Tools")).to_contain_text("passed")
    expect(results.filter(has_text="Vision")).to_contain_text("failed")
    expect(desk.get_by_text("this proves nothing of a model")).to_be_visible()

    page = visit(f"/models/{MODEL}", viewport={"width": 390, "height": 900})
    passed = page.get_by_role("list", name="Passed in the sandbox")
    reloaded(page, lambda: bool(passed.count()))
    passed.get_by_role("link", name="Tools").click()
    expect(page.get_by_text("It called get_weather with").first).to_be_in_viewport()
    page.locator("section", has=page.locator("#tools")).get_by_text("Request and response").click()
    expect(page.get_by_role("region", name="Request, Tools")).to_contain_text("get_weather")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    found = Axe().run(page, options=TARGETS)
    assert found.response["violations"] == []


def test_a_wrong_name_is_told_before_anything_is_asked(desk):
    desk.goto("/admin/playground/probe/add/?slugs=no/such")
    desk.get_by_role("button", name="Ask").click()
    expect(desk.get_by_text("No listed model is called no/such.")).to_be_visible()
