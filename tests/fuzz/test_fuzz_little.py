"""A little of `make fuzz` in every run of the suite, and proof that each part would see a fault."""

import random
import subprocess
from pathlib import Path

import httpx
import pytest
from django.utils.safestring import mark_safe

from fuzz import asked, foreign, pages, requests, streams
from fuzz.texts import harmless, hostile
from gateway import sse
from playground.inspection import formatted

ROOT = Path(__file__).parent.parent.parent


def test_no_request_fails(site, tmp_path):
    told = requests.ask(site, 180, 739943, tmp_path)
    assert told.faults == []
    assert set(told.asked) == {"documented", "forms", "addresses"} and told.asked.total() >= 180


STATUSES = [(500, True, True), (503, False, True), (503, True, False), (422, False, False)]


@pytest.mark.parametrize(("status", "may_wait", "wrong"), STATUSES)
def test_only_a_deliberate_503_is_no_fault(status, may_wait, wrong):
    assert bool(asked.server_error(status, may_wait)) == wrong


def test_a_fault_is_told_as_a_line_that_asks_again(tmp_path):
    with httpx.Client(base_url="http://127.0.0.1:9", trust_env=False) as nowhere:
        assert "ConnectError" in asked.fault(nowhere, asked.Asked("GET", "/"))
    line = asked.Asked("POST", "/playground/run?x='", {"Accept": "*/*"}, b"body=\0").curl("http://x.example", tmp_path)
    assert subprocess.run(["bash", "-c", f"printf '%s|' {line}"], capture_output=True, text=True).stdout.split("|")[:8] == [
        "curl", "-i", "--path-as-is", "-X", "POST", "-H", "Accept: */*", "http://x.example/playground/run?x='",
    ]  # fmt: skip
    assert (tmp_path / "body-0").read_bytes() == b"body=\0"


def test_events_do_not_depend_on_where_a_stream_is_cut():
    found = [*streams.two_way_faults(), *streams.many_way_faults(2000, 739943)]
    assert len(found) > 3000 and not any(found)


def test_a_reader_that_minds_where_it_is_cut_is_found_out(monkeypatch):
    monkeypatch.setattr(sse, "LINE_END", sse.re.compile(rb"\r\n|\n"))
    assert any(streams.two_way_faults()) or any(streams.many_way_faults(500, 1))


@pytest.fixture(scope="module")
def started():
    path = subprocess.run([ROOT / "scripts" / "find-browser"], capture_output=True, text=True).stdout.strip()
    if not path:
        pytest.skip("No Chromium or Chrome was found (set CHROMIUM=/path/to/it).")
    with pages.browser(path) as found:
        yield found


@pytest.fixture
def browser(started):
    """A browser that has judged nothing yet."""
    started.judge = pages.Judge(started.judge.page)
    return started


@pytest.mark.django_db
def test_hostile_texts_stay_texts(browser, client):
    assert foreign.judged(browser, 40, 739943) == 40
    assert browser.judge.wrong() == []
    assert browser.judge.compared > 100 and browser.judge.same > browser.judge.compared / 2


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<script>a</script>", "script[]"), ("<p onclick=a>", "p onclick"), ("<a href='java&#10;script:a'>x</a>", "a href="),
        ("<img src=//evil.example/x>", "img src="), ("<svg><use href='data:x'/></svg>", "use href="),
        ("<p hx-on::load=a>", "p hx-on"),
        ("<form action=//evil.example>", "form action="), ("<blink>", "blink[]"), ("<template><iframe></template>", "iframe[]"),
    ],
)  # fmt: skip
def test_what_lives_is_found(browser, text, found):
    browser.compare("page", f"<main><p>{text}</p></main>", f"<main><p>{harmless(text)}</p></main>")
    assert any(found in wrong for wrong in browser.judge.wrong())


@pytest.mark.django_db
def test_a_text_that_is_not_cleaned_is_found(browser, monkeypatch):
    monkeypatch.setattr(formatted.nh3, "clean", lambda html, **_: html)
    monkeypatch.setattr(formatted, "escape", mark_safe)
    monkeypatch.setattr(foreign.World, "visited", lambda world: iter([("formatted", foreign.formatted(world.text()))]))
    monkeypatch.setattr(foreign, "ROUND", 1)
    foreign.judged(browser, 50, 1)
    assert browser.judge.wrong()


def test_a_seed_draws_the_same_again():
    assert [hostile(random.Random(3)) for _ in range(5)] == [hostile(random.Random(3)) for _ in range(5)]
