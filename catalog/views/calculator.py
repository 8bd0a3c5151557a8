"""What a month of work costs: the page, and the counting of a pasted text."""

import re
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers

from catalog import snapshot
from catalog.cards import Card
from catalog.costs import tokens, workload
from catalog.costs.calculator import Bill, bills, fields, services, way
from catalog.costs.tokens import Count
from catalog.costs.workload import QUANTITIES, Workload
from catalog.pages.compare import MAX_COMPARED, named
from catalog.search.query import DEFAULT_BASIS, Query
from catalog.snapshot import Snapshot
from catalog.views.page import page

SUGGESTED = 6
COUNTS = ("input_tokens", "output_tokens")  # what counted tokens may be used as
MAX_QUERY = 4000
MAX_POST = 2 * tokens.LARGEST  # bytes of a form; checked before it is read


class Asked(NamedTuple):
    """A calculation as its address says it: the models, the work, and what is wrong with either."""

    cards: list[Card]
    work: Workload
    unknown: list[str]
    left_out: int = 0

    @property
    def errors(self) -> list[str]:
        strange = [f"models: no model is called {name[:200]}." for name in self.unknown]
        many = [f"models: {MAX_COMPARED} at a time; {self.left_out} more were left out."] if self.left_out else []
        return [*strange, *many, *self.work.errors.values()]

    @property
    def link(self) -> str:
        return link(self.cards, self.work)

    @property
    def bills(self) -> list[Bill]:
        return [] if self.work.errors else bills(self.cards, self.work)


def asked(params: QueryDict, now: Snapshot) -> Asked:
    names = named(params)
    found = list({card.slug: card for name in names if (card := now.find(name))}.values())
    unknown = [name for name in dict.fromkeys(names) if not now.find(name)][:MAX_COMPARED]  # each is searched for
    cards = found[:MAX_COMPARED]
    work = workload.read(params, workload.sizes(cards), services(cards))
    return Asked(cards, work, unknown, len(found) - len(cards))


def link(cards: list[Card], work: Workload, **changed: str) -> str:
    """The query of a calculation, whole: what is not shown is left out, what is the example stands there too."""
    pairs = [("models", ",".join(card.slug for card in cards))] if cards else []
    pairs += [(key, (work.typed | changed)[key]) for key in fields(cards)]
    pairs += [("size", work.size)] if work.size in workload.sizes(cards) else []
    pairs += [("service", work.service)] if work.service in services(cards) else []
    return urlencode(pairs + ([("prices", work.basis)] if work.basis != DEFAULT_BASIS else []), safe="/:@,")


@page
@vary_on_headers("HX-Request-Type")
async def calculator(request: HttpRequest) -> HttpResponse:
    now = await snapshot.current()
    found = asked(request.GET, now)
    part = "#calculation" if request.htmx.request_type == "partial" else ""
    context = shown(now, found) | {"counted": counted(request.GET, found.cards)}
    response = render(request, f"catalog/calculator.html{part}", context, status=400 if found.errors else 200)
    if part:
        response["HX-Replace-Url"] = f"{reverse('calculator')}?{found.link}"
    return response


def shown(now: Snapshot, found: Asked) -> dict[str, Any]:
    cards, work = found.cards, found.work
    keys = fields(cards)
    return {
        "snapshot": now, "cards": cards, "work": work, "left_out": found.left_out, "bills": found.bills, "link": found.link,
        "fields": work.fields(keys), "sizes": workload.sizes(cards), "services": services(cards), "limit": MAX_COMPARED,
        "unknown": [(name, [(card, link([*cards, card], work)) for card in close_to(now, name)]) for name in found.unknown],
        "removals": [(card, link([other for other in cards if other is not card], work)) for card in cards],
        "suggested": [] if cards else suggested(now, work), "slugs": ",".join(c.slug for c in cards),
        "counts": [(key, QUANTITIES[key].label) for key in COUNTS if key in keys], "longest": tokens.LARGEST,
    }  # fmt: skip


@csrf_exempt  # it changes nothing and reads no cookie
@never_cache
@require_POST
async def count(request: HttpRequest) -> HttpResponse:
    """Counts a pasted text and goes on to the calculation with the counts in it; the text itself goes nowhere."""
    now = await snapshot.current()
    if int(request.headers.get("Content-Length") or 0) > MAX_POST:
        return miscounted(request, now, Asked([], workload.read(QueryDict(), []), []), "", 413)
    found = asked(QueryDict(request.POST.get("calculation", "")[:MAX_QUERY]), now)
    text = request.POST.get("text", "").replace("\r\n", "\n")
    if not text or len(text.encode()) > tokens.LARGEST:
        return miscounted(request, now, found, text, 413 if text else 400)
    result = await tokens.count(text, tokens.best_for(found.cards))
    return HttpResponseRedirect(f"{reverse('calculator')}?{with_counts(found, request.POST.get('as', ''), result)}", status=303)


def miscounted(request: HttpRequest, now: Snapshot, found: Asked, text: str, status: int) -> HttpResponse:
    problem = f"Text (text) must have 1 to {tokens.LARGEST:,} bytes. " + ("Count it in parts." if status == 413 else "Paste one.")
    context = shown(now, found) | {"problem": problem, "text": text}
    return render(request, "catalog/calculator.html", context, status=status)


def with_counts(found: Asked, kind: str, result: Count) -> str:
    """The query of the calculation with what was counted, and with the encoding that says how exact it is."""
    changed = {"characters": str(result.characters)} | ({kind: str(result.tokens)} if kind in COUNTS else {})
    query = QueryDict(link(found.cards, found.work, **changed), mutable=True)
    query["characters"] = str(result.characters)
    query["tokens"], query["encoding"] = str(result.tokens), result.encoding
    return query.urlencode(safe="/:@,")


def counted(params: QueryDict, cards: list[Card]) -> dict[str, Any] | None:
    """What the address says of a text that was counted: for which models that is exact, for which an estimate."""
    encoding, number, characters = (params.get(key, "") for key in ("encoding", "tokens", "characters"))
    if encoding not in tokens.ENCODINGS or not all(re.fullmatch("[0-9]{1,7}", text) for text in (number, characters)):
        return None
    reading = [card for card in cards if set(COUNTS) & set(way(card))]
    exact = [card for card in reading if tokens.encoding_of(card) == encoding]
    return {
        "encoding": encoding, "tokens": int(number), "characters": int(characters),
        "exact": exact, "estimated": [card for card in reading if card not in exact],
    }  # fmt: skip


def close_to(now: Snapshot, name: str) -> tuple[Card, ...]:
    return now.index.search(Query(text=name.rpartition("/")[2]), size=3).cards


def suggested(now: Snapshot, work: Workload) -> list[tuple[Card, str]]:
    """The newest text models with a price, each with the calculation for it."""
    query = now.index.opening(chosen={"modality": ("chat",), "price": ("known",)}, sort="-released")
    return [(card, link([card], work)) for card in now.index.search(query, SUGGESTED).cards]
