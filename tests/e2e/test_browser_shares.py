"""Sharing a run, taking up a shared one, and the list of runs, in a browser."""

import re

import pytest
from playwright.sync_api import Page, expect


@pytest.fixture
def page(visit, chat) -> Page:
    """The playground with a finished run."""
    page = visit(f"/playground?model={chat}")
    finish(page)
    return page


def finish(page: Page) -> None:
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_role("region", name="Result")).to_contain_text("Complete")


def shared(page: Page) -> str:
    """Shares the run with one click and gives the path."""
    page.get_by_role("button", name="Share", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Anyone with this link")).to_be_visible()
    return page.get_by_role("link", name="Open it").get_attribute("href") or ""


def test_a_share_opens_in_a_fresh_browser_and_closes_for_all(page, visit):
    page.get_by_label("Message 1", exact=True).fill("You are a canary.")
    finish(page)
    path = shared(page)
    assert page.get_by_label("Message 1", exact=True).input_value() == "You are a canary."
    stranger = visit(path)
    expect(stranger.get_by_role("heading", level=1)).to_contain_text("Shared run of")
    expect(stranger.locator("main")).to_contain_text("You are a canary.")
    assert stranger.context.cookies() == [] and stranger.get_by_role("button", name="Close the share").count() == 0
    page.goto(path)
    page.get_by_role("button", name="Close the share").click()
    expect(page.get_by_role("table")).to_contain_text("Closed by you")
    assert stranger.reload().status == page.goto(path).status == 404


def test_running_a_shared_request_again_shows_the_drift(page, visit):
    stranger = visit(shared(page))
    stranger.get_by_role("link", name="Run again").click()
    finish(stranger)
    drift = stranger.get_by_role("region", name="Against the shared answer")
    expect(drift).to_contain_text("The same request as what was shared")
    stranger.get_by_label("Message 2", exact=True).fill("Something else")
    finish(stranger)
    expect(drift).to_contain_text("Another request than what was shared")


def test_sharing_works_without_scripts(visit, chat):
    page = visit(f"/playground?model={chat}", java_script_enabled=False)
    finish(page)
    page.get_by_role("button", name="Share", exact=True).click()
    expect(page).to_have_url(re.compile("/r/"))
    page.get_by_label("Open for").select_option("1")
    page.get_by_role("button", name="Set, from now").click()
    page.get_by_role("link", name="Run again").click()
    finish(page)
    expect(page.get_by_role("heading", name="Against the shared answer")).to_be_visible()


def test_a_conversation_is_branched(page):
    page.goto("/playground/runs")
    page.get_by_role("rowheader").get_by_role("link").click()
    page.get_by_role("link", name="Branch from message 1").click()
    expect(page.get_by_role("list", name="Messages").get_by_role("textbox", name=re.compile(r"^Message \d$"))).to_have_count(1)


def test_runs_are_filtered_and_deleted_without_scripts(visit, chat):
    page = visit(f"/playground?model={chat}", java_script_enabled=False)
    finish(page)
    page.goto("/playground/runs")
    page.get_by_label("State").select_option("error")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator("main")).to_contain_text("No run fits all of this.")
    page.get_by_role("link", name="Clear").click()
    page.get_by_role("link", name=re.compile("^Delete: ")).click()
    page.get_by_role("button", name="Delete the run").click()
    expect(page.locator("main")).to_contain_text("No runs yet.")


def test_runs_come_back_from_their_file(page, tmp_path):
    page.goto("/playground/runs")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export all as JSON").click()
    file = tmp_path / "runs.json"
    download.value.save_as(file)
    page.get_by_role("link", name="Import").click()
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_role("table")).to_contain_text("imported")
