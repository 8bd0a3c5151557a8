"""What a run would cost and which key pays, in a real browser."""

import pytest
from playwright.sync_api import Page, expect
from test_accessibility import faults, overflow

OWN = "sk-own-canary-0123456789abcdef"


@pytest.fixture
def small(site) -> str:
    """A chat model with a price and a small context window."""
    from catalog import snapshot

    cards = [card for card in snapshot.latest().cards if card.endpoints[:1] == ("chat",) and card.price_state == "known"]
    return min((card for card in cards if card.context_window), key=lambda card: card.context_window).slug


@pytest.fixture
def keys(settings) -> None:
    settings.VISITOR_KEYS = True


def fill(page: Page, text: str) -> None:
    """Writes the last message and waits until the estimate has followed."""
    with page.expect_response("**/playground/preview"):
        page.get_by_label("Message 2", exact=True).fill(text)


def test_the_estimate_follows_what_is_typed(visit, chat):
    page = visit(f"/playground?model={chat}")
    expect(page.locator("#estimate")).to_contain_text("About 19 tokens in, up to 1,024 out")
    page.get_by_text("How this is counted").click()
    fill(page, "Hello! " * 50)
    expect(page.locator("#estimate")).not_to_contain_text("About 19 tokens in")
    expect(page.locator("#estimate details")).to_have_attribute("open", "")


def test_a_full_context_is_said_once_and_run_still_works(visit, small):
    page = visit(f"/playground?model={small}")
    said = page.locator("#said")
    fill(page, "word " * 60_000)
    expect(page.locator("#estimate")).to_contain_text("Does not fit.")
    expect(said).to_contain_text("Does not fit.")
    assert faults(page) == [] and overflow(page) == []
    said.evaluate("element => { element.textContent = '' }")
    fill(page, "word " * 60_001)
    expect(page.locator("#estimate")).to_contain_text("60,0")
    expect(said).to_have_text("")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("[data-finished]")).to_be_visible()


def test_a_fault_takes_the_estimate_away_until_it_is_mended(visit, chat):
    page = visit(f"/playground?model={chat}")
    with page.expect_response("**/playground/preview"):
        page.get_by_label("Max tokens").fill("0")
    expect(page.locator("#estimate")).to_contain_text("No estimate")
    with page.expect_response("**/playground/preview"):
        page.get_by_label("Max tokens").fill("10")
    expect(page.locator("#estimate")).to_contain_text("up to 10 out")


def test_a_body_that_is_edited_is_estimated(visit, chat):
    page = visit(f"/playground?model={chat}")
    page.get_by_label("Request body, JSON").fill('{"messages": [{"role": "user", "content": "Hi"}], "max_tokens": 7}')
    expect(page.locator("#estimate")).to_contain_text("up to 7 out")


def test_columns_follow_what_is_typed_and_who_is_removed(visit, chat, small):
    page = visit(f"/playground?models={chat},{small}")
    expect(page.locator("#estimate-all")).to_contain_text("Together")
    page.get_by_label("Max tokens").first.fill("10")
    expect(page.locator("#estimate-0")).to_contain_text("up to 10 out")
    expect(page.locator("#estimate-1")).to_contain_text("up to 10 out")
    assert faults(page) == [] and overflow(page) == []
    page.get_by_role("button", name=f"Remove {small}").click()
    expect(page.locator("#estimate-all")).to_be_empty()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_key_is_given_used_and_removed(visit, chat, keys, scripts):
    page = visit(f"/playground?model={chat}", java_script_enabled=scripts)
    page.get_by_role("link", name="Use a key of yours").click()
    page.get_by_role("textbox", name="Key").fill(OWN)
    page.get_by_role("button", name="Use this key").click()
    expect(page.get_by_role("link", name="Your key is in use")).to_be_visible()
    assert page.locator("#pm").input_value() == chat
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator(".stats").first).to_contain_text("with your key")
    assert OWN not in page.content()
    page.get_by_role("link", name="Your key is in use").click()
    assert OWN not in page.content()
    page.get_by_role("button", name="Remove the key").click()
    expect(page.get_by_text("No key is kept.")).to_be_visible()


def test_the_key_is_in_no_storage_of_the_browser(visit, chat, keys):
    page = visit("/playground/key")
    page.get_by_role("textbox", name="Key").fill(OWN)
    page.get_by_role("button", name="Use this key").click()
    expect(page.get_by_role("link", name="Your key is in use")).to_be_visible()
    stores = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href])")
    assert OWN not in stores + str(page.context.cookies())


@pytest.mark.parametrize("state", ["none", "wrong", "in use"])
def test_the_page_of_the_key_has_no_faults(visit, keys, state):
    page = visit("/playground/key")
    if state != "none":
        page.get_by_role("textbox", name="Key").fill("no key" if state == "wrong" else OWN)
        page.keyboard.press("Enter")
    if state == "in use":
        page.get_by_role("link", name="Your key is in use").click()
    expect(page.get_by_role("heading", name="What becomes of it")).to_be_visible()
    assert faults(page) == [] and overflow(page) == []


def test_only_run_stop_and_the_cost_stick_on_a_phone(visit, chat):
    page = visit(f"/playground?model={chat}", viewport={"width": 390, "height": 700})
    bar = page.locator(".runbar")
    expect(bar).to_contain_text("Would cost")
    expect(bar.get_by_text("effective")).to_be_hidden()
    expect(page.locator("#estimate")).to_contain_text("up to 1,024 out")
    assert bar.bounding_box()["height"] < 70
