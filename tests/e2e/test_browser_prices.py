"""Prices in a real browser: the switch is remembered, the calculator follows, the text stays here."""

import re

from playwright.sync_api import expect


def switch(page, name: str):
    return page.get_by_role("navigation", name="Prices shown").get_by_role("link", name=name)


def test_effective_prices_are_remembered_and_going_back_is_not_undone(visit):
    page = visit("/models/openai/gpt-4o")
    switch(page, "Effective").click()
    expect(page).to_have_url(re.compile(r"/models/openai/gpt-4o\?prices=effective$"))
    page.goto("/calculator?requests=7")
    expect(page).to_have_url(re.compile(r"/calculator\?requests=7&prices=effective$"))
    page.go_back()
    expect(page).to_have_url(re.compile(r"gpt-4o\?prices=effective$"))
    page.go_back()
    expect(page).to_have_url(re.compile(r"gpt-4o$"))
    expect(switch(page, "List")).to_have_attribute("aria-current", "true")
    switch(page, "Effective").click()
    switch(page, "List").click()
    page.goto("/calculator")
    expect(page).to_have_url(re.compile(r"/calculator$"))


def test_the_switch_of_the_playground_keeps_what_was_typed(visit):
    page = visit("/playground?model=openai/gpt-4o")
    page.get_by_label("Message 2", exact=True).fill("Kept")
    switch(page, "Effective").click()
    expect(switch(page, "Effective")).to_have_attribute("aria-current", "true")
    expect(page.locator("#about-model")).to_contain_text("$2.63")
    expect(page.get_by_label("Message 2", exact=True)).to_have_value("Kept")


def test_the_calculator_follows_what_is_typed(visit):
    page = visit("/calculator?models=openai/gpt-4o")
    box = page.get_by_label("Requests a month")
    box.fill("2000000")
    expect(page.locator(".bills")).to_contain_text("$15,000.00")
    expect(page).to_have_url(re.compile("requests=2000000"))
    expect(box).to_be_focused()
    box.fill("-5")
    expect(page.get_by_role("alert")).to_contain_text("(requests) must be a whole number from 0 to 1,000,000,000.")
    expect(box).to_have_value("-5")
    expect(box).to_have_attribute("aria-invalid", "true")


def test_a_pasted_text_is_counted_and_its_counts_are_used(visit):
    page = visit("/calculator?models=openai/gpt-4o&output_tokens=0")
    page.get_by_label("Text", exact=True).fill("Hello world, how are you")
    page.get_by_role("button", name="Count").click()
    expect(page.get_by_role("status").first).to_contain_text("24 characters, 6 tokens of o200k_base. Exact for openai/gpt-4o.")
    expect(page.get_by_label("Input tokens a request")).to_have_value("6")
    assert "Hello" not in page.url


def test_calculates_without_scripts(visit):
    page = visit("/calculator", java_script_enabled=False)
    page.get_by_label("Add a model").fill("openai/tts-1-hd")
    page.get_by_role("button", name="Add").click()
    page.get_by_label("Characters a request").fill("2000")
    page.get_by_role("button", name="Calculate").click()
    expect(page.locator(".bills")).to_contain_text("$60.00")
    page.get_by_role("link", name="Effective").click()
    expect(page).to_have_url(re.compile("characters=2000.*prices=effective"))
    page.get_by_label("Text", exact=True).fill("Grüße")
    page.get_by_role("button", name="Count").click()
    expect(page.get_by_label("Characters a request")).to_have_value("5")
    expect(page).to_have_url(re.compile("prices=effective"))


def test_a_model_is_added_and_removed_in_place(visit):
    page = visit("/calculator?models=openai/gpt-4o")
    page.get_by_label("Add a model").fill("openai/tts-1-hd")
    page.get_by_label("Add a model").press("Enter")
    expect(page.get_by_label("Characters a request")).to_have_value("1000")
    expect(page.locator(".bills tbody tr")).to_have_count(2)
    page.get_by_role("link", name="Remove openai/gpt-4o").click()
    expect(page.locator(".bills tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile("models=openai/tts-1-hd&requests=1000"))
