"""Finding a model in a browser: the palette, ranges, cards, and one action to the cheapest that can do what is asked."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from catalog.views import palette


def opened(page: Page) -> Page:
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Go to")).to_be_focused()
    return page


def options(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Found").get_by_role("option")


def test_the_palette_goes_to_a_model_by_keyboard(visit):
    page = opened(visit("/docs"))
    page.keyboard.type("tts1hd")
    expect(options(page).first).to_contain_text("openai/tts-1-hd")
    expect(options(page).first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/models/openai/tts-1-hd$"))


def test_the_palette_finds_providers_collections_and_pages(visit):
    page = opened(visit("/"))
    wanted = {"anthropic": "Anthropic Provider", "open weight": "Open-weight models Collection", "rank": "Rankings Page"}
    for words, name in wanted.items():
        page.get_by_role("combobox").fill(words)
        expect(page.get_by_role("option", name=name, exact=True)).to_be_visible()


def test_the_palette_moves_with_arrows_and_closes_with_escape(visit):
    page = opened(visit("/models"))
    page.get_by_role("combobox", name="Go to").fill("claude")
    expect(options(page).first).to_contain_text("anthropic/claude")
    page.keyboard.press("ArrowDown")
    expect(options(page).nth(1)).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("combobox", name="Go to")).to_have_attribute("aria-activedescendant", "palette-1")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(options(page).last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.get_by_role("combobox", name="Go to")).to_be_hidden()


def test_the_palette_has_the_pages_where_its_index_cannot_be_read(visit):
    page = visit("/docs")
    page.route("**/palette.json", lambda route: route.abort())
    opened(page)
    expect(page.get_by_role("option", name="Playground Page", exact=True)).to_be_visible()
    expect(page.get_by_role("dialog").get_by_text("could not be read")).to_be_visible()


@pytest.fixture
def large(visit, monkeypatch) -> Page:
    """The palette of a catalog that has more models than are given at once. Its index is asked at an address that is not kept."""
    monkeypatch.setattr(palette, "MOST", 2)
    page = visit("/docs")
    page.route("**/palette.json", lambda route: route.continue_(url=f"{route.request.url}?few"))
    return opened(page)


def test_the_palette_of_a_large_catalog_asks_the_server(large):
    with large.expect_response(re.compile(r"/palette\.json\?q=")) as asked:
        large.keyboard.type("tts1hd")
    assert asked.value.url.endswith("?q=tts1hd")
    expect(options(large).first).to_contain_text("openai/tts-1-hd")
    expect(large.get_by_role("dialog").get_by_role("status")).to_have_text(re.compile("^[0-9]+ found$"))
    large.keyboard.press("Enter")
    expect(large).to_have_url(re.compile("/models/openai/tts-1-hd$"))


def test_the_palette_of_a_large_catalog_says_where_the_server_cannot_be_asked(large):
    large.route(re.compile(r"/palette\.json\?q="), lambda route: route.abort())
    large.keyboard.type("tts1hd")
    expect(large.get_by_role("dialog").get_by_text("Not all models could be searched")).to_be_visible()
    expect(options(large).last).to_contain_text("Search all models for")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_palette_has_no_fault_that_axe_knows(visit, scheme):
    page = opened(visit("/", color_scheme=scheme))
    expect(page.get_by_role("option", name="Rankings Page", exact=True)).to_be_visible()
    assert Axe().run(page).response["violations"] == []


def test_the_cheapest_with_vision_tools_and_a_context_is_one_click_away(visit):
    page = visit("/models")
    page.get_by_role("link", name="Cheapest with vision, tools and 200K").click()
    expect(page.get_by_text(re.compile(r"^[1-9]\d* of \d+ models$"))).to_be_visible()
    assert page.locator("[aria-sort=ascending]").inner_text().startswith("Price")


def test_a_typed_wish_is_understood(visit):
    page = visit("/models")
    page.get_by_role("searchbox").press_sequentially("cheapest vision tools 200k")
    expect(page.get_by_text("With a context of at least 200,000 tokens. Lowest price.")).to_be_visible()


def test_a_limit_narrows_in_place_and_a_wrong_one_is_told(visit):
    page = visit("/models")
    page.get_by_label("Context from, tokens").fill("500K")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Context: ≥ 500K, remove filter")).to_be_visible()
    expect(page).to_have_url(re.compile("context_min=500K"))
    page.get_by_label("Context from, tokens").fill("many")
    page.keyboard.press("Tab")
    expect(page.get_by_role("alert")).to_contain_text("context_min “many” is not tokens, such as 200K.")


def test_cards_stay_while_filters_change(visit):
    page = visit("/models")
    page.get_by_role("link", name="Cards").click()
    page.get_by_role("checkbox", name=re.compile("^Speech")).check()
    expect(page).to_have_url(re.compile("view=cards"))
    expect(page.get_by_role("row").filter(has_text="openai/tts-1-hd").first).to_contain_text("high-definition")
    assert Axe().run(page).response["violations"] == []


def test_without_scripts_a_limit_is_a_field_of_the_form(visit):
    page = visit("/models", java_script_enabled=False)
    page.get_by_label("Context from, tokens").fill("1M")
    page.get_by_role("button", name="Apply filters").last.click()
    expect(page.get_by_role("link", name="Context: ≥ 1M, remove filter")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/models?q=vision", "/models?view=cards", "/providers", "/collections/cheapest"])
def test_lists_have_no_fault_that_axe_knows(visit, path, scheme):
    page = visit(path, color_scheme=scheme, viewport={"width": 390, "height": 800})
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") == 390
