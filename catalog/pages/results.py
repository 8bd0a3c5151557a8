"""The list of models as HTML, made of pieces: what lists have alike is drawn once a snapshot, and each fills in what is its own.

What is rare, such as errors or a chart, is drawn anew each time.
"""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe

from catalog.cards import Card
from catalog.pages import browse
from catalog.pages.chart import CHARTS, charts
from catalog.pages.columns import Column, cells, columns, heads, order
from catalog.pages.links import AND, Links
from catalog.pages.mould import Mould, gap
from catalog.pages.panel import Panel
from catalog.pages.rows import Rows
from catalog.recent import Recent
from catalog.search.index import Found
from catalog.search.query import BASES, WHERE, Query
from catalog.snapshot import Snapshot

VIEWS = {"": "Table", "cards": "Cards"}
GAPS = (
    "total", "facets", "unseen", "text", "narrows", "sorts", "errors", "textless", "chips", "notes", "chart", "table", "pages",
    "start", "last", "link", "ways_out",
)  # fmt: skip
MOST_MOULDS = 300  # of up to 8 kB
MOST_PANELS = 64  # of up to 40 kB


class Shape(NamedTuple):
    """What the markup of a list branches on."""

    served: str
    elsewhere: bool
    view: str
    basis: str
    one: bool
    some: bool
    narrows: bool
    texts: bool


class Pieces:
    """What the lists of one snapshot have alike."""

    def __init__(self, now: Snapshot):
        self.rows, self.panel, self.moulds = Rows(len(now.cards)), Panel(now.index), Recent[Mould](MOST_MOULDS)
        self.options: Recent[bytes] = Recent(MOST_MOULDS)
        self.panels: Recent[bytes] = Recent(MOST_PANELS)


def pieces(now: Snapshot) -> Pieces:
    if "lists" not in now.kept:
        now.kept["lists"] = Pieces(now)
    return now.kept["lists"]


def page(now: Snapshot, query: Query, errors: list[str], charted: str) -> bytes:
    """The whole page."""
    found = now.index.search(query)
    asks = bool(found.query.pairs())
    shell = pieces(now).moulds.of((asks, charted), around, now, asks, charted)
    link = Links(found.query).to(page=found.query.page)
    return shell.filled({"link": link, "results": answer(now, found, query.page, errors, charted)})


def around(now: Snapshot, asks: bool, charted: str) -> Mould:
    context = {"snapshot": now, "asks": asks, "charted": charted}
    return Mould("catalog/browse.html", context, ("link", "results"), reverse("browse"))


def results(now: Snapshot, query: Query, errors: list[str], charted: str) -> bytes:
    """What changes with the query."""
    return answer(now, now.index.search(query), query.page, errors, charted)


def answer(now: Snapshot, found: Found, asked: int, errors: list[str], charted: str) -> bytes:
    """`asked` is the page that was asked for, which may not exist."""
    kept, query, shape, links = pieces(now), found.query, shape_of(found), Links(found.query)
    notes = tuple(browse.notes(now, found))
    texts = linked(links, asked) | counted(now, found) | {
        "facets": panel(kept, found, links), "text": escape(query.text).encode(), "narrows": b"%d" % query.narrows,
        "unseen": unseen(query), "sorts": sorts(kept, found), "chips": chips(kept, now, links),
        "errors": part("errors", errors=errors) if errors else b"",
        "notes": kept.options.of(notes, lambda: part("notes", notes=notes)) if notes else b"",
    }  # fmt: skip
    texts |= shown(now, found, links, asked, charted) if shape.some else nothing(now, query)
    return kept.moulds.of(shape, inside, now, shape).filled(texts)


def shown(now: Snapshot, found: Found, links: Links, asked: int, charted: str) -> dict[str, bytes]:
    """The models that were found."""
    kept = pieces(now)
    return {
        "table": table(kept, found, links), "pages": pages(kept, found, links),
        "chart": chart(now, found.query.at(asked), links, charted) if charted else chart_links(kept, links, asked),
    }  # fmt: skip


def nothing(now: Snapshot, query: Query) -> dict[str, bytes]:
    """What might help where no model was found."""
    ways = browse.ways_out(now, query)
    case = tuple(count == 1 for _, _, count in ways)
    texts = {}
    for n, (label, less, count) in enumerate(ways):
        texts |= {f"label_{n}": escape(label).encode(), f"less_{n}": escape(str(less)).encode(), f"count_{n}": b"%d" % count}
    return {"ways_out": pieces(now).moulds.of(("ways out", case), ways_mould, now, case).filled(texts)}


def ways_mould(now: Snapshot, case: tuple[bool, ...]) -> Mould:
    """Of some ways out, whether each brings one model."""
    ways = [(gap(f"label_{n}"), gap(f"less_{n}"), gap(f"count_{n}"), one) for n, one in enumerate(case)]
    return Mould("catalog/list_parts.html#ways_out", {"snapshot": now, "ways_out": ways}, ())


def shape_of(found: Found) -> Shape:
    query = found.query
    return Shape(
        query.served, query.served != query.usual, query.view, query.basis, found.total == 1, found.total > 0,
        query.narrows > 0, bool(query.text),
    )  # fmt: skip


def inside(now: Snapshot, shape: Shape) -> Mould:
    keys = [key for key in WHERE if key != "no" or shape.served == "no"] if now.synced else []
    context = {
        "snapshot": now, "shape": shape, "presets": browse.PRESETS,
        "wheres": [(WHERE[key], gap(f"count_{key}"), gap(f"served_{key}"), key == shape.served) for key in keys],
        "views": [(label, gap(f"view_{key}"), key == shape.view) for key, label in VIEWS.items()],
        "bases": [(key, label, gap(f"basis_{key}")) for key, label in BASES.items()],
    }  # fmt: skip
    return Mould("catalog/results.html", context, GAPS)


def linked(links: Links, asked: int) -> dict[str, bytes]:
    """The links of a list to those that show its models in other ways, or more of them."""
    priced = 1 if links.query.limits_price else asked
    return {
        "link": links.to(page=links.query.page), "textless": links.without(0),
        **{f"served_{key}": links.to(served=key) for key in WHERE},
        **{f"view_{key}": links.to(view=key, page=asked) for key in VIEWS},
        **{f"basis_{key}": links.to(basis=key, page=priced) for key in BASES},
    }  # fmt: skip


def counted(now: Snapshot, found: Found) -> dict[str, bytes]:
    numbers = {"total": found.total, "start": found.start, "last": found.start + len(found.cards) - 1}
    numbers |= {f"count_{key}": count for key, count in found.narrowed.where.items()}
    return {name: b"%d" % number for name, number in numbers.items()}


def panel(kept: Pieces, found: Found, links: Links) -> bytes:
    """The filters, which are the same for all pages and orders of the same models."""
    return kept.panels.of((links.all, found.query.served, found.query.basis), kept.panel.html, found)


def unseen(query: Query) -> bytes:
    """Limits that have no field on the page."""
    kept = [(key, text) for key, text in query.bounds.items() if key.endswith("_within")]
    return part("unseen", unseen=kept) if kept else b""


def sorts(kept: Pieces, found: Found) -> bytes:
    query, typed = found.query, found.asked.reading.sort
    return kept.options.of((query.sort, bool(query.text), typed), lambda: part("sorts", sorts=browse.sorts(query, typed)))


def chips(kept: Pieces, now: Snapshot, links: Links) -> bytes:
    """What narrows the list, each with a link to the list without it."""
    told = browse.chips(now, links.query)
    before = len(links.narrowing) - len(told)
    mould = kept.moulds.of(("chips", len(told)), chips_mould, len(told))
    texts = {}
    for n, (facet, label) in enumerate(told):
        texts |= {f"facet_{n}": escape(facet).encode(), f"label_{n}": escape(label).encode()}
        texts[f"less_{n}"] = links.without(before + n)
    return mould.filled(texts)


def chips_mould(count: int) -> Mould:
    chips = [{name: gap(f"{name}_{n}") for name in ("facet", "label", "less")} for n in range(count)]
    return Mould("catalog/list_parts.html#chips", {"chips": chips}, ())


def pages(kept: Pieces, found: Found, links: Links) -> bytes:
    told = browse.near(found.query.page, found.pages)
    case = tuple(number and number == found.query.page for number in told)
    texts = {}
    for n, number in enumerate(told):
        if number:
            texts |= {f"number_{n}": b"%d" % number, f"link_{n}": links.to(page=number)}
    return kept.moulds.of(("pages", case), pages_mould, case).filled(texts)


def pages_mould(case: tuple[bool | None, ...]) -> Mould:
    """Of some pages, the present one among them; None where pages are left out."""
    numbers = [{"number": gap(f"number_{n}"), "link": gap(f"link_{n}"), "now": now} for n, now in enumerate(case)]
    told = [None if now is None else number for number, now in zip(numbers, case, strict=True)]
    return Mould("catalog/list_parts.html#pages", {"pages": told}, ())


def chart(now: Snapshot, query: Query, links: Links, charted: str) -> bytes:
    return render_to_string("catalog/browse_chart.html", {"query": links.query, **charts(now, query, charted)}).encode()


def chart_links(kept: Pieces, links: Links, asked: int) -> bytes:
    query = links.to(page=asked)
    texts = {key: AND.join(filter(None, [query, b"chart=" + key.encode()])) for key in CHARTS}
    return kept.moulds.of("charts", charts_mould).filled(texts)


def charts_mould() -> Mould:
    return Mould("catalog/browse_chart.html", {"chart_links": [(label, gap(key), False) for key, label in CHARTS.items()]}, ())


def table(kept: Pieces, found: Found, links: Links) -> bytes:
    query, terms = found.query, tuple(found.asked.terms)
    in_row = cells(query.chosen.get("modality", ()))
    case = (in_row, order(query, found.asked.reading.sort), query.basis)
    texts = {f"head_{n}": links.to(sort=head.asked) for n, head in enumerate(heads(*case))}
    texts["rows"] = rows(kept, query, found.cards, in_row, terms)
    return kept.moulds.of(("table", query.view, *case), table_mould, query, heads(*case)).filled(texts)


def rows(kept: Pieces, query: Query, cards: Iterable[Card], in_row: tuple[str, ...], terms: tuple[str, ...] = ()) -> bytes:
    drawn = (*in_row, "about") if query.view == "cards" else in_row
    return b"".join([kept.rows.row(card, drawn, query.basis, terms) for card in cards])


def table_mould(query: Query, columns: list[Column]) -> Mould:
    linked = [column._replace(link=gap(f"head_{n}")) for n, column in enumerate(columns)]
    return Mould("catalog/table.html", framed(query, linked), ("rows",))


def framed(query: Query, columns: list[Column]) -> dict[str, Any]:
    return {"as_cards": query.view == "cards", "columns": columns, "caption": f"{BASES[query.basis]} prices in US dollars."}


def listed(now: Snapshot, query: Query, cards: Sequence[Card], modalities: Iterable[str | None]) -> dict[str, Any]:
    """The context of `catalog/table.html` on another page: models in the columns of their modalities."""
    in_row = cells(modalities)
    drawn = mark_safe(rows(pieces(now), query, cards, in_row).decode())  # templates made them  # nosec B308
    return {"cards": cards, "basis": query.basis, "rows": drawn, **framed(query, columns(query, in_row))}


def part(name: str, **context: Any) -> bytes:
    return render_to_string(f"catalog/list_parts.html#{name}", context).encode()
