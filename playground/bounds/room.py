"""How many requests of a kind that costs work this process takes at once: beyond them a 503 that says when to come again.

What is asked while one types must not keep others waiting, however many ask it: a few at a time, a few more that wait.
"""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse

from playground.bounds.limits import Refusal
from playground.rendering import render

AT_ONCE = 4
WAITING = 16
SECONDS = 5.0  # that one waits for its turn
RETRY_AFTER = 2  # seconds
BUSY = Refusal(503, "busy", "This site is busy with many requests of this kind. Try again in a moment.", RETRY_AFTER)

View = Callable[..., Awaitable[HttpResponseBase]]


class Room:
    """Counts those inside and those who wait."""

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING):
        self.turns = asyncio.Semaphore(at_once)
        self.most, self.waiting = waiting, 0

    async def enter(self) -> bool:
        """Whether there is a place, for which one may have to wait a little."""
        if self.turns.locked() and self.waiting >= self.most:
            return False
        self.waiting += 1
        try:
            async with asyncio.timeout(SECONDS):
                return await self.turns.acquire()
        except TimeoutError:
            return False
        finally:
            self.waiting -= 1

    def leave(self) -> None:
        self.turns.release()


def bounded(room: Room) -> Callable[[View], View]:
    """A view of which only so many are under way at once."""

    def wrap(view: View) -> View:
        @functools.wraps(view)
        async def within(request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
            if not await room.enter():
                return busy(request)
            try:
                return await view(request, *args, **named)
            finally:
                room.leave()

        return within

    return wrap


def busy(request: HttpRequest) -> HttpResponseBase:
    headers = {"Retry-After": str(RETRY_AFTER)}
    if "application/json" in request.headers.get("Accept", "") or request.path.startswith("/sandbox/"):
        error = {"status": 503, "type": BUSY.type, "message": BUSY.message, "retry_after": RETRY_AFTER}
        return JsonResponse({"error": error}, status=503, headers=headers)
    response = render(request, "playground/refused.html", {"refusal": BUSY}, status=503)
    response["Retry-After"] = headers["Retry-After"]
    return response


typing = Room()  # previews and estimates, while a form is filled in
reading = Room()  # answers as formatted text, runs read from files
sandbox = Room(at_once=16, waiting=64)  # calls of the sandbox over HTTP until their answer begins; a voice takes a while
