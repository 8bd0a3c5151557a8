"""The operator's desk in a browser: pins, edits in the list, undo, merges and collections, by mouse and by keyboard."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

WIDTHS = (1280, 390)
EVERYTHING = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}


@pytest.fixture(params=WIDTHS)
def desk(signed_in, request) -> Page:
    """The list of models, signed in, on a wide screen and on a phone."""
    return signed_in("/admin/catalog/model/", viewport={"width": request.param, "height": 900})


def open_model(page: Page, slug: str) -> None:
    page.goto(f"/admin/catalog/model/?q={slug}")
    page.get_by_role("link", name=slug, exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Change model")).to_be_visible()


def save(page: Page) -> None:
    page.get_by_role("button", name="Save and continue editing").first.click()
    expect(page.get_by_text(re.compile("was changed successfully"))).to_be_visible()


def test_a_pin_stands_at_its_field_and_one_button_takes_it_back(desk):
    open_model(desk, "openai/gpt-5-pro")
    field = desk.get_by_label("Context window:")
    stated = field.input_value()
    field.fill("12345")
    save(desk)
    expect(desk.locator(".pin")).to_contain_text(f"Back to: {int(stated):,}")
    desk.get_by_role("button", name="Unpin Context window").press("Enter")
    expect(desk.get_by_text("Unpinned.")).to_be_visible()
    expect(field).to_have_value(stated)
    expect(desk.locator(".pin")).to_have_count(0)


def test_an_edit_in_the_list_is_pinned_and_undone(desk):
    desk.goto("/admin/catalog/model/?q=openai/gpt-5-pro")
    field = desk.get_by_label("Context window of openai/gpt-5-pro")
    stated = field.input_value()
    field.fill("54321")
    field.press("Enter")
    expect(desk.get_by_text("1 model was changed successfully.")).to_be_visible()
    expect(desk.locator("td.field-pinned").first).to_have_text("Context window")
    open_model(desk, "openai/gpt-5-pro")
    desk.get_by_role("link", name="Undo last change").click()
    expect(desk.get_by_role("cell", name="54,321")).to_be_visible()
    desk.get_by_role("button", name="Undo").click()
    expect(desk.get_by_text("was undone")).to_be_visible()
    expect(desk.get_by_label("Context window:")).to_have_value(stated)


def test_a_bulk_action_offers_its_undo(desk):
    desk.goto("/admin/catalog/model/?q=openai/tts-1")
    desk.get_by_role("checkbox", name="Select all").check()
    desk.get_by_label("Action:").select_option("Hide from the site")
    desk.get_by_role("button", name="Run").click()
    expect(desk.get_by_text("models are now hidden from the site.")).to_be_visible()
    desk.get_by_role("link", name="Undo").click()
    desk.get_by_role("button", name="Undo").click()
    expect(desk.get_by_text("changes were undone")).to_be_visible()


def test_a_model_is_made_merged_and_leads_on(desk):
    slug = f"openai/TTS_1_{desk.viewport_size['width']}"
    desk.goto("/admin/catalog/model/add/")
    desk.get_by_label("Slug:").fill(slug)
    desk.get_by_label("Name:", exact=True).fill("A double")
    desk.locator(".field-provider .select2-selection").click()
    desk.locator(".select2-search__field").fill("openai")
    desk.get_by_role("option", name="OpenAI", exact=True).click()
    desk.get_by_role("button", name="Save and continue editing").first.click()
    desk.get_by_role("link", name="Merge into another").click()
    desk.get_by_label("Slug of the model to keep").fill("openai/tts-1")
    desk.get_by_label("Slug of the model to keep").press("Enter")
    expect(desk.get_by_role("heading", name="What will happen")).to_be_visible()
    assert faults(desk) == []
    desk.get_by_role("button", name="Merge into openai/tts-1").press("Enter")
    expect(desk.get_by_text("its old address leads here")).to_be_visible()
    leads_on = "async slug => (await fetch(`/models/${slug}`, {cache: 'no-store'})).url.endsWith('/models/openai/tts-1')"
    desk.wait_for_function(leads_on, arg=slug, polling=100)


def test_a_collection_shows_what_its_rule_finds_while_it_is_typed(desk):
    desk.goto("/admin/catalog/collection/?q=Speech")
    desk.locator("#result_list tbody th a").first.click()
    desk.get_by_label("Rule:").fill("modality=smell")
    expect(desk.locator("#found")).to_contain_text("modality “smell” is not known")
    desk.get_by_label("Members:").fill("")
    desk.get_by_label("Rule:").fill("modality=speech&provider=openai")
    expect(desk.locator("#found")).to_contain_text("modality = speech AND provider = openai")
    expect(desk.locator("#found")).to_contain_text("openai/tts-1-hd")
    desk.get_by_label("Members:").fill("openai/gpt-5-pro")
    expect(desk.locator("#found")).to_contain_text("openai/gpt-5-pro")
    assert faults(desk) == []


def test_the_list_goes_by_keyboard(desk):
    """From the search box on, Tab reaches search, action and the fields of the first model in their order."""
    desk.locator("#searchbar").focus()
    reached = []
    for _ in range(40):
        desk.keyboard.press("Tab")
        reached.append(desk.evaluate("document.activeElement.getAttribute('aria-label') || document.activeElement.name"))
    wanted = ("_save", "action", *(f"{name} of ai21/jamba-1.5-large" for name in ("Modality", "Status", "Context window")))
    assert [name for name in reached if name in wanted] == list(wanted)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(desk, visit, chat, scheme):
    """Also where something was run today."""
    runner = visit(f"/playground?model={chat}")
    runner.get_by_role("button", name="Run", exact=True).click()
    expect(runner.get_by_role("region", name="Result")).to_contain_text("Complete")
    desk.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    for path in ("", "catalog/model/", "catalog/model/?q=gpt", "catalog/model/duplicates/", "catalog/change/"):
        desk.goto(f"/admin/{path}")
        assert faults(desk) == []
        assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth")
    open_model(desk, "openai/tts-1-hd")
    assert faults(desk) == []
    assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth")


def faults(page: Page) -> list[str]:
    found = Axe().run(page, options=EVERYTHING).response["violations"]
    return [f"{fault['id']}: {node['html'][:160]}" for fault in found for node in fault["nodes"]]
