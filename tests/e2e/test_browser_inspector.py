"""The inspector of a run and the comparison of two, in a browser: by mouse, by keyboard alone, and without scripts."""

import json

import pytest
from playwright.sync_api import Locator, Page, expect

HELLO = "Hello! How can I help you today?"


@pytest.fixture
def page(visit, chat) -> Page:
    """The playground after a streamed run."""
    page = visit(f"/playground?model={chat}", permissions=["clipboard-read", "clipboard-write"])
    run(page)
    return page


def run(page: Page) -> None:
    page.get_by_role("button", name="Run", exact=True).click()
    expect(inspector(page).get_by_role("heading", name="Inspector")).to_be_visible()


def inspector(page: Page) -> Locator:
    return page.locator("#inspector")


def open_tab(page: Page, name: str) -> Locator:
    inspector(page).get_by_role("radio", name=name, exact=True).check(force=True)
    return inspector(page).locator(f".panel[data-label={name}]")


def clipboard(page: Page) -> str:
    return page.evaluate("navigator.clipboard.readText()")


def test_a_path_is_copied(page):
    inspector(page).get_by_role("button", name="Copy path choices[0].message.content").click()
    expect(inspector(page).get_by_text("Copied")).to_be_visible()
    assert clipboard(page) == "choices[0].message.content"


def test_a_path_is_copied_by_keyboard(page):
    summary = inspector(page).locator("summary", has_text="choices")
    summary.focus()
    folded = summary.locator("..")
    page.keyboard.press("Enter")
    expect(folded).not_to_have_attribute("open", "")
    page.keyboard.press("Enter")
    expect(folded).to_have_attribute("open", "")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_have_text("Copied")
    assert clipboard(page) == "choices[0]"


def test_without_a_clipboard_the_path_is_offered(page):
    offered = []
    page.on("dialog", lambda dialog: (offered.append(dialog.default_value), dialog.dismiss()))
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    inspector(page).get_by_role("button", name="Copy path usage", exact=True).click()
    assert offered == ["usage"]


def test_copies_the_exact_request_as_curl(page):
    inspector(page).get_by_role("button", name="Copy as curl").click()
    expect(inspector(page).get_by_text("Copied")).to_be_visible()
    assert clipboard(page).startswith("curl http") and '"stream_options":{"include_usage":true}' in clipboard(page)
    assert clipboard(page) == open_tab(page, "Code").locator("#exact-curl").text_content()


def test_events_stand_with_their_moments(page):
    shown = open_tab(page, "Events")
    expect(shown.get_by_role("img", name="When the events came")).to_be_visible()
    expect(shown.get_by_role("row").last).to_contain_text("[DONE]")


def test_the_tab_stays_open_for_the_next_run(page, gate):
    open_tab(page, "Cost")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(inspector(page)).to_be_empty()
    gate.open()
    expect(inspector(page).get_by_text("÷ (1 −")).to_be_visible()


def test_a_run_is_downloaded_as_json(page):
    with page.expect_download() as found:
        inspector(page).get_by_role("link", name="Download as JSON").click()
    record = json.loads(found.value.path().read_text("utf-8"))
    assert record["output"] == HELLO and len(record["arrivals"]) > 3


def test_two_runs_are_compared(page):
    page.get_by_label("Temperature").fill("0.1")
    run(page)
    expect(inspector(page)).to_contain_text("0.1")
    inspector(page).get_by_role("link", name="Compare with another run").click()
    page.get_by_role("button", name="Compare").click()
    row = page.get_by_role("row").filter(has_text="temperature")
    expect(row).to_contain_text("changed")
    expect(page.get_by_role("row").filter(has_text="messages[0].content")).to_have_count(1)
    page.get_by_role("link", name="Differences only").click()
    expect(row).to_contain_text("0.1")
    expect(page.get_by_role("row").filter(has_text="messages[0].content")).to_have_count(0)


def test_two_runs_are_ticked_in_the_list(page):
    run(page)
    page.get_by_role("link", name="Your runs").click()
    for box in page.get_by_role("checkbox", name="Compare:").all():
        box.check()
    page.get_by_role("button", name="Compare two").click()
    expect(page.get_by_text("Both gave the same text.")).to_be_visible()


def test_all_of_it_works_without_scripts(visit, chat):
    page = visit(f"/playground?model={chat}", java_script_enabled=False)
    for _ in range(2):
        page.get_by_role("button", name="Run", exact=True).click()
        expect(inspector(page)).to_contain_text("finish_reason")
    expect(inspector(page).get_by_role("button")).to_have_count(0)
    expect(open_tab(page, "Cost")).to_contain_text("÷ (1 −")
    expect(open_tab(page, "Events").get_by_role("row").last).to_contain_text("[DONE]")
    page.get_by_role("link", name="Compare with another run").click()
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_text("Both gave the same text.")).to_be_visible()
