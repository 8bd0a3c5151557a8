"""Models side by side."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.text import get_text_list

from catalog import snapshot
from catalog.calling.schema import endpoint
from catalog.cards import Card
from catalog.pages.chart import CHARTS, asked_chart, drawable
from catalog.pages.compare import MAX_COMPARED, mixed, named, narrowed, native, only_different, rows
from catalog.search.parsing import basis_of
from catalog.search.query import Query
from catalog.snapshot import Snapshot
from catalog.truth.evidence import disagreements, price_tables
from catalog.views.page import page

SUGGESTED = 6


@dataclass(frozen=True, slots=True)
class Asked:
    """What a comparison's address says: its query string is the state of the page."""

    cards: tuple[Card, ...]
    effective: bool = False
    differ: bool = False
    chart: str = ""

    def __str__(self) -> str:
        slugs = ",".join(card.slug for card in self.cards)
        prices, rows = "effective" if self.effective else "", "differ" if self.differ else ""
        said = [("models", slugs), ("prices", prices), ("rows", rows), ("chart", self.chart)]
        return urlencode([(name, value) for name, value in said if value], safe=":/@,")

    def without(self, card: Card) -> Asked:
        return replace(self, cards=tuple(other for other in self.cards if other is not card))

    def adding(self, card: Card) -> Asked:
        return replace(self, cards=(*self.cards, card))

    def others(self) -> list[tuple[str, str]]:
        """The state as hidden fields of a form that adds a model."""
        return [("models", card.slug) for card in self.cards] + list(QueryDict(str(replace(self, cards=()))).items())


@page
async def compare(request: HttpRequest) -> HttpResponse:
    now = await snapshot.current()
    names = named(request.GET)
    found = {card.slug: card for name in names if (card := now.find(name))}
    asked, errors = read(request.GET, list(found.values())[:MAX_COMPARED])
    strange = [name for name in dict.fromkeys(names) if not now.find(name)][:MAX_COMPARED]
    too_many = max(0, len(found) - MAX_COMPARED)
    context = {
        "snapshot": now, "cards": asked.cards, "asked": asked, "errors": errors, "too_many": too_many, "limit": MAX_COMPARED,
        "unknown": [(name, offers(now, asked, name)) for name in strange],
        "removals": [(card, asked.without(card)) for card in asked.cards], "suggested": suggested(now, asked),
    }  # fmt: skip
    context |= table(asked) | charts(now, asked) if len(asked.cards) > 1 else {}
    return render(request, "catalog/compare.html", context, status=400 if strange or too_many or errors else 200)


def read(params: QueryDict, cards: list[Card]) -> tuple[Asked, list[str]]:
    """The comparison of these models that is asked for, and what is wrong with the question."""
    basis, errors = basis_of(params)
    chart, wrong = asked_chart(params)
    differ, strange = only_different(params)
    return Asked(tuple(cards), basis == "effective", differ, chart), errors + strange + wrong


def table(asked: Asked) -> dict:
    """The rows that differ, those that agree, and what stands below them."""
    cards = list(asked.cards)
    sections = rows(cards, asked.effective)
    return {
        "sections": narrowed(sections, agreed=False), "agreed": narrowed(sections, agreed=True),
        "agreed_count": sum(row.agreed for _, found in sections for row in found),
        "mixed": get_text_list(sorted({card.modality_label for card in cards}), "and") if mixed(cards) else "",
        "priced": [(card, price_tables(card), disagreements(card)) for card in cards],
        "calls": [(card, endpoint(card, native(card)[0])) for card in cards if native(card)],
        "other_rows": replace(asked, differ=not asked.differ),
    }  # fmt: skip


def charts(now: Snapshot, asked: Asked) -> dict:
    """The chart of the compared models before the others of their kinds: the one that is asked for, else the first that there
    is anything to draw in; and links to all of those.
    """
    kinds = {card.modality for card in asked.cards}
    among = [card for card in now.cards if card.modality in kinds]
    drawn = drawable(list(asked.cards), among, asked.effective)
    kind = asked.chart or next(iter(drawn), "")
    links = [(label, replace(asked, chart=key), key == kind) for key, label in CHARTS.items() if key in drawn]
    return {"chart": drawn.get(kind), "charts": links}


def offers(now: Snapshot, asked: Asked, name: str) -> list[tuple[Card, Asked]]:
    """Models that a mistyped slug may have meant, each with the comparison it would make."""
    close = now.index.search(Query(text=name.rpartition("/")[2]), size=3).cards
    return [(card, asked.adding(card)) for card in close]


def suggested(now: Snapshot, asked: Asked) -> list[tuple[Card, Asked]]:
    """What to compare with while fewer than two are chosen: the newest of the same modality."""
    if len(asked.cards) > 1:
        return []
    modality = (asked.cards[0].modality if asked.cards else "chat") or "unknown"
    newest = now.index.search(now.index.opening(chosen={"modality": (modality,)}, sort="-released"), SUGGESTED + 1).cards
    return [(card, asked.adding(card)) for card in newest if card not in asked.cards][:SUGGESTED]
