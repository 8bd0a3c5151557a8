"""The same without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect


@pytest.fixture
def plain(visit):
    """plain(path) opens a page in a browser whose scripts are off."""
    return lambda path: visit(path, java_script_enabled=False)


def result(page: Page):
    return page.get_by_role("region", name="Result")


def test_filters_models(plain):
    page = plain("/models")
    page.get_by_role("checkbox", name=re.compile("^Speech")).check()
    page.get_by_role("button", name="Apply filters").click()
    expect(page).to_have_url(re.compile("modality=speech"))
    expect(page.get_by_role("link", name="openai/tts-1-hd")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^Modality: Speech, remove"))).to_be_visible()


def test_filters_models_on_a_phone(visit):
    page = visit("/models", java_script_enabled=False, viewport={"width": 390, "height": 844})
    page.get_by_role("button", name="Filters").click()
    page.get_by_role("checkbox", name=re.compile("^Speech")).check()
    expect(page.get_by_role("button", name=re.compile("^Show"))).to_be_hidden()
    page.get_by_role("button", name="Apply filters").first.click()
    expect(page).to_have_url(re.compile("modality=speech"))


def test_searches_from_the_home_page(plain):
    page = plain("/")
    page.get_by_role("searchbox").fill("tts-1-hd")
    page.get_by_role("searchbox").press("Enter")
    page.get_by_role("link", name="openai/tts-1-hd").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("tts-1-hd")


def test_runs_a_chat(plain, chat):
    page = plain(f"/playground?model={chat}")
    page.get_by_label("Message 2", exact=True).fill("Thanks")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(result(page)).to_contain_text("You are welcome. Is there anything else?")
    expect(page.get_by_role("region", name="Response as received")).to_contain_text("[DONE]")
    expect(page.get_by_label("Message 2", exact=True)).to_have_value("Thanks")


def test_runs_the_request_as_edited(plain, chat):
    page = plain(f"/playground?model={chat}")
    page.get_by_label("Request body, JSON").fill('{"messages": [{"role": "user", "content": "Thanks"}]}')
    page.get_by_role("button", name="Run as edited").click()
    expect(result(page)).to_contain_text("You are welcome.")


def test_speaks(plain):
    page = plain("/playground?model=openai/tts-1-hd")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_label("The spoken text")).to_have_attribute("src", re.compile("/artifacts/0$"))


def test_wrong_field_is_named_and_nothing_is_lost(plain, chat):
    page = plain(f"/playground?model={chat}")
    page.get_by_label("Message 2", exact=True).fill("Kept")
    page.get_by_label("Temperature").fill("9")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Temperature (temperature) must be a number, 0 to 2.")
    expect(page.get_by_label("Message 2", exact=True)).to_have_value("Kept")


def test_error_tells_how_long_to_wait(plain, chat):
    page = plain(f"/playground?model={chat}")
    page.get_by_label("Try an error").select_option("429")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Retry-After: ready in 2 s")


def test_retries_what_failed(plain, chat):
    page = plain(f"/playground?model={chat}")
    page.get_by_label("Try an error").select_option("500")
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_label("Try an error").select_option("")
    page.get_by_role("button", name="Retry").click()
    expect(result(page)).to_contain_text("Hello! How can I help you today?")


def test_changes_the_model(plain, chat):
    page = plain(f"/playground?model={chat}")
    page.get_by_label("Model to load").fill("openai/tts-1-hd")
    page.get_by_role("button", name="Load").click()
    expect(page.get_by_label("Text to speak")).to_be_visible()


def test_another_model_keeps_what_was_typed(plain, chat):
    page = plain(f"/playground?model={chat}")
    page.get_by_label("Message 2", exact=True).fill("My own words")
    page.get_by_label("Model to load").fill("openai/gpt-5.4")
    page.get_by_role("button", name="Load").click()
    expect(page.get_by_label("Model to load")).to_have_value("openai/gpt-5.4")
    expect(page.get_by_label("Message 2", exact=True)).to_have_value("My own words")


def test_enter_in_a_field_runs(plain, chat):
    page = plain(f"/playground?model={chat}")
    page.get_by_label("Max tokens").press("Enter")
    expect(result(page)).to_contain_text("Complete")


def test_shows_a_run_again(plain, chat):
    page = plain(f"/playground?model={chat}")
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("link", name="Your runs").click()
    page.get_by_role("rowheader").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(chat)
    expect(result(page)).to_contain_text("Hello! How can I help you today?")
