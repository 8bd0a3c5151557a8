"""Several models side by side in a browser."""

import asyncio
import re
from collections.abc import Iterator
from weakref import WeakKeyDictionary

import pytest
from playwright.sync_api import Locator, Page, expect

from catalog import snapshot
from playground.sandbox import transport

HELLO = "Hello! How can I help you today?"
EVENTS = 20  # more than any of these answers has


class Steps:
    """Lets every stream of the sandbox go on to the same event; the first one, which has no text, always comes."""

    def __init__(self) -> None:
        self.allowed = 0
        self.taken: WeakKeyDictionary[asyncio.Task, int] = WeakKeyDictionary()

    def to(self, event: int) -> None:
        self.allowed = event

    async def pace(self) -> None:
        stream = asyncio.current_task()
        self.taken[stream] = self.taken.get(stream, 0) + 1
        while self.taken[stream] > self.allowed:
            await asyncio.sleep(0.005)


@pytest.fixture
def steps(monkeypatch) -> Iterator[Steps]:
    found = Steps()
    monkeypatch.setattr(transport, "pace", found.pace)
    yield found
    found.to(EVENTS)


@pytest.fixture
def chats(site) -> list[str]:
    """Seven models that answer chat, of known price, none of which has another name for a parameter."""
    cards = [card for card in snapshot.latest().cards if card.endpoints[:1] == ("chat",) and card.price_state == "known"]
    return [card.slug for card in cards if not card.parameters][:7]


@pytest.fixture
def page(visit, chats) -> Page:
    """Six models, greeted."""
    return visit(f"/playground?models={','.join(chats[:6])}&prompt=Hello!")


def run_all(page: Page) -> Locator:
    return page.get_by_role("button", name="Run all")


def answer(page: Page, slug: str) -> Locator:
    return page.get_by_role("region", name=f"Result of {slug}")


def standings(page: Page) -> Locator:
    return page.get_by_role("region", name="Results side by side")


def model(page: Page, number: int) -> Locator:
    return page.get_by_label(f"Model {number}", exact=True)


def test_six_columns_stream_at_once_and_one_fails(page, chats, steps):
    column = page.locator("#column-2")
    column.get_by_text("Own parameters").click()
    column.get_by_label("Try an error").select_option("500")
    before = transport.streams["started"]
    run_all(page).click()
    well = [slug for slug in chats[:6] if slug != chats[2]]
    expect(answer(page, chats[2])).to_contain_text("Error: no answer")
    steps.to(1)
    for slug in well:
        expect(answer(page, slug)).to_contain_text("Hello!")
        expect(answer(page, slug)).to_contain_text("Streaming, first token")
        assert "today?" not in answer(page, slug).inner_text()
    assert transport.streams["started"] == before + 5
    steps.to(EVENTS)
    for slug in well:
        expect(answer(page, slug)).to_contain_text(HELLO)
        expect(answer(page, slug)).to_contain_text("Complete")
    expect(standings(page).get_by_role("row")).to_have_count(7)
    expect(standings(page)).to_contain_text("Cheapest")


def test_one_column_is_stopped(page, chats, steps):
    before = transport.streams.copy()
    run_all(page).click()
    steps.to(1)
    expect(answer(page, chats[1])).to_contain_text("Hello!")
    page.get_by_role("button", name=f"Stop {chats[1]}").click()
    expect(answer(page, chats[1])).to_contain_text("Stopped")
    assert transport.streams["hung_up"] == before["hung_up"] + 1
    steps.to(EVENTS)
    expect(answer(page, chats[0])).to_contain_text("Complete")
    expect(standings(page)).to_contain_text("Stopped")
    assert transport.streams["finished"] == before["finished"] + 5


def test_all_are_stopped(page, chats, steps):
    before = transport.streams.copy()
    run_all(page).click()
    expect(page.get_by_role("button", name=f"Stop {chats[5]}")).to_be_visible()
    page.wait_for_url("**/playground/groups/*")
    page.get_by_role("button", name="Stop all").click()
    for slug in chats[:6]:
        expect(answer(page, slug)).to_contain_text("Stopped")
    expect(run_all(page)).to_be_focused()
    started = transport.streams["started"] - before["started"]
    assert transport.streams["hung_up"] - before["hung_up"] == started


def test_leaving_the_page_stops_all(page, chats, steps):
    before = transport.streams.copy()
    run_all(page).click()
    steps.to(1)
    for slug in chats[:6]:
        expect(answer(page, slug)).to_contain_text("Hello!")
    page.goto("/playground/runs")
    page.wait_for_function("async () => !(await (await fetch('/playground/runs')).text()).includes('running')")
    assert transport.streams["hung_up"] == before["hung_up"] + 6


def test_reload_and_back_show_the_answers(page, chats):
    run_all(page).click()
    expect(standings(page)).to_be_visible()
    answer(page, chats[0]).get_by_role("link", name="Request and response").click()
    expect(page.get_by_role("heading", name=chats[0])).to_be_visible()
    page.go_back()
    expect(answer(page, chats[0])).to_contain_text(HELLO)
    page.reload()
    expect(answer(page, chats[5])).to_contain_text(HELLO)


def test_ends_are_told_to_screen_readers(page, chats):
    run_all(page).click()
    expect(standings(page)).to_be_visible()
    told = page.locator("#spoken p").all_inner_texts()
    assert len(told) == 6
    assert all(re.fullmatch(r"\S+: Complete, first token [\d.]+ m?s\.", sentence) for sentence in told)


def test_a_model_is_added_changed_and_removed(page, chats):
    page.get_by_label("Message 1", exact=True).fill("My own words")
    page.get_by_role("button", name=f"Remove {chats[5]}").click()
    expect(model(page, 6)).to_have_count(0)
    page.get_by_label("Add a model").fill(chats[6])
    page.keyboard.press("Enter")
    expect(model(page, 6)).to_have_value(chats[6])
    model(page, 1).fill("openai/gpt-5-pro")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="openai/gpt-5-pro")).to_be_attached()
    expect(page.get_by_label("Message 1", exact=True)).to_have_value("My own words")
    assert page.url.endswith("?models=" + ",".join(["openai/gpt-5-pro", *chats[1:5], chats[6]]))


def test_estimates_follow_what_is_typed(page, chats):
    expect(page.locator("#estimate-1")).to_contain_text("up to 1,024 out")
    page.get_by_label("Max tokens").first.fill("7")
    for column in range(6):
        expect(page.locator(f"#estimate-{column}")).to_contain_text("up to 7 out")


def test_group_is_opened_in_the_form_again(page, chats):
    run_all(page).click()
    expect(standings(page)).to_be_visible()
    page.reload()
    page.get_by_role("link", name="Open in the playground").click()
    expect(model(page, 6)).to_have_value(chats[5])
    expect(page.get_by_label("Message 1", exact=True)).to_have_value("Hello!")


def test_wrong_field_of_a_column_is_marked(page, chats):
    column = page.locator("#column-1")
    column.get_by_text("Own parameters").click()
    column.get_by_label("Temperature").fill("9")
    column.get_by_text("Own parameters").click()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text(f"{chats[1]}: Temperature")
    expect(column.get_by_label("Temperature")).to_have_attribute("aria-invalid", "true")
    page.get_by_role("alert").get_by_role("link").click()
    expect(column.get_by_label("Temperature")).to_be_focused()
    expect(page.get_by_label("Message 1", exact=True)).to_have_value("Hello!")


def test_runs_without_scripts(visit, chats):
    page = visit(f"/playground?models={','.join(chats[:2])}&prompt=Hello!", java_script_enabled=False)
    page.get_by_label("Add a model").fill(chats[2])
    page.get_by_role("button", name="Add", exact=True).click()
    run_all(page).click()
    for slug in chats[:3]:
        expect(answer(page, slug)).to_contain_text(HELLO)
    expect(page.get_by_label("Message 1", exact=True)).to_have_value("Hello!")


def test_pictures_come_side_by_side(visit, site):
    cards = [card for card in snapshot.latest().cards if card.endpoints == ("image",) and card.served is not False][:2]
    page = visit(f"/playground?models={','.join(card.slug for card in cards)}&prompt=A+tram")
    run_all(page).click()
    for card in cards:
        expect(answer(page, card.slug).get_by_role("img")).to_be_visible()
    assert page.get_by_label("Prompt").input_value() == "A tram"


def test_jobs_end_side_by_side(visit, site):
    cards = [card for card in snapshot.latest().cards if card.endpoints == ("video",)][:2]
    page = visit(f"/playground?models={','.join(card.slug for card in cards)}")
    run_all(page).click()
    for card in cards:
        expect(answer(page, card.slug).locator("video")).to_be_visible(timeout=30_000)
    expect(standings(page)).to_contain_text("Fastest in total")


def test_compared_models_run_side_by_side(visit, chats):
    page = visit(f"/compare?models={chats[0]},{chats[1]}")
    page.get_by_role("link", name="Run side by side").click()
    expect(model(page, 2)).to_have_value(chats[1])


def test_picked_models_run_side_by_side(visit, chats):
    page = visit(f"/models?q={chats[0]}")
    page.get_by_role("checkbox", name=re.compile("^Compare ")).first.check()
    page.goto(f"/models?q={chats[1]}")
    page.get_by_role("checkbox", name=re.compile("^Compare ")).first.check()
    page.get_by_role("button", name="Run side by side").click()
    expect(model(page, 2)).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_one_model_s_prompt_goes_along(visit, chats, scripts):
    page = visit(f"/playground?model={chats[0]}", java_script_enabled=scripts)
    page.get_by_label("Message 2", exact=True).fill("My own words")
    page.get_by_role("button", name="Compare with other models").click()
    expect(model(page, 1)).to_have_value(chats[0])
    expect(page.get_by_label("Message 2", exact=True)).to_have_value("My own words")
