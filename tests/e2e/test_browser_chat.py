"""A conversation in the browser: messages, pictures, tools, formats, reasoning, several answers, going on."""

import json
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from catalog import snapshot
from catalog.endpoints.sandbox.pictures import drawn

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather", "description": "The weather of a city.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}  # fmt: skip
PLACE = {"type": "object", "properties": {"city": {"type": "string"}, "people": {"type": "integer"}}, "required": ["city"]}


@pytest.fixture
def path(site) -> str:
    """The playground with a model that sees, calls tools and thinks."""
    able = (
        card for card in snapshot.latest().cards
        if card.endpoints[:1] == ("chat",) and all(card.capabilities.get(name) for name in ("tools", "vision", "reasoning"))
    )  # fmt: skip
    return f"/playground?model={next(able).slug}"


@pytest.fixture
def page(visit, path) -> Page:
    return visit(path)


def run(page: Page) -> None:
    page.get_by_role("button", name="Run", exact=True).click()


def result(page: Page) -> Locator:
    return page.get_by_role("region", name="Result")


def body(page: Page) -> dict:
    return json.loads(page.get_by_label("Request body, JSON").input_value())


def message(page: Page, n: int) -> Locator:
    return page.get_by_label(f"Message {n}", exact=True)


def ask_for_weather(page: Page) -> None:
    message(page, 2).fill("What is the weather in Oslo?")
    page.get_by_text("Tools and response format").click()
    page.get_by_role("textbox", name="Tools").fill(json.dumps([WEATHER]))


def test_messages_are_reordered_by_keyboard(page):
    page.get_by_role("button", name="Move message 2 up").focus()
    page.keyboard.press("Enter")
    expect(message(page, 1)).to_have_value("Hello!")
    expect(page.locator("#said")).to_have_text("Message 1 of 2")
    expect(page.get_by_label("Request body, JSON")).to_have_value(re.compile('"user".*"system"', re.S))
    page.get_by_role("button", name="Move message 1 down").click()
    expect(message(page, 2)).to_have_value("Hello!")


def test_picture_is_sent(page, tmp_path):
    (tmp_path / "tram.png").write_bytes(drawn("a tram", 64, 32))
    message(page, 2).fill("What is this?")
    page.get_by_text("Add a picture").last.click()
    page.get_by_label("File").last.set_input_files(tmp_path / "tram.png")
    expect(page.get_by_label("Request body, JSON")).to_have_value(re.compile("data:image/png;base64"))
    run(page)
    expect(result(page)).to_contain_text("Complete")
    expect(result(page)).to_contain_text("64 × 32")


def test_file_that_is_no_picture_is_named(page, tmp_path):
    (tmp_path / "fake.png").write_text("no picture at all")
    page.get_by_text("Add a picture").last.click()
    page.get_by_label("File").last.set_input_files(tmp_path / "fake.png")
    run(page)
    expect(page.get_by_role("alert")).to_contain_text("message 2: the file's bytes show no PNG")
    expect(message(page, 2)).to_have_value("Hello!")


def test_tool_is_called_answered_and_gone_on_with(page):
    ask_for_weather(page)
    run(page)
    expect(result(page)).to_contain_text("Calls get_weather")
    expect(page.get_by_role("region", name="Arguments of get_weather")).to_contain_text('"city"')
    page.get_by_role("link", name="Answer the call and go on").click()
    expect(message(page, 4)).to_be_focused()
    page.keyboard.type("12 degrees and rain")
    run(page)
    expect(result(page)).to_contain_text("12 degrees and rain")
    assert [entry["role"] for entry in body(page)["messages"]] == ["system", "user", "assistant", "tool"]


def test_tools_are_checked_while_they_are_written(page):
    page.get_by_text("Tools and response format").click()
    tools = page.get_by_role("textbox", name="Tools")
    tools.fill("[{")
    expect(page.locator("#e-tools")).to_contain_text("not valid JSON at line 1")
    expect(tools).to_have_attribute("aria-invalid", "true")
    tools.fill(json.dumps([WEATHER]))
    expect(page.locator("#e-tools")).to_be_hidden()
    expect(page.get_by_label("Request body, JSON")).to_have_value(re.compile("get_weather"))


def test_answer_is_judged_by_the_schema(page):
    page.get_by_text("Tools and response format").click()
    schema = page.get_by_role("textbox", name="Schema")
    expect(schema).to_be_hidden()
    page.get_by_label("Response format").select_option("json_schema")
    schema.fill(json.dumps(PLACE))
    run(page)
    expect(result(page)).to_contain_text("The answer is the JSON that was asked for.")
    assert set(json.loads(page.locator("#out").inner_text())) >= {"city"}


def test_reasoning_is_folded_away(page, gate):
    page.get_by_label("Reasoning effort").select_option("low")
    run(page)
    gate.let(3)
    expect(page.locator("#thought")).to_be_visible()
    gate.open()
    expect(result(page)).to_contain_text("Complete")
    thought = result(page).locator("details", has_text="Reasoning")
    expect(thought.locator(".out")).to_be_hidden()
    thought.get_by_text("Reasoning", exact=True).click()
    expect(thought.locator(".out")).to_be_visible()


def test_refusal_is_marked(page):
    message(page, 2).fill("Refuse this, please.")
    run(page)
    expect(result(page)).to_contain_text("The model refused.")


def test_several_answers_and_their_probabilities(page):
    page.get_by_text("More parameters").click()
    page.get_by_label("Choices").fill("3")
    page.get_by_label("Log probabilities", exact=False).first.check()
    run(page)
    expect(result(page).get_by_role("heading", name="Answer 3 of 3")).to_be_visible()
    result(page).get_by_text("Probability of").first.click()
    expect(page.get_by_role("region", name="Probability of each token").first).to_contain_text("%")


def test_conversation_goes_on(page):
    run(page)
    result(page).get_by_role("link", name="Continue").click()
    expect(message(page, 4)).to_be_focused()
    expect(message(page, 3)).to_have_value("Hello! How can I help you today?")
    page.keyboard.type("Thanks")
    page.keyboard.press("Control+Enter")
    expect(result(page)).to_contain_text("You are welcome.")


def test_goes_on_without_scripts(visit, path):
    page = visit(path, java_script_enabled=False)
    ask_for_weather(page)
    run(page)
    page.get_by_role("link", name="Answer the call and go on").click()
    message(page, 4).fill("12 degrees and rain")
    run(page)
    expect(result(page)).to_contain_text("12 degrees and rain")
