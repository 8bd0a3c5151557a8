"""The guide on the admin's start page, in a browser, against a gateway on a socket."""

from urllib.parse import urlsplit

from playwright.sync_api import Page, expect
from test_accessibility import faults, overflow


def step(page: Page, title: str, state: str) -> None:
    expect(page.get_by_role("heading", name=f"{title} {state}", exact=True)).to_be_visible()


def test_the_guide_leads_to_a_first_answer(signed_in, served):
    page = signed_in()
    step(page, "Gateway", "Done")
    step(page, "Key", "Done")
    step(page, "Test run", "To do")
    page.get_by_role("link", name="in the playground").click()
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_text("Hello from the gateway.").first).to_be_visible()
    page.goto("/admin/")
    step(page, "Test run", "Done")


def test_the_button_asks_anew_keeps_the_focus_and_says_so(signed_in, gateway):
    page = signed_in()
    step(page, "Key", "Done")
    gateway.takes("another key")
    button = page.get_by_role("button", name="Check the gateway now")
    button.focus()
    page.keyboard.press("Enter")
    step(page, "Key", "Fault")
    expect(page.get_by_role("status").filter(has_text="The gateway was asked.")).to_have_count(1)
    expect(button).to_be_focused()


def test_without_scripts_the_button_leads_to_a_page_of_its_own(signed_in, gateway):
    page = signed_in(java_script_enabled=False)
    step(page, "Gateway", "Not known yet")
    page.get_by_role("button", name="Check the gateway now").click()
    assert urlsplit(page.url).path == "/admin/guide"
    step(page, "Gateway", "Done")


def test_axe_finds_nothing_in_the_guide(signed_in, gateway):
    gateway.takes("another key")
    page = signed_in()
    step(page, "Key", "Fault")
    assert faults(page) == [] and overflow(page) == []
    page.goto("/admin/guide")
    assert faults(page) == [] and overflow(page) == []
