"""What is used most, and how it did."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from catalog import snapshot
from catalog.snapshot import Snapshot
from catalog.usage import MEASURES, WINDOWS, Use, beginning, own_source, ranked, sources, used
from catalog.views.page import page
from catalog.vocabulary import MODALITIES, USED_ON

USUAL = {"by": "tokens", "window": "7d", "modality": ""}
CHOICES = {"by": MEASURES, "window": WINDOWS, "modality": {"": "All", **MODALITIES}, "source": USED_ON}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a ranking's address says; what it does not say is as usual."""

    by: str
    window: str
    modality: str
    source: str

    def __str__(self) -> str:
        usual = USUAL | {"source": own_source()}
        said = {"by": self.by, "window": self.window, "modality": self.modality, "source": self.source}
        return urlencode([(name, value) for name, value in said.items() if value != usual[name]])


@page
async def rankings(request: HttpRequest) -> HttpResponse:
    now = await snapshot.current()
    asked, errors = read(request.GET)
    uses = await sync_to_async(used)(now, asked.window, asked.source)
    have = await sync_to_async(sources)(asked.window)
    context = {"snapshot": now, "asked": asked, "errors": errors} | choices(now, asked, uses, have) | table(now, asked, uses)
    return render(request, "catalog/rankings.html", context, status=400 if errors else 200)


def read(params: QueryDict) -> tuple[Asked, list[str]]:
    """The ranking that is asked for and what is wrong with the question."""
    asked = {name: params.get(name, usual) for name, usual in (USUAL | {"source": own_source()}).items()}
    wrong = [name for name, value in asked.items() if value not in CHOICES[name]]
    errors = [f"{name} “{asked[name][:40]}” is not known. Known: {', '.join(filter(None, CHOICES[name]))}." for name in wrong]
    return Asked(**{**asked, **{name: (USUAL | {"source": own_source()})[name] for name in wrong}}), errors


def choices(now: Snapshot, asked: Asked, uses: dict[str, Use], have: set[str]) -> dict[str, Any]:
    """`(label, query, whether it is chosen)` of each way to ask otherwise: only kinds and sources of which there is any use."""
    kinds = {now.by_slug[slug].modality for slug in uses} | {asked.modality}
    return {
        "measures": [(m.label, replace(asked, by=key), key == asked.by) for key, m in MEASURES.items()],
        "windows": [(label, replace(asked, window=key), key == asked.window) for key, (label, _) in WINDOWS.items()],
        "modalities": [
            (label, replace(asked, modality=key), key == asked.modality)
            for key, label in CHOICES["modality"].items() if not key or key in kinds
        ],
        "sources": [
            (label, replace(asked, source=key), key == asked.source)
            for key, label in USED_ON.items() if key in have | {asked.source, own_source()}
        ],
    }  # fmt: skip


def table(now: Snapshot, asked: Asked, uses: dict[str, Use]) -> dict[str, Any]:
    """The ranked models with their bars, and the window they were measured in."""
    measure = MEASURES[asked.by]
    moment = timezone.now()
    telling = asked.source == "gateway" or not measure.of_the_model
    chosen = {slug: use for slug, use in uses.items() if asked.modality in ("", now.by_slug[slug].modality)}
    found = ranked(chosen, measure) if telling else []
    total = sum(value for _, value, _ in found) if measure.adds_up else 0
    most = max((value for _, value, _ in found), default=0)
    return {
        "measure": measure, "telling": telling, "since": beginning(asked.window, moment), "as_of": moment,
        "window": WINDOWS[asked.window][0], "source": USED_ON[asked.source], "total": measure.text(total) if total else "",
        "ranked": [
            (now.by_slug[slug], measure.text(value), value / most if most else 0, value / total if total else None, use.requests)
            for slug, value, use in found
        ],
    }  # fmt: skip
