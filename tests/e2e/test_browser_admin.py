"""The operator edits the catalog in a browser, and visitors see it."""

import re

import pytest
from playwright.sync_api import Page, expect


@pytest.fixture
def desk(visit) -> Page:
    """The admin's first page, signed in."""
    page = visit("/admin/", viewport={"width": 1280, "height": 900})
    page.get_by_label("Username").fill("operator")
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Log in").click()
    return page


def open_model(page: Page, slug: str) -> None:
    page.get_by_role("link", name="Models", exact=True).click()
    page.locator("#searchbar").fill(slug)
    page.locator("#searchbar").press("Enter")
    page.get_by_role("link", name=slug, exact=True).click()


def shows_in_time(page: Page, path: str, text: str) -> None:
    """A visitor who reloads the page sees `text` before long: the site looks for edits three times a second."""
    page.goto(path)
    look = "async ([path, text]) => (await (await fetch(path, {cache: 'no-store'})).text()).includes(text)"
    page.wait_for_function(look, arg=[path, text], polling=100, timeout=10_000)


def test_changed_price_shows_on_the_site(desk, visit):
    open_model(desk, "openai/tts-1")
    desk.locator("[name=prices-0-amount]").fill("0.4321")
    desk.get_by_role("button", name="Save and continue editing").first.click()
    expect(desk.get_by_text(re.compile("was changed successfully"))).to_be_visible()
    shows_in_time(visit("/"), "/models/openai/tts-1", "$0.4321")


def test_changed_name_shows_by_view_on_site(desk):
    open_model(desk, "openai/tts-1")
    desk.get_by_label("Name:", exact=True).fill("A name of our own")
    desk.get_by_role("button", name="Save and continue editing").first.click()
    expect(desk.get_by_text(re.compile("was changed successfully"))).to_be_visible()
    desk.get_by_role("link", name="View on site").click()
    expect(desk).to_have_url(re.compile("/models/openai/tts-1$"))
    shows_in_time(desk, "/models/openai/tts-1", "A name of our own")


def test_wrong_price_is_named(desk):
    open_model(desk, "openai/tts-1")
    desk.locator("[name=prices-0-amount]").fill("-1")
    desk.get_by_role("button", name="Save", exact=True).first.click()
    expect(desk.locator(".errorlist").filter(has_text="0").first).to_be_visible()


def test_runs_are_listed_for_staff(desk):
    desk.get_by_role("link", name="Runs", exact=True).click()
    expect(desk.get_by_role("heading", level=1)).to_be_visible()


def test_visitors_are_kept_out(visit):
    page = visit("/admin/catalog/model/")
    expect(page).to_have_url(re.compile("/admin/login/"))
