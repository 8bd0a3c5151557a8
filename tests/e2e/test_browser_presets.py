"""Presets, drafts, shortcuts and formatted answers in a browser."""

import json
import re

import pytest
from playwright.sync_api import Locator, Page, expect

LETTER = "/playground?preset=example-chat-letter&var.language=Dutch"


@pytest.fixture
def page(visit, chat) -> Page:
    return visit(f"/playground?model={chat}")


def run(page: Page) -> Locator:
    return page.get_by_role("button", name="Run", exact=True)


def result(page: Page) -> Locator:
    return page.get_by_role("region", name="Result")


def message(page: Page, n: int = 2) -> Locator:
    return page.get_by_label(f"Message {n}", exact=True)


def test_an_example_of_a_model_s_page_runs(visit, chat):
    page = visit(f"/models/{chat}")
    page.get_by_role("link", name="Sum up a notice").click()
    expect(page).to_have_url(re.compile("preset=example-chat&model="))
    expect(page.locator("#pm")).to_have_value(chat)
    run(page).click()
    expect(result(page)).to_contain_text("Complete")


def test_a_missing_variable_is_marked_then_filled_in(visit):
    page = visit(LETTER)
    run(page).click()
    expect(page.get_by_role("alert")).to_contain_text("letter is missing: fill in what stands for {{letter}}.")
    page.get_by_role("link", name=re.compile("^letter is missing")).click()
    letter = page.get_by_label(re.compile("^letter"))
    expect(letter).to_be_focused()
    expect(letter).to_have_attribute("aria-invalid", "true")
    page.get_by_label(re.compile("^name")).fill("Ann")
    letter.fill('Where is "my" hat?')
    body = page.get_by_label("Request body, JSON")
    expect(body).to_have_value(re.compile("Ann writes"))
    assert json.loads(body.input_value())["messages"][1]["content"] == 'Ann writes:\n\nWhere is "my" hat?'
    expect(letter).not_to_have_attribute("aria-invalid", "true")
    run(page).click()
    expect(result(page)).to_contain_text("Complete")


def test_saves_where_it_stands_and_opens_for_another_visitor(page, visit):
    message(page).fill("Ahoy, {{name}}!")
    page.get_by_text("Save as preset").click()
    page.get_by_label("Name of the preset").fill("Ahoy")
    page.keyboard.press("Enter")
    expect(page.locator("#preset-saved")).to_contain_text("Saved as Ahoy. That link opens it for anyone who has it.")
    expect(message(page)).to_have_value("Ahoy, {{name}}!")
    other = visit(page.get_by_role("link", name="Ahoy").get_attribute("href"))
    expect(message(other)).to_have_value("Ahoy, {{name}}!")
    expect(other.get_by_label(re.compile("^name"))).to_be_visible()


def test_renames_exports_and_deletes(page):
    page.get_by_text("Save as preset").click()
    page.get_by_label("Name of the preset").fill("First")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Your presets").click()
    page.get_by_text("Change First").click()
    page.get_by_label("Name", exact=True).fill("Second")
    page.get_by_role("button", name="Rename").click()
    expect(page.get_by_role("status").first).to_contain_text("Saved as “Second”.")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export all as JSON").click()
    told = json.loads(download.value.path().read_text("utf-8"))
    assert [preset["name"] for preset in told["presets"]] == ["Second"]
    page.get_by_text("Change Second").click()
    page.get_by_role("button", name="Delete Second").click()
    expect(page.get_by_text("None yet.")).to_be_visible()
    page.get_by_label("Import a file").set_input_files(download.value.path())
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("link", name="Second")).to_be_visible()


def test_works_without_scripts(visit):
    page = visit(LETTER, java_script_enabled=False)
    page.get_by_label(re.compile("^name")).fill("Ann")
    run(page).click()
    expect(page.get_by_role("alert")).to_contain_text("letter is missing")
    expect(page.get_by_label(re.compile("^name"))).to_have_value("Ann")
    page.get_by_text("Save as preset").click()
    page.get_by_label("Name of the preset").fill("Plain")
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_url(re.compile("preset="))
    expect(page.locator("#preset")).to_contain_text("Preset Plain")


def test_a_draft_outlives_a_reload(page, chat):
    message(page).fill("Half a thought")
    page.get_by_role("button", name="Add message").click()
    message(page, 3).fill("and the rest")
    page.get_by_label("Max tokens").fill("77")
    page.reload()
    expect(page.get_by_text("Your draft is back.")).to_be_visible()
    expect(message(page)).to_have_value("Half a thought")
    expect(message(page, 3)).to_have_value("and the rest")
    expect(page.get_by_label("Max tokens")).to_have_value("77")
    expect(page.get_by_label("Request body, JSON")).to_have_value(re.compile("and the rest"))
    page.get_by_role("button", name="Discard draft").click()
    expect(message(page)).to_have_value("Hello!")
    page.reload()
    expect(message(page)).to_have_value("Hello!")
    expect(page.get_by_text("Your draft is back.")).to_be_hidden()


def test_a_draft_of_columns_outlives_a_reload(visit, chat):
    page = visit(f"/playground?models={chat},{chat},{chat}")
    message(page).fill("Typed for both")
    page.get_by_text("Own parameters").nth(2).click()
    page.locator("[name='2.max_tokens'], [name='2.max_completion_tokens']").fill("33")
    page.get_by_role("button", name=f"Remove {chat}").first.click()
    expect(page.locator("[data-column]")).to_have_count(2)
    expect(page).to_have_url(re.compile(f"models={chat},{chat}$"))
    page.reload()
    expect(page.get_by_text("Your draft is back.")).to_be_visible()
    expect(message(page)).to_have_value("Typed for both")
    expect(page.locator("[name$='.max_tokens'], [name$='.max_completion_tokens']").last).to_have_value("33")
    page.get_by_role("button", name="Discard draft").click()
    expect(message(page)).to_have_value("Hello!")


def test_a_draft_stays_with_its_model(page, chat):
    message(page).fill("For this model only")
    page.goto("/playground?model=openai/tts-1-hd")
    expect(page.get_by_text("Your draft is back.")).to_be_hidden()
    page.goto(f"/playground?model={chat}")
    expect(message(page)).to_have_value("For this model only")


def test_a_preset_wins_over_a_draft_but_not_over_its_reload(page):
    page.goto(LETTER)
    page.get_by_label(re.compile("^name")).fill("Ann")
    page.goto("/playground")
    page.goto(LETTER)
    expect(page.get_by_label(re.compile("^name"))).to_have_value("")
    page.get_by_label(re.compile("^name")).fill("Bob")
    page.reload()
    expect(page.get_by_label(re.compile("^name"))).to_have_value("Bob")


def test_a_draft_has_no_files(visit, chat):
    page = visit("/playground?preset=example-chat-vision")
    message(page, 1).fill("Look")
    page.reload()
    expect(message(page, 1)).to_have_value("Look")
    assert "base64" not in page.evaluate("JSON.stringify({...sessionStorage, ...localStorage})")


def test_a_window_without_storage_works(visit, chat):
    page = visit(f"/playground?model={chat}")
    page.add_init_script("for (const s of [Storage.prototype]) s.getItem = s.setItem = () => { throw new DOMException('no') }")
    page.reload()
    message(page).fill("Thanks")
    run(page).click()
    expect(result(page)).to_contain_text("You are welcome.")


def test_keys_are_listed_and_can_be_switched_off(page, chat):
    page.locator("h1").click()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Single keys work in this browser").uncheck()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.reload()
    page.locator("h1").click()
    for key in ("?", "p", "/"):
        page.keyboard.press(key)
    expect(dialog).to_be_hidden()
    assert page.evaluate("document.activeElement.tagName") == "MAIN"
    page.get_by_role("link", name="Keyboard").click()
    expect(dialog.get_by_label("Single keys work in this browser")).not_to_be_checked()


def test_p_goes_to_the_prompt_and_letters_are_typed_there(page):
    page.locator("h1").click()
    page.keyboard.press("p")
    expect(message(page)).to_be_focused()
    page.keyboard.type(" p?fr")
    expect(message(page)).to_have_value("Hello! p?fr")


@pytest.mark.parametrize("keys", ["Escape", "Control+."])
def test_a_key_stops(page, gate, keys):
    page.keyboard.press("Control+Enter")
    gate.let(1)
    expect(result(page)).to_contain_text("Hello!")
    page.keyboard.press(keys)
    expect(result(page)).to_contain_text("Stopped")


def test_r_goes_to_the_runs(page):
    page.locator("h1").click()
    page.keyboard.press("r")
    expect(page).to_have_url(re.compile("/playground/runs$"))


def test_enter_in_a_field_runs(page):
    page.get_by_label("Max tokens").press("Enter")
    expect(result(page)).to_contain_text("Complete")


def test_enter_and_escape_of_an_input_method_press_nothing(page, gate):
    page.get_by_text("Save as preset").click()
    name = page.get_by_label("Name of the preset")
    name.fill("にほ")
    name.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    run(page).click()
    name.dispatch_event("keydown", {"key": "Escape", "isComposing": True})
    expect(page.get_by_role("button", name="Stop")).to_be_enabled()
    gate.let(99)
    expect(result(page)).to_contain_text("Complete")
    expect(page.locator("#preset-saved")).to_be_empty()


def test_n_and_b_go_from_column_to_column(visit, chat):
    page = visit(f"/playground?models={chat},openai/gpt-5.4")
    page.locator("h1").click()
    for key, model in (("n", chat), ("n", "openai/gpt-5.4"), ("b", chat)):
        page.keyboard.press(key)
        expect(page.get_by_role("region", name=f"Result of {model}")).to_be_focused()


def test_an_answer_is_formatted_on_demand_and_back(page):
    message(page).fill("# A title\n\nand **bold** ![p](https://e.example/p.png)")
    run(page).click()
    expect(result(page)).to_contain_text("Complete")
    expect(result(page)).to_contain_text("**bold**")
    page.locator("h1").click()
    page.keyboard.press("f")
    expect(result(page).locator(".formatted strong")).to_have_text("bold")
    expect(result(page).locator(".out")).to_be_hidden()
    expect(result(page).locator(".formatted img")).to_have_count(0)
    page.keyboard.press("f")
    expect(result(page).locator(".out")).to_be_visible()
    expect(result(page).locator(".formatted")).to_be_hidden()


def test_an_answer_is_formatted_without_scripts(visit, chat):
    page = visit(f"/playground?model={chat}", java_script_enabled=False)
    message(page).fill("and **bold**")
    run(page).click()
    page.get_by_role("link", name="Formatted").click()
    expect(page.locator(".formatted strong")).to_have_text("bold")
    page.get_by_role("link", name="Text as it came").click()
    expect(result(page)).to_contain_text("**bold**")
