"""What someone without a mouse or a screen meets in the playground: where the focus is, what is said, which field is wrong."""

import json
import re

import pytest
from playwright.sync_api import Locator, Page, expect


@pytest.fixture
def page(visit, chat) -> Page:
    """The playground with a chat model and its example."""
    return visit(f"/playground?model={chat}")


def run(page: Page) -> Locator:
    return page.get_by_role("button", name="Run", exact=True)


def press(button: Locator) -> None:
    button.focus()
    button.press("Enter")


def test_focus_stays_on_run(page, gate):
    press(run(page))
    gate.let(1)
    expect(page.locator("#out")).to_contain_text("Hello!")
    expect(run(page)).to_be_focused()
    gate.open()
    expect(page.locator("[data-finished]")).to_be_visible()
    expect(run(page)).to_be_focused()


def test_retry_hands_the_focus_to_run(page):
    page.get_by_label("Try an error").select_option("500")
    run(page).click()
    press(page.get_by_role("button", name="Retry"))
    expect(run(page)).to_be_focused()


def test_retry_repeats_the_request_that_was_edited(page, chat):
    page.get_by_label("Try an error").select_option("500")
    expect(page.locator("#raw-form [name=sandbox_error]")).to_have_value("500")
    edited = f'{{"model": "{chat}", "messages": [{{"role": "user", "content": "Edited"}}]}}'
    page.get_by_label("Request body, JSON").fill(edited)
    page.get_by_role("button", name="Run as edited").click()
    with page.expect_request("**/playground/run") as again:
        page.get_by_role("button", name="Retry").click()
    assert "Edited" in again.value.post_data


@pytest.mark.parametrize("address", ["ai21/jamba-1.5-large", "amazon/nova-canvas", "amazon/rerank-v1", "openai/tts-1-hd"])
def test_end_of_a_run_is_said_once(visit, address):
    page = visit(f"/playground?model={address}")
    run(page).click()
    expect(page.locator("#said")).to_have_text("Complete")


def test_answer_in_one_piece_is_said(visit):
    page = visit("/playground?model=baidu/paddleocr-vl")
    run(page).click()
    expect(page.locator("#spoken")).to_contain_text("Utrecht Central")


def test_call_of_a_tool_is_said(page):
    page.get_by_text("Tools and response format").click()
    page.locator("#f-tools").fill('[{"type": "function", "function": {"name": "get_weather"}}]')
    page.get_by_label("Tool choice").fill("required")
    run(page).click()
    expect(page.locator("#spoken")).to_contain_text("Calls get_weather")


def test_what_is_waited_for_is_named(page, visit, gate):
    run(page).click()
    expect(page.locator("#state")).to_have_text("Waiting for the first token")
    gate.open()
    pictures = visit("/playground?model=amazon/nova-canvas")
    expect(pictures.locator(".idle")).to_have_text("Press Run to see the result here.")
    pictures.route("**/playground/run", lambda route: None)
    run(pictures).click()
    expect(pictures.locator("#state")).to_have_text("Waiting for the answer")


def test_wrong_field_says_so_until_it_is_right(page):
    temperature = page.get_by_label("Temperature")
    temperature.fill("9")
    run(page).click()
    wrong = "must be a number, 0 to 2."
    expect(temperature).to_have_attribute("aria-invalid", "true")
    expect(temperature).to_have_accessible_description(re.compile(re.escape(wrong)))
    expect(page.locator("#e-temperature")).to_be_visible()
    temperature.fill("1")
    expect(page.locator("#e-temperature")).to_be_hidden()
    expect(temperature).not_to_have_attribute("aria-invalid", "true")


def test_wrong_field_is_unfolded(page):
    page.get_by_text("More parameters").click()
    page.get_by_label("Seed").fill("one")
    page.get_by_text("More parameters").click()
    run(page).click()
    expect(page.get_by_label("Seed")).to_be_visible()
    expect(page.get_by_label("Seed")).to_have_accessible_description(re.compile("must be a whole number"))


def test_wrong_field_is_unfolded_without_scripts(visit, chat):
    page = visit(f"/playground?model={chat}", java_script_enabled=False)
    page.get_by_text("More parameters").click()
    page.get_by_label("Seed").fill("one")
    run(page).click()
    expect(page.get_by_label("Seed")).to_be_visible()
    expect(page.get_by_label("Seed")).to_have_accessible_description(re.compile("must be a whole number"))


def test_wrong_body_says_so(page):
    body = page.get_by_label("Request body, JSON")
    body.fill(json.dumps([]))
    page.get_by_role("button", name="Run as edited").click()
    expect(body).to_have_accessible_description(re.compile("The body must be a JSON object"))


def test_message_moved_to_the_end_keeps_the_focus(page):
    press(page.get_by_role("button", name="Move message 2 up"))
    expect(page.get_by_role("button", name="Move message 1 down")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Move message 2 up")).to_be_focused()


def test_countdown_is_not_read_out_and_its_end_is_said(page):
    page.get_by_label("Try an error").select_option("429")
    run(page).click()
    expect(page.locator("[data-until]").locator("..")).to_have_attribute("aria-live", "off")
    expect(page.locator("#said")).to_have_text("Retry can be pressed now.")
    expect(page.get_by_role("button", name="Retry")).to_be_enabled()
