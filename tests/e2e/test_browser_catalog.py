"""The catalog in a browser, with scripts."""

import re

from playwright.sync_api import Page, expect


def total(page: Page) -> int:
    """How many models the list says it has found."""
    return int(re.search(r"\d+", page.get_by_text(re.compile(r"^\d+ of \d+ models$")).inner_text())[0])


def test_filters_in_place(visit):
    page = visit("/models")
    all_of_them = total(page)
    page.evaluate("window.kept = true")
    page.get_by_role("checkbox", name=re.compile("^Speech")).check()
    expect(page.get_by_role("link", name=re.compile("^Modality: Speech, remove"))).to_be_visible()
    expect(page).to_have_url(re.compile("[?]modality=speech"))
    assert 0 < total(page) < all_of_them and page.evaluate("window.kept") is True


def test_the_address_is_the_list(visit):
    page = visit("/models")
    page.get_by_role("checkbox", name=re.compile("^Speech")).check()
    expect(page).to_have_url(re.compile("modality=speech"))
    expect(page.get_by_role("link", name="openai/tts-1-hd", exact=True)).to_be_visible()
    again = visit(page.url)
    assert rows(again) == rows(page) and total(again) == total(page)


def rows(page: Page) -> list[str]:
    return page.get_by_role("rowheader").all_inner_texts()


def test_back_takes_a_filter_off(visit):
    page = visit("/models")
    before = total(page)
    page.get_by_role("checkbox", name=re.compile("^Speech")).check()
    expect(page).to_have_url(re.compile("modality=speech"))
    page.go_back()
    expect(page.get_by_role("checkbox", name=re.compile("^Speech"))).not_to_be_checked()
    assert total(page) == before


def test_search_finds_while_typing(visit):
    page = visit("/models")
    page.get_by_role("searchbox").press_sequentially("tts-1-hd")
    expect(page).to_have_url(re.compile("q=tts-1-hd"))
    expect(page.get_by_role("rowheader").first).to_contain_text("openai/tts-1-hd")
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_nothing_found_offers_a_way_out(visit):
    page = visit("/models?modality=speech&q=zzzz")
    page.get_by_role("link", name=re.compile("^Without")).first.click()
    expect(page.get_by_role("rowheader").first).to_be_visible()


def test_a_model_is_tried_from_its_page(visit):
    page = visit("/models?modality=speech&q=tts-1-hd")
    page.get_by_role("link", name="openai/tts-1-hd", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("tts-1-hd")
    page.get_by_role("link", name="Try in playground", exact=True).click()
    expect(page.get_by_label("Model", exact=True)).to_have_value("openai/tts-1-hd")
    expect(page.get_by_label("Text to speak")).to_be_visible()


def test_tabs_show_one_language_at_a_time(visit):
    page = visit("/models/openai/tts-1-hd")
    python = page.get_by_role("region", name=re.compile("^Python, code")).first
    expect(python).to_be_visible()
    page.get_by_role("radio", name="curl").first.check(force=True)
    expect(page.get_by_role("region", name=re.compile("^curl, code")).first).to_be_visible()
    expect(python).to_be_hidden()


def test_ticked_models_are_compared(visit):
    page = visit("/models?modality=speech")
    names = [page.get_by_role("checkbox", name=re.compile("^Compare ")).nth(n) for n in (0, 1)]
    slugs = [name.get_attribute("value") for name in names]
    for name in names:
        name.check()
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page).to_have_url(re.compile("/compare[?]models=" + re.escape(",".join(slugs))))
    for slug in slugs:
        expect(page.get_by_role("table").first).to_contain_text(slug.split("/")[1])


def test_chosen_theme_stays(visit):
    page = visit("/")
    page.get_by_role("radio", name="Dark").check(force=True)
    page.goto("/docs")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.get_by_role("radio", name="Dark").is_checked()


def test_slash_goes_to_the_search(visit):
    page = visit("/models")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_copies_the_address_of_an_endpoint(visit, site):
    page = visit("/models/openai/tts-1-hd", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the address of Speech").click()
    expect(page.get_by_role("button", name="Copy the address of Speech")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == f"{site}/sandbox/v1/audio/speech"
