"""What is someone else's, what there never was and what was closed cannot be told apart: status, headers and every byte."""

import uuid
from typing import Any

import pytest
from django.utils import timezone
from rights_world import PEOPLE, Pattern, World, patterns
from test_rights_matrix import METHODS, ask

from playground.models import Share

OWNED = ("run_id", "group_id", "token")
ROW = 99999
UNKNOWN = {"run_id": uuid.UUID(int=5), "group_id": uuid.UUID(int=5), "token": "A" * 32}
UNKNOWN |= {"object_id": ROW, "pk": ROW, "id": ROW}
STRANGERS = [who for who in PEOPLE if who != "owner"]
OPEN_BY_LINK = ("r/<str:token>", "playground/presets/<str:token>.json", "accounts/reset/")  # who has the address may


def mine(pattern: Pattern) -> bool:
    """Whether the address names something that a visitor has and nobody else may open."""
    shown = pattern.route.startswith(OPEN_BY_LINK) and not pattern.route.endswith(("/expiry", "/revoke"))
    return bool(set(OWNED) & set(pattern.parts)) and not shown


def whole(answer: Any) -> tuple:
    body = b"".join(answer) if answer.streaming else answer.content
    cookies = {name: dict(cookie) | {"expires": ""} for name, cookie in answer.cookies.items()}  # values are random
    headers = {name: value for name, value in answer.headers.items() if name != "Expires"}  # is the second in which it was made
    return answer.status_code, headers, cookies, body


PRIVATE = [pattern for pattern in patterns() if mine(pattern)]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("pattern", PRIVATE, ids=lambda pattern: pattern.route)
def test_foreign_and_unknown_are_one_answer(world: World, pattern: Pattern, method: str) -> None:
    foreign, unknown = world.address(pattern), world.address(pattern, **UNKNOWN)
    for who in STRANGERS:
        answers = [whole(ask(world, who, method, address)) for address in (foreign, unknown)]
        assert answers[0] == answers[1], who
        assert answers[0][0] in (404, 405), who


QUERIES = [
    "/playground?run={run_id}", "/playground?run={run_id}&choice=0", "/playground?group={group_id}",
    "/playground/difference?a={run_id}", "/playground/difference?a={run_id}&b={run_id}",
]  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
def test_ids_in_a_query_are_answered_the_same(world: World, query: str) -> None:
    for who in STRANGERS:
        answers = [whole(ask(world, who, "GET", query.format(**ids))) for ids in (world.ids, UNKNOWN)]
        assert answers[0] == answers[1] and answers[0][0] == 404, who
    assert ask(world, "owner", "GET", query.format(**world.ids)).status_code == 200


CLOSED = {"revoked": timezone.now(), "taken_down": timezone.now(), "expires": timezone.now()}


@pytest.mark.parametrize("how", CLOSED)
@pytest.mark.parametrize("ending", ["", ".json", "/files/0/0", "/expiry", "/revoke"])
def test_a_closed_share_is_an_unknown_one_to_everybody(world: World, how: str, ending: str) -> None:
    Share.objects.update(**{how: CLOSED[how]})
    for who in PEOPLE:
        for method in METHODS:
            closed, unknown = (whole(ask(world, who, method, f"/r/{token}{ending}")) for token in (world.ids["share"], "A" * 32))
            assert closed == unknown and closed[0] in (404, 405), (who, method)


def test_a_closed_share_fills_no_form_as_an_unknown_one(world: World) -> None:
    Share.objects.update(revoked=timezone.now())
    closed, unknown = (whole(ask(world, "anonymous", "GET", f"/playground?share={t}.0")) for t in (world.ids["share"], "A" * 32))
    assert closed == unknown and closed[0] == 404


ROWS = [one for one in patterns() if one.route.startswith("admin/") and set(one.parts) & UNKNOWN.keys()]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("pattern", ROWS, ids=lambda pattern: pattern.route)
def test_staff_without_rights_learn_no_ids(world: World, pattern: Pattern, method: str) -> None:
    known, unknown = world.address(pattern), world.address(pattern, **UNKNOWN)
    one, other = (ask(world, "staff", method, address) for address in (known, unknown))
    if one.status_code == 302:  # leads to the row's form, whatever the id is
        assert (other.status_code, one["Location"], other["Location"]) == (302, f"{known}change/", f"{unknown}change/")
    else:
        assert whole(one) == whole(other) and one.status_code in (403, 404, 405)


def test_an_account_has_its_things_in_every_browser(world: World) -> None:
    """The owner elsewhere, with another session."""
    world.clients["owner"].logout()
    world.clients["owner"].force_login(world.users["owner"])
    closed = [one for one in PRIVATE if ask(world, "other", "GET", world.address(one)).status_code == 404]
    given = {one.route: ask(world, "owner", "GET", world.address(one)).status_code for one in closed}
    assert len(given) > 6 and set(given.values()) == {200}, given
