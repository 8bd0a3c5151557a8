"""Where facts come from, by keyboard and without scripts; changes filtered in the page."""

import re

from playwright.sync_api import expect

MODEL = "/models/openai/gpt-4o"


def test_sources_are_reached_by_keyboard(visit):
    page = visit(MODEL)
    page.get_by_role("navigation", name="On this page").get_by_role("link", name="Sources").press("Enter")
    summary = page.locator("summary", has_text="Where these facts come from")
    table = page.get_by_role("region", name="Where these facts come from")
    expect(table).not_to_be_visible()
    summary.press("Enter")
    expect(table.get_by_role("row", name="Context window")).to_contain_text("LiteLLM price map")


def test_sources_open_without_scripts(visit):
    page = visit(MODEL, java_script_enabled=False)
    page.locator("summary", has_text="Where these facts come from").click()
    expect(page.get_by_role("region", name="Where these facts come from")).to_be_visible()


def test_changes_are_filtered_without_scripts(visit):
    page = visit("/changes", java_script_enabled=False)
    page.get_by_label("Fact").select_option("price")
    page.get_by_label("Since").fill("2026-11-01")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile("field=price&.*since=2026-11-01"))
    expect(page.get_by_label("Fact")).to_have_value("price")
    page.get_by_role("link", name="Clear").click()
    expect(page.get_by_label("Fact")).to_have_value("")
