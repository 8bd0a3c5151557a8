"""The end of this process: no new run begins, those under way go on for a while, and what is left then is cut with words."""

import asyncio

from django.conf import settings

from playground.running import stopping

STOPPED = "The site stopped while this ran."
INTERRUPTED = {"status": None, "type": "interrupted", "message": STOPPED, "retry_after": None}
GLANCE = 0.1  # seconds between two looks at what is still under way

_begun = _hurried = False


def begun() -> bool:
    return _begun


async def drain() -> None:
    """Waits until no run is under way, for DRAIN_SECONDS at most or until `hurry`, then cuts those that are left."""
    global _begun
    _begun, loop = True, asyncio.get_running_loop()
    end = loop.time() + settings.DRAIN_SECONDS
    while stopping.under_way() and not _hurried and loop.time() < end:
        await asyncio.sleep(GLANCE)
    stopping.cut(INTERRUPTED)


def hurry() -> None:
    global _hurried
    _hurried = True
