"""Views that cost work are asked by many at once: a few are answered, a few wait, the others are told when to come again."""

import asyncio
import json

import pytest
from asgiref.sync import async_to_sync
from django.http import HttpResponse
from django.test import AsyncClient

from playground.bounds import room
from playground.bounds.room import Room, bounded
from playground.sandbox import views
from playground.views import columns, formatted, history, workbench


def asked(rf, room: Room, times: int, accept: str = "text/html") -> list:
    """What `times` requests at once of a view are answered, which answers none until all have come."""

    async def scene() -> list:
        opened = asyncio.Event()

        @bounded(room)
        async def view(request):
            await opened.wait()
            return HttpResponse("done")

        tasks = [asyncio.create_task(view(rf.get("/", headers={"accept": accept}))) for _ in range(times)]
        await asyncio.sleep(0)
        opened.set()
        return await asyncio.gather(*tasks)

    return async_to_sync(scene)()


def test_a_few_wait_and_the_rest_is_refused(rf):
    statuses = [answer.status_code for answer in asked(rf, Room(at_once=2, waiting=3), 8)]
    assert statuses == [200] * 5 + [503] * 3


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_who_is_refused_learns_when_to_come_again(rf, accept):
    answer = asked(rf, Room(at_once=1, waiting=0), 2, accept)[1]
    assert answer["Retry-After"] == "2" and b"busy with many requests" in answer.content


def test_who_waits_too_long_is_refused(rf, monkeypatch):
    monkeypatch.setattr(room, "SECONDS", 0.0)
    assert asked(rf, Room(at_once=1, waiting=5), 2)[1].status_code == 503


def test_a_place_is_free_again_after_who_left_and_what_failed(rf):
    one = Room(at_once=1, waiting=0)

    async def scene() -> int:
        @bounded(one)
        async def fails(request):
            raise ValueError

        @bounded(one)
        async def waits(request):
            await asyncio.Event().wait()

        with pytest.raises(ValueError):
            await fails(rf.get("/"))
        left = asyncio.create_task(waits(rf.get("/")))
        await asyncio.sleep(0)
        left.cancel()
        await asyncio.wait([left])
        return 1 if await one.enter() else 0

    assert async_to_sync(scene)() == 1


@pytest.mark.parametrize("view", [workbench.preview, columns.estimates, formatted.formatted_answer, history.bring])
def test_what_costs_work_is_bounded(rf, view, monkeypatch):
    async def full(_: Room) -> bool:
        return False

    monkeypatch.setattr(Room, "enter", full)
    method = rf.get if view is formatted.formatted_answer else rf.post
    assert async_to_sync(view)(method("/")).status_code == 503


def test_a_full_sandbox_says_so_as_a_gateway_does(rf, monkeypatch):
    async def full(_: Room) -> bool:
        return False

    monkeypatch.setattr(Room, "enter", full)
    answer = async_to_sync(views.serve)(rf.post("/sandbox/v1/chat/completions"), "chat/completions")
    error = json.loads(answer.content)["error"]
    assert (answer.status_code, answer["Retry-After"], error["type"]) == (503, "2", "busy")


def test_the_site_takes_previews_again_once_they_are_done(catalog):
    fields = {"model": "acme/talk-large", "role": "user", "content": "Hi"}

    async def scene() -> list[int]:
        visitor = AsyncClient()
        return [(await visitor.post("/playground/preview", fields)).status_code for _ in range(room.AT_ONCE + 2)]

    assert async_to_sync(scene)() == [200] * (room.AT_ONCE + 2)
