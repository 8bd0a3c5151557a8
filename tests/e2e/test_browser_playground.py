"""The playground in a browser, with scripts."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from playground.sandbox import transport

HELLO = "Hello! How can I help you today?"
SPEECH = "/playground?model=openai/tts-1-hd"
DURATION = """async audio => {
    if (audio.readyState < 1) await new Promise((yes, no) => { audio.onloadedmetadata = yes; audio.onerror = no; });
    return audio.duration;
}"""
PLAYED = """async audio => {
    audio.muted = true;
    await audio.play();
    await new Promise((yes) => { audio.ontimeupdate = () => audio.currentTime > 0 && yes(); });
    return audio.error;
}"""


@pytest.fixture
def page(visit, chat) -> Page:
    """The playground with a chat model and its example."""
    return visit(f"/playground?model={chat}")


def run(page: Page) -> Locator:
    return page.get_by_role("button", name="Run", exact=True)


def result(page: Page) -> Locator:
    return page.get_by_role("region", name="Result")


def request_body(page: Page) -> Locator:
    return page.get_by_label("Request body, JSON")


def received(page: Page) -> str:
    return page.locator("#raw").inner_text()


def test_tokens_arrive_one_by_one(page, gate):
    before = transport.streams["finished"]
    run(page).click()
    gate.let(1)
    expect(result(page)).to_contain_text("Hello!")
    expect(result(page)).to_contain_text("Streaming, first token")
    assert "today?" not in result(page).inner_text() and transport.streams["finished"] == before
    gate.let(1)
    expect(result(page)).to_contain_text("Hello! How")
    gate.open()
    expect(result(page)).to_contain_text("Complete")
    expect(result(page)).to_contain_text(HELLO)


def test_events_are_shown_as_they_come(page, gate):
    run(page).click()
    gate.let(1)
    expect(page.locator("#raw")).to_contain_text('"content":"Hello!"')
    assert "[DONE]" not in received(page)
    gate.open()
    expect(page.locator("#raw")).to_contain_text("[DONE]")


def test_stop_hangs_up(page, gate):
    before = transport.streams.copy()
    run(page).click()
    gate.let(1)
    expect(result(page)).to_contain_text("Hello!")
    page.get_by_role("button", name="Stop").click()
    expect(result(page)).to_contain_text("Stopped")
    expect(result(page)).to_contain_text("Hello!")
    assert transport.streams - before == {"started": 1, "hung_up": 1}
    expect(run(page)).to_be_enabled()


def test_leaving_the_page_hangs_up(page, gate):
    before = transport.streams["hung_up"]
    run(page).click()
    gate.let(1)
    expect(result(page)).to_contain_text("Hello!")
    page.goto("/playground/runs")
    expect(page.get_by_role("row").nth(1)).to_contain_text(re.compile("stopped|running"))
    page.wait_for_function("async () => (await (await fetch('/playground/runs')).text()).includes('stopped')")
    assert transport.streams["hung_up"] == before + 1


def test_running_twice_is_not_possible(page, gate):
    before = transport.streams["started"]
    run(page).click()
    expect(run(page)).to_be_disabled()
    page.keyboard.press("Control+Enter")
    gate.open()
    expect(result(page)).to_contain_text("Complete")
    assert transport.streams["started"] == before + 1


def test_result_tells_tokens_cost_and_time(page):
    run(page).click()
    expect(result(page)).to_contain_text("24 input tokens")
    expect(result(page)).to_contain_text("12 output tokens")
    expect(result(page)).to_contain_text(re.compile(r"first token \d+ ms|first token \d\.\d+ s"))
    expect(result(page)).to_contain_text(re.compile(r"would cost <?\$0\.\d+ list, <?\$0\.\d+ effective"))
    expect(result(page)).to_contain_text("Sandbox: no model was called")


def test_answer_is_told_to_screen_readers_in_sentences(page):
    run(page).click()
    expect(result(page)).to_contain_text("Complete")
    spoken = page.locator("[aria-live=polite]")
    assert [part.strip() for part in spoken.locator("p").all_inner_texts()] == ["Hello!", "How can I help you today?"]


def test_request_follows_the_form(page, chat):
    page.get_by_label("Max tokens").fill("5")
    page.get_by_label("Message 2", exact=True).fill("Bonjour")
    expect(request_body(page)).to_have_value(re.compile("Bonjour"))
    body = json.loads(request_body(page).input_value())
    assert body["max_tokens"] == 5 and body["messages"][1] == {"role": "user", "content": "Bonjour"}
    assert (body["model"], body["stream"]) == (chat, True)


def test_code_follows_the_form(page):
    page.get_by_label("Message 2", exact=True).fill("Bonjour")
    expect(page.get_by_role("region", name="Python, code")).to_contain_text("Bonjour")


def test_request_shown_is_what_is_sent(page):
    shown = json.loads(request_body(page).input_value())
    assert json.loads(ran(page)["request"]["body"]) == shown


def ran(page: Page, button: str = "Run") -> dict[str, Any]:
    """The record of a run."""
    page.get_by_role("button", name=button, exact=True).click()
    expect(result(page)).to_contain_text("Complete")
    page.goto("/playground/runs")
    path = page.get_by_role("rowheader").get_by_role("link").first.get_attribute("href")
    return page.evaluate("async path => (await fetch(path, {headers: {Accept: 'application/json'}})).json()", path)


def test_request_is_run_as_edited(page, chat):
    edited = f'{{"model": "{chat}",   "messages": [{{"role": "user", "content": "Thanks"}}], "stream": true}}'
    request_body(page).fill(edited)
    record = ran(page, "Run as edited")
    assert record["request"]["body"] == edited
    assert record["output"] == "You are welcome. Is there anything else?"


def test_bad_json_is_named_and_kept(page):
    request_body(page).fill('{"messages": [')
    page.get_by_role("button", name="Run as edited").click()
    expect(page.get_by_role("alert")).to_contain_text("The body is not valid JSON at line 1, column 15")
    assert request_body(page).input_value() == '{"messages": ['


def test_messages_are_added_and_removed(page):
    page.get_by_role("button", name="Add message").click()
    expect(page.get_by_label("Message 3", exact=True)).to_be_focused()
    page.keyboard.type("And now?")
    page.get_by_role("button", name="Remove message 1").click()
    expect(page.get_by_label("Message 2", exact=True)).to_have_value("And now?")
    expect(request_body(page)).to_have_value(re.compile("And now?"))
    assert len(json.loads(request_body(page).input_value())["messages"]) == 2


def test_error_counts_down_and_retries(page):
    page.get_by_label("Try an error").select_option("429")
    run(page).click()
    expect(page.get_by_role("alert")).to_contain_text("429 rate_limit_error")
    expect(page.get_by_role("alert")).to_contain_text("Wait for Retry-After seconds.")
    retry = page.get_by_role("button", name="Retry")
    expect(retry).to_be_disabled()
    expect(retry).to_be_enabled()
    page.get_by_label("Try an error").select_option("")
    retry.click()
    expect(result(page)).to_contain_text(HELLO)


def test_error_without_a_wait_retries_at_once(page):
    page.get_by_label("Try an error").select_option("500")
    run(page).click()
    expect(page.get_by_role("button", name="Retry")).to_be_enabled()


def test_wrong_field_is_named_and_nothing_is_lost(page):
    page.get_by_label("Message 2", exact=True).fill("Kept")
    page.get_by_label("Temperature").fill("9")
    run(page).click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was sent.")
    expect(page.locator("#raw")).to_have_text("Nothing received yet.")
    page.get_by_role("link", name=re.compile("temperature")).click()
    expect(page.get_by_label("Temperature")).to_be_focused()
    expect(page.get_by_label("Message 2", exact=True)).to_have_value("Kept")


def test_refused_run_leaves_nothing_of_the_last_answer(page):
    page.get_by_label("Stream the answer").uncheck()
    run(page).click()
    expect(page.get_by_role("heading", name="Response HTTP 200, laid out for reading")).to_be_visible()
    page.get_by_label("Temperature").fill("9")
    run(page).click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was sent.")
    expect(page.locator("#response")).to_have_text("ResponseNothing received yet.")
    expect(page.get_by_role("region", name="Response as received")).to_be_visible()


def test_audio_plays(visit):
    page = visit(SPEECH)
    page.get_by_label("Format").select_option("wav")
    run(page).click()
    audio = page.get_by_label("The spoken text")
    expect(audio).to_be_visible()
    assert 1 < audio.evaluate(DURATION) < 20
    assert audio.evaluate(PLAYED) is None


def test_works_by_keyboard_alone(page):
    message = page.get_by_label("Message 2", exact=True)
    for _ in range(60):
        page.keyboard.press("Tab")
        if message.evaluate("box => box === document.activeElement"):
            break
    page.keyboard.press("Control+A")
    page.keyboard.type("Thanks")
    page.keyboard.press("Control+Enter")
    expect(result(page)).to_contain_text("You are welcome.")


def test_stop_is_reached_by_keyboard(page, gate):
    run(page).focus()
    page.keyboard.press("Enter")
    gate.let(1)
    expect(result(page)).to_contain_text("Hello!")
    stop = page.get_by_role("button", name="Stop")
    stop.focus()
    page.keyboard.press("Enter")
    expect(result(page)).to_contain_text("Stopped")
    expect(run(page)).to_be_focused()


def test_ctrl_enter_in_the_request_runs_it_as_edited(page, chat):
    request_body(page).fill(f'{{"model": "{chat}", "messages": [{{"role": "user", "content": "Thanks"}}]}}')
    page.keyboard.press("Control+Enter")
    expect(result(page)).to_contain_text("You are welcome.")


def test_phone_shows_request_and_response_as_tabs(visit, chat):
    page = visit(f"/playground?model={chat}", viewport={"width": 390, "height": 844})
    expect(request_body(page)).to_be_visible()
    run(page).click()
    expect(result(page)).to_contain_text("Complete")
    expect(page.locator("#raw")).to_be_visible()
    expect(request_body(page)).to_be_hidden()
    page.get_by_label("Request", exact=True).check(force=True)
    expect(request_body(page)).to_be_visible()


def test_runs_are_the_visitor_s_own(page, visit):
    run(page).click()
    expect(result(page)).to_contain_text("Complete")
    page.get_by_role("link", name="Your runs").click()
    expect(page.get_by_role("rowheader")).to_have_count(1)
    expect(visit("/playground/runs").get_by_text("No runs yet.")).to_be_visible()


def test_what_was_typed_goes_along_to_another_model(page):
    page.get_by_label("Message 2", exact=True).fill("My own words")
    page.get_by_label("Model", exact=True).fill("openai/gpt-5.4")
    page.get_by_role("button", name="Load").click()
    page.wait_for_url("**/playground?model=openai%2Fgpt-5.4&endpoint=chat")
    expect(page.get_by_label("Message 2", exact=True)).to_have_value("My own words")
    expect(page.get_by_label("Message 1", exact=True)).to_have_value("You are a helpful assistant.")
    assert "My own words" in request_body(page).input_value()
    run(page).click()
    expect(result(page)).to_contain_text("My own words")


def test_another_kind_of_model_begins_with_its_example(page):
    page.get_by_label("Message 2", exact=True).fill("My own words")
    page.get_by_label("Model", exact=True).fill("amazon/nova-canvas")
    page.get_by_role("button", name="Load").click()
    expect(page.get_by_label("Prompt")).to_have_value("A lighthouse at dusk")
