"""/metrics: what this site counts, in Prometheus' text format, for whoever has METRICS_TOKEN.

One process shows its own registry. Several (`WORKERS`) write into files that any of them adds up (PROMETHEUS_MULTIPROC_DIR,
which scripts/serve sets). Labels are words of closed lists: routes, endpoints, classes of statuses. No models, no visitors.
"""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import Error
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from catalog import outage
from catalog.models import Import
from catalog.vocabulary import SOURCES
from config import health
from playground.bounds import budget

TEXT = "text/plain; charset=utf-8"


@never_cache
@require_safe
async def metrics(request: HttpRequest) -> HttpResponse:
    """Without METRICS_TOKEN there is no such page: a proxy on the same machine would make everyone a neighbour."""
    if not settings.METRICS_TOKEN:
        return HttpResponse("There is no such page.\n", TEXT, 404)
    told = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if not secrets.compare_digest(told.encode(), settings.METRICS_TOKEN.encode()):
        return HttpResponse("Send METRICS_TOKEN as a bearer token.\n", TEXT, 401, headers={"WWW-Authenticate": "Bearer"})
    found = await health.looked()
    text = await outage.apart(lambda: exposition(found.version is not None))
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)


def exposition(database: bool) -> bytes:
    """Everything; what only the database knows is left out while it is away."""
    other = CollectorRegistry()
    other.register(Stored(database))
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if not folder:
        return generate_latest(REGISTRY) + generate_latest(other)
    alive = sorted(living(Path(folder)))
    added = CollectorRegistry()
    MultiProcessCollector(added)
    other.register(Processes(alive))
    return generate_latest(added) + generate_latest(other)


def living(folder: Path) -> set[int]:
    """The workers that are there. Of those that died counts stay, and what they had open does not."""
    pids = {int(file.stem.rpartition("_")[2]) for file in folder.glob("*.db")}
    alive = {pid for pid in pids if Path(f"/proc/{pid}").exists()}
    for pid in pids - alive:
        mark_process_dead(pid, str(folder))
    return alive


class Stored:
    """What stands in the database: when each source was last read, and what is taken of the day's budget."""

    def __init__(self, database: bool):
        self.database = database

    def collect(self) -> Iterator[Metric]:
        found: list[Metric] = []
        if self.database:
            try:
                found = [read(), taken()]
            except Error:
                self.database = False
        yield GaugeMetricFamily("modelry_database_up", "Whether the database answers.", value=int(self.database))
        yield from found


def read() -> Metric:
    done = Import.objects.filter(state="done", source__in=SOURCES).order_by()
    last = GaugeMetricFamily("modelry_import_timestamp_seconds", "When a source was last read and applied.", labels=["source"])
    for source, at in done.values_list("source").annotate(Max("finished")):
        if at:
            last.add_metric([source], at.timestamp())
    return last


def taken() -> Metric:
    day = timezone.now().date()
    told = "Effective US dollars of today's budget (UTC) that are spent or held."
    return GaugeMetricFamily("modelry_budget_taken_usd", told, value=float(budget.taken(day)))


class Processes:
    """The process collector's figures of all workers: their sum, and of when they started the oldest."""

    def __init__(self, pids: list[int]):
        self.pids = pids

    def collect(self) -> Iterator[Metric]:
        each = [ProcessCollector(pid=lambda pid=pid: pid, registry=CollectorRegistry()).collect() for pid in self.pids]
        by_name: dict[str, list[Any]] = {}
        for metric in (metric for metrics in each for metric in metrics):
            by_name.setdefault(metric.name, []).append(metric)
        for name, found in by_name.items():
            merge = min if name in ("process_start_time_seconds", "process_max_fds") else sum
            sample = found[0].samples[0]
            value = merge(metric.samples[0].value for metric in found)
            found[0].samples = [sample._replace(value=value)]
            yield found[0]
