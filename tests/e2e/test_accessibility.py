"""axe finds nothing on any page, light and dark, wide and narrow; and nothing scrolls sideways on the smallest screen."""

import errno

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import OperationalError
from playwright.sync_api import Page, expect

from catalog import outage
from config import accounts

WIDTHS = (1280, 390)
SCHEMES = ("light", "dark")
EVERYTHING = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
# What changes with the colours; the rest of a page is the same in the dark.
COLOURS = EVERYTHING | {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
PAGES = {
    "home": "/",
    "browse": "/models",
    "browse effective": "/models?prices=effective&price=known",
    "browse empty": "/models?modality=speech&q=zzzz",
    "speech model": "/models/openai/tts-1-hd",
    "chat model": "/models/{chat}",
    "compare": "/compare?models={chat},openai/tts-1-hd",
    "picker": "/compare",
    "calculator": "/calculator?models={chat},openai/tts-1-hd&cached=20&batch=20",
    "calculator without models": "/calculator",
    "calculator refused": "/calculator?models={chat}&requests=-1",
    "calculator counted": "/calculator?models={chat}&encoding=o200k_base&tokens=6&characters=24",
    "proofs": "/models/{chat}/proofs",
    "provider": "/providers/openai",
    "providers": "/providers",
    "collection": "/collections/free-tier",
    "collections": "/collections",
    "rankings": "/rankings",
    "changes": "/changes",
    "changes refused": "/changes?model=no/such&field=price",
    "changes of a model": "/models/{chat}/changes",
    "privacy": "/privacy",
    "effective prices": "/models?prices=effective&modality=image",
    "docs": "/docs",
    "reference": "/reference",
    "not found": "/models/no/such",
    "playground": "/playground?model={chat}",
    "speech playground": "/playground?model=openai/tts-1-hd",
    "preset with variables": "/playground?preset=example-chat-letter",
    "preset with a picture": "/playground?preset=example-chat-vision",
    "presets": "/playground/presets",
    "not to be tried yet": "/playground?model=openai/text-embedding-3-small",
    "side by side": "/playground?models={chat},openai/gpt-5-pro,no/such",
    "login": "/accounts/login/",
    "login of the admin": "/admin/login/",
    "not read": "/models?" + "&".join(f"q{n}=" for n in range(1001)),
}
SHARING = ("link made", "share", "shares", "drift")
TABS = ("Headers", "Events", "Cost", "Code")
RUNS = ("runs", "run", "choice of two", "two compared", "delete", "import")
COMFORTS = ("formatted", "shortcuts", "draft")
STATES = ("done", "error", "limited", "refused", "spoken", *RUNS, *TABS, *SHARING, *COMFORTS)


def faults(page: Page) -> list[str]:
    """What axe finds on the page as it stands, at every width and in both schemes."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.evaluate("() => Promise.allSettled(document.getAnimations().map(one => one.finished))")  # admin links fade
            for fault in Axe().run(page, options=COLOURS if scheme == "dark" else EVERYTHING).response["violations"]:
                found += [f"{width} {scheme} {fault['id']}: {node['html'][:200]}" for node in fault["nodes"]]
    return found


def unfolded(page: Page) -> Page:
    page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
    return page


def overflow(page: Page, width: int = 320) -> list[str]:
    """What stands out to the right of a screen of that width, with everything unfolded."""
    page.set_viewport_size({"width": width, "height": 800})
    return unfolded(page).evaluate("""() => document.documentElement.scrollWidth <= innerWidth ? [] :
        [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
            .map(e => e.outerHTML.slice(0, 120)).slice(0, 9)""")


@pytest.mark.parametrize("name", PAGES)
def test_page(visit, chat, name):
    page = visit(PAGES[name].format(chat=chat))
    assert faults(page) == []
    assert overflow(page) == []


@pytest.mark.parametrize("error", [OperationalError("server closed the connection"), OSError(errno.ENOSPC, "No space left")])
def test_page_of_an_outage(visit, monkeypatch, error):
    def get(*_: object, **__: object) -> None:
        raise error

    found = outage.of(error)
    monkeypatch.setattr(found, "since", 0.0)  # put back afterwards
    monkeypatch.setattr(accounts.SignIn, "get", get)
    page = visit("/accounts/login/")
    expect(page.get_by_role("heading", level=1, name=found.title)).to_be_visible()
    assert faults(page) == []
    assert overflow(page) == []


def test_sources_of_a_model(visit, chat):
    assert faults(unfolded(visit(f"/models/{chat}"))) == []


@pytest.mark.parametrize("name", ["home", "browse", "chat model", "compare", "reference", "docs"])
def test_links_are_large_enough_for_a_thumb(visit, chat, name):
    page = visit(PAGES[name].format(chat=chat), viewport={"width": 412, "height": 823})
    found = Axe().run(page, options={"runOnly": {"type": "rule", "values": ["target-size"]}}).response["violations"]
    assert [node["html"][:200] for fault in found for node in fault["nodes"]] == []


@pytest.mark.parametrize("state", STATES)
def test_state_of_the_playground(visit, chat, state):
    page = reach(visit(f"/playground?model={'openai/tts-1-hd' if state == 'spoken' else chat}"), state)
    assert faults(page) == []
    assert overflow(page) == []


def reach(page: Page, state: str) -> Page:
    """The page brought into a state."""
    if error := {"error": "500", "limited": "429"}.get(state):
        page.get_by_label("Try an error").select_option(error)
    if state == "refused":
        page.get_by_label("Temperature").fill("9")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("[data-finished], .note.bad").first).to_be_visible()
    if state in SHARING:
        page.get_by_role("button", name="Share", exact=True).click()
        expect(page.get_by_role("link", name="Open it")).to_be_visible()
    if state in ("share", "drift"):
        page.get_by_role("link", name="Open it").click()
    if state == "drift":
        page.get_by_role("link", name="Run again").click()
        page.get_by_role("button", name="Run", exact=True).click()
        expect(page.get_by_role("heading", name="Against the shared answer")).to_be_visible()
    if address := {"shares": "shares", "delete": "runs/delete", "import": "runs/import"}.get(state):
        page.goto(f"/playground/{address}")
    if state in ("runs", "run"):
        page.get_by_role("link", name="Your runs").click()
    if state == "formatted":
        page.get_by_label("Formatted").check()
        expect(page.locator(".formatted > p").first).to_be_visible()
    if state == "shortcuts":
        page.get_by_role("link", name="Keyboard").click()
    if state == "draft":
        page.get_by_label("Max tokens").fill("77")
        page.reload()
        expect(page.get_by_text("Your draft is back.")).to_be_visible()
    if state == "run":
        page.get_by_role("rowheader").get_by_role("link").click()
    if state in TABS:
        page.get_by_role("radio", name=state, exact=True).check(force=True)
    if state in ("choice of two", "two compared"):
        page.get_by_label("Temperature").fill("0.1")
        page.get_by_role("button", name="Run", exact=True).click()
        expect(page.locator("#inspector")).to_contain_text("0.1")
        page.get_by_role("link", name="Compare with another run").click()
    if state == "two compared":
        page.get_by_role("button", name="Compare").click()
    return page


@pytest.mark.parametrize("state", ["columns", "columns refused", "group"])
def test_state_of_the_columns(visit, chat, state):
    page = visit(f"/playground?models={chat},openai/gpt-5-pro,{chat}")
    page.locator("#column-0 summary", has_text="Own parameters").click()
    if state == "columns refused":
        page.locator("#column-0").get_by_label("Temperature").fill("9")
    page.get_by_role("button", name="Run all").click()
    expect(page.locator("#refused [role=alert]" if state == "columns refused" else "#standings table")).to_be_visible()
    if state == "group":
        page.reload()
    assert faults(page) == []
    assert overflow(page) == []


def test_whole_run_is_in_the_list_on_a_phone(visit, chat):
    page = reach(visit(f"/playground?model={chat}"), "runs")
    page.set_viewport_size({"width": 320, "height": 800})
    cells = page.get_by_role("row").last.get_by_role("cell").all()
    assert len(cells) == 6
    for cell in cells:
        box = cell.bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= 320


def test_letters_twice_as_large_stay_in_the_page(visit, chat):
    page = reach(visit(f"/playground?model={chat}", viewport={"width": 640, "height": 800}), "done")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert overflow(page, 390) == []


def test_shared_side_by_side_runs(visit, chat):
    page = visit(f"/playground?models={chat},openai/gpt-4o-mini&prompt=Which")
    page.get_by_role("button", name="Run all").first.click()
    expect(page.locator("#standings table")).to_be_visible()
    page.goto("/playground/runs")
    page.get_by_role("link", name="Side by side").click()
    page.get_by_role("button", name="Share", exact=True).click()
    expect(page.get_by_role("article")).to_have_count(2)
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id)")
    assert len(ids) == len(set(ids))
    assert faults(page) == []
    assert overflow(page) == []
