"""Jobs in a browser: under way, done, canceled, failed, picked up again; with scripts and without."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from test_accessibility import faults, overflow

from catalog import snapshot
from catalog.endpoints import jobs
from playground.running import polling
from playground.sandbox import jobs as sandbox_jobs

DURATION = """async video => {
    if (video.readyState < 1) await new Promise((yes, no) => { video.onloadedmetadata = yes; video.onerror = no; });
    return video.duration;
}"""
HEARD = """() => {
    window.heard = [];
    const said = document.getElementById("said");
    new MutationObserver(() => window.heard.push(said.textContent)).observe(said, { childList: true });
}"""


@pytest.fixture
def address(site) -> str:
    """The playground with a model that makes videos."""
    slug = next(card.slug for card in snapshot.latest().cards if card.endpoints[:1] == ("video",) and card.served is not False)
    return f"/playground?model={slug}&endpoint=video"


@pytest.fixture
def page(visit, address) -> Page:
    return visit(address)


@pytest.fixture
def plain(visit, address, monkeypatch) -> Page:
    """The same in a browser whose scripts are off."""
    monkeypatch.setattr(polling, "PAGE_WAITS", 0.1)
    return visit(address, java_script_enabled=False)


@pytest.fixture
def endless(monkeypatch) -> Callable[[], None]:
    """Jobs that run for ten minutes, until finish() is called."""
    monkeypatch.setattr(jobs, "RUNS_FOR", 600)
    return lambda: monkeypatch.setattr(jobs, "RUNS_FOR", 0)


def run(page: Page, prompt: str = "A tram in the rain") -> None:
    page.locator("#run-form [name=prompt]").fill(prompt, timeout=5000)
    page.get_by_role("button", name="Run", exact=True).click()


def result(page: Page) -> Locator:
    return page.get_by_role("region", name="Result")


def progress(page: Page) -> Locator:
    return page.get_by_role("progressbar", name="Progress of the job")


def cancel(page: Page) -> Locator:
    return page.get_by_role("button", name="Cancel the job")


def test_job_goes_on_to_a_playable_video(page):
    run(page)
    expect(progress(page)).to_be_visible()
    expect(page.locator("#run-form [data-run]")).to_be_enabled()
    video = page.get_by_label("The video")
    expect(video).to_be_visible()
    expect(result(page)).to_contain_text("Complete")
    assert video.evaluate(DURATION) > 0.5
    expect(progress(page)).to_have_count(0)
    expect(result(page).get_by_role("link", name="Download the video")).to_be_visible()


def test_clock_goes_on_between_polls(page, endless, monkeypatch):
    monkeypatch.setattr(polling, "FIRST", 10)
    run(page)
    clock = page.locator("[data-elapsed]")
    expect(clock).to_have_text("1 s")
    expect(clock).to_have_text("3 s")
    assert int(clock.get_attribute("data-elapsed")) < 1000


def test_progress_goes_on_with_the_polls(page, monkeypatch):
    monkeypatch.setattr(jobs, "RUNS_FOR", 4)
    run(page)
    expect(progress(page)).to_be_visible()
    seen = []
    while progress(page).count() and len(set(seen)) < 3:
        with page.expect_response(re.compile("/playground/runs/")):
            seen.append(int(progress(page).get_attribute("value") or 0))
    assert seen == sorted(seen) and len(set(seen)) == 3


def test_state_is_heard_once_however_often_it_is_polled(page, endless):
    page.evaluate(HEARD)
    with page.expect_response(re.compile("/playground/runs/")), page.expect_response(re.compile("/playground/runs/")):
        run(page)
    with page.expect_response(re.compile("/playground/runs/")):
        assert page.evaluate("() => window.heard") == ["Job: Running"]
    endless()
    expect(result(page)).to_contain_text("Complete")
    assert page.evaluate("() => window.heard") == ["Job: Running", "Job: Complete"]


def test_focus_stays_on_cancel_through_polls(page, endless):
    run(page)
    cancel(page).focus()
    old = cancel(page).element_handle()
    for _ in range(2):
        with page.expect_response(re.compile("/playground/runs/")):
            pass
    expect(cancel(page)).to_be_focused()
    assert not old.evaluate("button => button.isConnected")


def test_cancels(page, endless):
    run(page)
    cancel(page).focus()
    page.keyboard.press("Enter")
    expect(result(page)).to_contain_text("The job was canceled.")
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_focused()


def test_refused_cancellation_is_said(page, endless, monkeypatch):
    async def refuses(*_: object) -> str:
        return "The gateway did not cancel the job: It has begun already."

    monkeypatch.setattr(polling, "cancel", refuses)
    run(page)
    cancel(page).click()
    for _ in range(2):
        with page.expect_response(re.compile("/playground/runs/[^/]+$")):
            expect(page.get_by_role("alert")).to_contain_text("Not canceled. The gateway did not cancel the job")
    endless()
    expect(page.get_by_label("The video")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_failed_job_says_why(page):
    run(page, "Fail, please")
    expect(page.get_by_role("alert")).to_contain_text("job_failed The sandbox was asked to fail.")
    expect(page.get_by_role("alert")).to_contain_text("Change the request and run again.")
    expect(page.get_by_role("button", name="Retry")).to_be_enabled()


def test_job_that_takes_too_long_is_given_up(page, endless, monkeypatch):
    run(page)
    expect(progress(page)).to_be_visible()
    monkeypatch.setattr(polling, "is_late", lambda _: True)
    expect(result(page)).to_contain_text("this site asks no longer")
    expect(progress(page)).to_have_count(0)


def test_another_run_is_not_overwritten_by_the_first_one_s_polls(page, endless):
    run(page)
    first = page.locator("#result [data-job]")
    expect(first).to_be_visible()
    old = first.get_attribute("data-job")
    run(page, "Another tram")
    expect(page.locator(f"#result [data-job]:not([data-job='{old}'])")).to_be_visible()
    for _ in range(2):
        with page.expect_response(re.compile("/playground/runs/")) as polled:
            assert old not in polled.value.url


def test_run_page_is_followed_through_reloads(page, endless):
    run(page)
    expect(progress(page)).to_be_visible()
    page.get_by_role("link", name="Your runs").click()
    page.get_by_role("row").nth(1).get_by_role("link").first.click()
    expect(progress(page)).to_be_visible()
    page.reload()
    expect(progress(page)).to_be_visible()
    endless()
    expect(page.get_by_label("The video")).to_be_visible()
    page.reload()
    expect(page.get_by_label("The video")).to_be_visible()


def test_cancels_on_the_run_page(page, endless):
    run(page)
    page.goto(f"/playground/runs/{page.locator('#result [data-job]').get_attribute('data-job')}")
    cancel(page).click()
    expect(result(page)).to_contain_text("The job was canceled.")


def test_retries_from_the_run_page(page):
    run(page, "Fail, please")
    page.get_by_role("button", name="Retry").wait_for()
    page.goto(f"/playground/runs/{page.locator('#result [data-job]').get_attribute('data-job')}")
    page.get_by_role("button", name="Retry").click()
    expect(page).to_have_url(re.compile("/playground/run$"))
    expect(page.get_by_role("alert")).to_contain_text("The sandbox was asked to fail.")
    page.get_by_role("link", name="Your runs").click()
    expect(page.get_by_role("row")).to_have_count(3)


@pytest.mark.parametrize(("key", "name"), [("music", "Download the audio"), ("model_3d", "Download the 3D file")])
def test_other_jobs_end_in_their_files(visit, site, key, name):
    slug = next(card.slug for card in snapshot.latest().cards if card.endpoints[:1] == (key,) and card.served is not False)
    page = visit(f"/playground?model={slug}&endpoint={key}")
    page.get_by_role("button", name="Run", exact=True).click()  # the example: the bundled 3D models take a picture alone
    with page.expect_download() as download:
        page.get_by_role("link", name=name).click()
    assert download.value.path().read_bytes() == sandbox_jobs.sample(key)


def test_job_under_way_and_done_is_for_everyone(page, endless):
    run(page)
    expect(progress(page)).to_be_visible()
    assert faults(page) == [] and overflow(page) == []
    page.goto(f"/playground/runs/{page.locator('#result [data-job]').get_attribute('data-job')}")
    assert faults(page) == [] and overflow(page) == []
    endless()
    expect(page.get_by_label("The video")).to_be_visible()
    assert faults(page) == [] and overflow(page) == []


# Without scripts


def test_plain_page_shows_the_video(visit, address):
    page = visit(address, java_script_enabled=False)
    run(page)
    expect(page.get_by_label("The video")).to_be_visible()


def test_plain_job_is_looked_at_again(plain, endless):
    run(plain)
    expect(plain).to_have_url(re.compile("/playground/runs/"))
    expect(progress(plain)).to_be_visible()
    endless()
    plain.get_by_role("link", name="Look again").click()
    expect(plain.get_by_label("The video")).to_be_visible()


def test_plain_job_is_canceled(plain, endless):
    run(plain)
    cancel(plain).click()
    expect(result(plain)).to_contain_text("The job was canceled.")


def test_plain_page_says_that_a_cancellation_was_refused(plain, endless, monkeypatch):
    async def refuses(*_: object) -> str:
        return "The gateway did not cancel the job: It has begun already."

    monkeypatch.setattr(polling, "cancel", refuses)
    run(plain)
    cancel(plain).click()
    expect(plain.get_by_role("alert")).to_contain_text("It has begun already.")


# Scripts


def test_script_gets_a_202_for_a_long_job(page, endless, monkeypatch):
    monkeypatch.setattr(polling, "WAITS", 0.2)
    form = {name: page.locator(f"#run-form [name={name}]").input_value() for name in ("model", "endpoint", "csrfmiddlewaretoken")}
    headers = {"Accept": "application/json"}
    begun = page.request.post("/playground/run", form=form | {"prompt": "A tram"}, headers=headers)
    assert (begun.status, begun.json()["state"], begun.json()["artifacts"]) == (202, "running", [])
    endless()
    page.goto(f"/playground/runs/{begun.json()['run']}")
    expect(page.get_by_label("The video")).to_be_visible()
    record = page.request.get(f"/playground/runs/{begun.json()['run']}", headers=headers).json()
    assert (record["state"], record["artifacts"][0]["type"]) == ("complete", "video/mp4")
