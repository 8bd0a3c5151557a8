"""Every endpoint in the playground: its result, the exchange as JSON, an error, and the same without scripts."""

import json
import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from catalog import snapshot
from catalog.endpoints import ENDPOINTS

# What a result of the kind is seen by.
SHOWN = {
    "chat": ".out", "responses": ".out", "messages": ".out", "translation": ".out",
    "image": ".gallery img", "image_edit": ".gallery img", "video": "video", "model_3d": "a[download]",
    "speech": "audio", "music": "audio", "transcription": ".cues tbody tr", "embedding": ".heat td",
    "rerank": ".ranked tbody tr", "moderation": ".bars .bar", "classification": ".bars .bar",
    "detection": ".boxes .box", "ocr": ".boxes .box",
}  # fmt: skip


def address(key: str) -> str:
    """The playground of a model whose own endpoint this is, else of one that answers it beside others."""
    cards = [card for card in snapshot.latest().cards if key in card.endpoints and card.served is not False]
    return f"/playground?model={min(cards, key=lambda card: card.endpoints.index(key)).slug}&endpoint={key}"


def run(page: Page) -> None:
    page.get_by_role("button", name="Run", exact=True).click()


def finished(page: Page) -> Locator:
    """The result, once it is there: a job is asked for by the page itself."""
    expect(page.locator("#result [data-finished=complete]")).to_be_visible()
    return page.locator("#result")


def typed(page: Page) -> dict[str, str]:
    """What every field of the form holds."""
    return page.evaluate("""() => Object.fromEntries([...document.getElementById("run-form").elements]
        .filter(field => field.name && field.type !== "file" && field.name !== "csrfmiddlewaretoken")
        .map((field, n) => [`${n} ${field.name}`, field.type === "checkbox" ? field.checked : field.value]))""")


def answer_in_view(page: Page) -> Any:
    """The response as it is laid out; of a file, its size."""
    shown = page.locator("#raw").inner_text()
    return json.loads(shown) if shown.startswith(("{", "[")) else shown


@pytest.mark.parametrize("key", ENDPOINTS)
def test_error_keeps_the_form_which_then_runs_as_it_stands(visit, key):
    page = visit(address(key), viewport={"width": 1280, "height": 900})
    before = typed(page)
    page.get_by_label("Try an error").select_option("429")
    run(page)
    expect(page.get_by_role("alert")).to_contain_text("429 rate_limit_error")
    expect(page.get_by_role("alert")).to_contain_text("Retry-After: ready in")
    page.get_by_label("Try an error").select_option("")
    assert typed(page) == before
    run(page)
    result = finished(page)
    expect(result.locator(SHOWN[key]).first).to_be_visible()
    assert json.loads(page.get_by_label("Request body, JSON").input_value())["model"]
    assert answer_in_view(page)
    assert Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"] == []


@pytest.mark.parametrize("key", ENDPOINTS)
def test_runs_without_scripts(visit, key):
    page = visit(address(key), java_script_enabled=False)
    run(page)
    if hasattr(ENDPOINTS[key], "JOB"):
        page.get_by_role("link", name="Your runs").click()
        page.get_by_role("rowheader").get_by_role("link").first.click()
        for _ in range(200):
            if page.locator("[data-finished=complete]").count():
                break
            page.reload()
    expect(finished(page).locator(SHOWN[key]).first).to_be_visible()
    expect(page.locator("#raw")).not_to_be_empty()


@pytest.fixture
def spoken(visit) -> Page:
    """The speech playground with a sound in it."""
    page = visit(address("speech"))
    run(page)
    finished(page)
    return page


def test_waveform_is_drawn_and_shows_the_place(spoken):
    bars = spoken.locator(".wave rect")
    expect(bars).to_have_count(160)
    heights = bars.evaluate_all("bars => bars.map(bar => Number(bar.getAttribute('height')))")
    assert max(heights) == 48 and min(heights) == 1
    spoken.locator(".wave").click(position={"x": 200, "y": 20})
    expect(spoken.locator(".wave .played").nth(20)).to_be_attached()
    reached = spoken.locator("audio").evaluate("audio => audio.currentTime / audio.duration")
    assert spoken.locator(".wave .played").count() == pytest.approx(160 * reached, abs=2)
    expect(spoken.locator(".wave")).to_have_attribute("aria-hidden", "true")


def test_sound_that_cannot_be_drawn_keeps_its_player(visit):
    page = visit(address("speech"))
    page.route(re.compile("/artifacts/"), lambda route: route.fulfill(body="RIFF no sound", content_type="audio/wav"))
    run(page)
    finished(page)
    expect(page.locator("audio[data-wave=drawn]")).to_be_visible()
    expect(page.locator(".wave")).to_have_count(0)


def test_waveform_is_drawn_on_the_page_of_a_run(spoken):
    spoken.get_by_role("link", name="Your runs").click()
    spoken.get_by_role("rowheader").get_by_role("link").first.click()
    expect(spoken.locator(".wave rect")).to_have_count(160)


@pytest.mark.parametrize(("name", "start"), [("WebVTT", "WEBVTT\n\n00:00:00.000 --> "), ("SRT", "1\n00:00:00,000 --> ")])
def test_subtitles_are_downloaded(visit, name, start):
    page = visit(address("transcription"))
    run(page)
    with page.expect_download() as downloading:
        finished(page).get_by_role("link", name=f"Download as {name}").click()
    assert downloading.value.path().read_text("utf-8").startswith(start)


def test_pictures_are_downloaded(visit):
    page = visit(address("image"))
    page.get_by_label("How many").fill("2")
    run(page)
    expect(finished(page).locator(".gallery img")).to_have_count(2)
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download picture 2").click()
    assert downloading.value.path().read_bytes().startswith(b"\x89PNG")


def test_names_are_drawn_over_every_box(visit):
    page = visit(address("ocr"))
    run(page)
    drawn = finished(page).locator(".boxes rect").evaluate_all("marks => marks.map(mark => mark.getAttribute('class'))")
    assert drawn.index("tag") > len(drawn) - 1 - drawn[::-1].index("box")
