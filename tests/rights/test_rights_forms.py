"""Every POST needs a token from this very site, and no GET writes anything or shows a visitor's key."""

import logging
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from rights_world import SCRIPT, World, patterns, spoken
from test_rights_matrix import PATTERNS

from playground.models import Run

TOKEN = "a" * 32
SITE, ELSEWHERE = "https://localhost", "https://evil.example"
# They read no cookie: the one wants a key in a header, the other counts the text that it is sent.
WITHOUT_TOKEN = {"sandbox/v1/<path:path>", "calculator/count"}
FOREIGN = {
    "no token": ({}, {"Origin": SITE}),
    "a wrong token": ({"csrfmiddlewaretoken": "b" * 32}, {"Origin": SITE}),
    "another origin": ({"csrfmiddlewaretoken": TOKEN}, {"Origin": ELSEWHERE}),
    "an unknown origin": ({"csrfmiddlewaretoken": TOKEN}, {"Origin": "null"}),
    "another referer": ({"csrfmiddlewaretoken": TOKEN}, {"Referer": f"{ELSEWHERE}/playground"}),
    "a plain referer": ({"csrfmiddlewaretoken": TOKEN}, {"Referer": "http://localhost/playground"}),
    "no referer": ({"csrfmiddlewaretoken": TOKEN}, {}),
    "a token in the header, another origin": ({}, {"X-CSRFToken": TOKEN, "Origin": ELSEWHERE}),
}


def careful(world: World, who: str) -> Client:
    """A browser of this person, at a site that looks for the token."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.cookies = world.visitor(who).cookies
    client.cookies["csrftoken"] = TOKEN
    return client


@pytest.fixture
def https(settings) -> None:
    settings.CSRF_TRUSTED_ORIGINS = [SITE]
    settings.ALLOWED_HOSTS = ["localhost"]


@pytest.mark.parametrize("how", FOREIGN)
def test_every_form_from_elsewhere_is_refused(world: World, https: None, how: str) -> None:
    fields, headers = FOREIGN[how]
    owner, boss = careful(world, "owner"), careful(world, "superuser")
    before, passed = tables(), set()
    for route, pattern in PATTERNS.items():
        client = boss if route.startswith("admin") else owner
        answer = client.post(world.address(pattern), fields, headers={"Host": "localhost"} | headers, secure=True)
        passed |= {route} if answer.status_code != 403 else set()
    assert passed == WITHOUT_TOKEN and tables() == before


def test_a_form_of_this_site_is_taken(world: World, https: None) -> None:
    sent = {"csrfmiddlewaretoken": TOKEN}
    for headers in ({"Origin": SITE}, {"Referer": f"{SITE}/playground"}):
        answer = careful(world, "owner").post("/playground/run", sent, headers={"Host": "localhost"} | headers, secure=True)
        assert answer.status_code == 422


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_no_other_method_does_more(world: World, method: str) -> None:
    boss = careful(world, "superuser")
    passed = {pattern.route for pattern in patterns() if boss.generic(method, world.address(pattern)).status_code != 403}
    assert passed == WITHOUT_TOKEN


def tables() -> dict[str, list[str]]:
    """Every row of every table."""
    return {table._meta.label: sorted(map(repr, table._base_manager.values_list())) for table in apps.get_models()}


def files() -> dict[str, int]:
    kept = (path for folder in ("artifacts", "shares") for path in (settings.DATA_DIR / folder).rglob("*"))
    return {str(path): path.stat().st_size for path in kept if path.is_file()}


def read(answer: Any) -> str:
    """All that a browser gets: headers, cookies and body."""

    async def whole() -> bytes:
        return b"".join([piece async for piece in answer])

    body = async_to_sync(whole)() if answer.streaming and answer.is_async else answer.getvalue()
    return f"{answer.headers} {answer.cookies} {body.decode('latin-1')}"


# The link from a letter: its token goes into the session, so that it stands in no address that a page is left from.
INTO_SESSION = "accounts/reset/<uidb64>/<token>/"


@pytest.mark.parametrize("who", ["owner", "superuser"])
def test_reading_changes_nothing(world: World, who: str) -> None:
    before, kept = tables(), files()
    for route in PATTERNS.keys() - {INTO_SESSION}:
        read(world.visitor(who).get(world.address(PATTERNS[route])))
    assert tables() == before and files() == kept


CANARY = "sk-rights-canary-0123456789"


def test_a_visitor_s_key_is_on_no_page_of_anybody(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    owner = world.clients["owner"]
    assert owner.post("/playground/key", {"key": CANARY}).status_code == 303
    world.ids |= {"sound": spoken(owner), "playground.run": Run.objects.get(own_key=True).pk}  # a run under that key
    world.ids["share"] = owner.post(f"/playground/runs/{world.ids['sound']}/share", headers=SCRIPT).json()["url"][-32:]
    world.ids["run_id"] = world.ids["sound"]
    for pattern in patterns():
        who = "superuser" if pattern.route.startswith("admin") else "owner"
        assert CANARY not in read(world.visitor(who).get(world.address(pattern))), pattern.route
    assert CANARY not in str(tables()) and CANARY not in caplog.text
    assert not [name for name in files() if CANARY.encode() in Path(name).read_bytes()]
    assert CANARY not in str([session.get_decoded() for session in Session.objects.all()])
