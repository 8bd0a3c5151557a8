"""A probe that goes on after the request that asked for it: in a thread with a loop, a gateway and connections of its own.

Its row says how far it came. A thread that ends with its process leaves a row that no longer says that it is alive.
"""

import logging
import threading
from contextlib import aclosing

from asgiref.sync import async_to_sync
from django.db import connections
from django.utils import timezone

from catalog import processes, snapshot
from playground.models import Probe
from playground.probe import asking, probing
from playground.probe.asking import Purse
from playground.running import upstream

log = logging.getLogger(__name__)


def start(probe: Probe) -> None:
    probe.process = processes.mine()
    probe.save(update_fields=["process"])
    threading.Thread(target=apart, args=(probe,), name=f"probe {probe.pk}", daemon=True).start()


def apart(probe: Probe) -> None:
    try:
        carry_out(probe)
    finally:
        connections.close_all()


def carry_out(probe: Probe) -> None:
    """Everything that a probe asks; ends well whatever happens on the way."""
    try:
        async_to_sync(follow)(probe)
    except Exception:
        log.exception("A probe broke off.")
        probe.stopped = "A fault of this site ended it. Its log says more."
    finally:
        probe.finished = timezone.now()
        probe.save()


async def follow(probe: Probe) -> None:
    now, purse = await snapshot.current(), Purse(probe.budget)
    cards = [card for slug in probe.slugs if (card := now.find(slug))]
    try:
        async with aclosing(probing.results(cards, probe.abilities, purse)) as results:
            async for result in results:
                probe.results.append(list(result))
                probe.spent, probe.alive = round(purse.spent, 12), timezone.now()
                await probe.asave()
    except asking.Stop as stop:
        probe.stopped = str(stop)
    finally:
        await upstream.close()
