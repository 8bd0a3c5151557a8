"""Picking models and comparing them in a browser."""

import re

import pytest
from playwright.sync_api import Page, expect

PAIR = "/compare?models=openai/gpt-4o,openai/tts-1-hd"


def boxes(page: Page):
    return page.get_by_role("checkbox", name=re.compile("^Compare "))


def tray(page: Page):
    return page.get_by_role("form", name="Models picked to compare")


def test_picked_models_stay_on_every_page(visit):
    page = visit("/models?modality=speech")
    boxes(page).nth(0).check()
    slug = boxes(page).nth(0).get_attribute("value")
    for path in ("/", "/models/openai/gpt-4o", "/providers/openai", "/rankings", "/changes", PAIR):
        page.goto(path)
        expect(tray(page).get_by_role("button", name=f"Remove {slug} from the comparison")).to_be_visible()
    page.goto("/models?modality=speech")
    expect(boxes(page).nth(0)).to_be_checked()


def test_a_model_is_picked_on_its_own_page(visit):
    page = visit("/models/openai/gpt-4o")
    page.get_by_role("checkbox", name="Pick to compare").check()
    page.goto("/models/openai/tts-1-hd")
    page.get_by_role("checkbox", name="Pick to compare").check()
    tray(page).get_by_role("button", name="Compare", exact=True).click()
    expect(page).to_have_url(re.compile(re.escape(PAIR)))
    expect(page.get_by_role("table").first).to_contain_text("does not apply")


def test_another_tab_follows(visit):
    page = visit("/models?modality=speech")
    other = page.context.new_page()
    other.goto("/models/openai/gpt-4o")
    boxes(page).nth(0).check()
    expect(tray(other).get_by_role("status")).to_have_text("1 of 6")
    tray(other).get_by_role("button", name="Clear").click()
    expect(boxes(page).nth(0)).not_to_be_checked()
    expect(tray(page)).to_be_hidden()


def test_a_seventh_model_does_not_fit(visit):
    page = visit("/models?modality=chat")
    for n in range(6):
        boxes(page).nth(n).check()
    expect(boxes(page).nth(6)).to_be_disabled()
    expect(tray(page).get_by_role("status")).to_have_text("6 of 6, no more fit")


def test_the_tray_is_emptied_by_keyboard(visit):
    page = visit("/models?modality=speech")
    for n in (0, 1):
        boxes(page).nth(n).focus()
        page.keyboard.press("Space")
    tray(page).get_by_role("button", name=re.compile("^Remove")).first.focus()
    page.keyboard.press("Enter")
    expect(tray(page).get_by_role("button", name=re.compile("^Remove"))).to_be_focused()
    page.keyboard.press("Enter")
    expect(tray(page)).to_be_hidden()
    expect(page.get_by_role("main")).to_be_focused()


def test_taking_a_model_out_of_a_comparison_unpicks_it(visit):
    page = visit("/models/openai/gpt-4o")
    page.get_by_role("checkbox", name="Pick to compare").check()
    page.goto(PAIR)
    page.get_by_role("link", name="Remove openai/gpt-4o").click()
    expect(page.get_by_text("CHOSEN")).to_be_visible()
    expect(tray(page)).to_be_hidden()


@pytest.mark.parametrize(
    ("path", "field"), [("/compare", "Add a model to compare"), ("/calculator", "Add a model"), ("/playground", "Model")]
)
def test_suggestions_come_when_the_field_is_used(visit, path, field):
    page = visit(path)
    expect(page.locator("#every-model option")).to_have_count(0)
    page.get_by_label(field, exact=True).focus()
    expect(page.locator("#every-model option[value='openai/gpt-4o']")).to_have_count(1)


def test_a_model_typed_in_is_added(visit):
    page = visit("/compare")
    page.get_by_label("Add a model to compare").fill("openai/gpt-4o")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("CHOSEN")).to_be_visible()


def test_code_changes_with_the_model(visit):
    page = visit(PAIR)
    expect(page.get_by_role("region", name="Python, code, openai/gpt-4o")).to_be_visible()
    page.get_by_role("radio", name="tts-1-hd").check(force=True)
    expect(page.get_by_role("region", name="Python, code, openai/tts-1-hd")).to_be_visible()
    expect(page.get_by_role("region", name="Python, code, openai/gpt-4o")).to_be_hidden()


def test_back_returns_to_all_rows(visit):
    page = visit("/compare?models=openai/gpt-4o,openai/gpt-4o-mini")
    page.get_by_role("link", name="Differences only").click()
    expect(page).to_have_url(re.compile("rows=differ"))
    expect(page.locator("details.agreed")).to_have_count(0)
    page.go_back()
    expect(page.locator("details.agreed")).to_be_visible()


def test_compares_without_scripts(visit):
    page = visit("/models?modality=chat", java_script_enabled=False)
    for n in (0, 1):
        boxes(page).nth(n).check()
    tray(page).get_by_role("button", name="Compare", exact=True).click()
    expect(page.get_by_role("region", name="Comparison")).to_be_visible()
    page.locator("details.agreed > summary").click()
    expect(page.get_by_role("row", name="Modality Text")).to_be_visible()
    page.get_by_role("link", name="Effective").click()
    expect(page).to_have_url(re.compile("prices=effective"))


def test_points_of_a_chart_are_reached_by_keyboard(visit):
    page = visit("/compare?models=openai/gpt-4o,openai/gpt-4o-mini")
    page.get_by_role("link", name="Skip the points of the chart").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name=re.compile("^openai.gpt-4o: "))).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/models/openai/gpt-4o$"))


def test_the_points_can_be_skipped(visit):
    page = visit("/models?chart=context&modality=chat")
    page.get_by_role("link", name="Skip the points of the chart").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#chart-numbers > summary")).to_be_focused()


def test_the_chart_stays_while_the_list_is_narrowed(visit):
    page = visit("/models?chart=context")
    page.get_by_role("checkbox", name=re.compile("^Speech")).check()
    expect(page).to_have_url(re.compile("modality=speech&chart=context"))
    expect(page.get_by_role("link", name="Hide")).to_be_visible()


def test_charts_and_rankings_need_no_script(visit):
    page = visit("/models", java_script_enabled=False)
    page.get_by_role("link", name="price against release date").click()
    expect(page.get_by_role("link", name=re.compile("^openai.gpt-4o: "))).to_be_visible()
    page.get_by_role("link", name="Rankings").click()
    page.get_by_role("link", name="30 days").click()
    expect(page).to_have_url(re.compile("window=30d"))
