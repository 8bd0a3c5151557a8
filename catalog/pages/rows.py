"""A model's row in a list. What a cell says follows from few values: it is drawn once for all models that share them.

Rows of models that were shown lately are kept whole, those with marked words by these.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.text import Truncator

from catalog.cards import Card
from catalog.pages.mould import Mould
from catalog.recent import Recent
from catalog.search import marks
from catalog.truth import disputes

MOST_ROWS, ROWS_A_MODEL = 4096, 1 / 8  # kept; a row takes up to 2 kB
MOST_CELLS = 8192
SAFE = "!$&'()*+,;=/~:@"  # what Django leaves as it is in a path
LONGEST_ABOUT = 140  # characters
GAPS = (
    "slug", "path", "provider", "tail", "badges", "reasons", "icon", "modality", "about", "caps", "kinds", "dims", "ctx", "price",
    "output", "per", "day",
)  # fmt: skip


class Rows:
    """The rows of one snapshot's models."""

    def __init__(self, models: int):
        self.kept: Recent[bytes] = Recent(MOST_ROWS + int(models * ROWS_A_MODEL))
        self.cells: Recent[bytes] = Recent(MOST_CELLS)
        self.moulds: Recent[Mould] = Recent(100)

    def row(self, card: Card, cells: tuple[str, ...], basis: str, terms: tuple[str, ...] = ()) -> bytes:
        """As HTML, with `terms` marked."""
        return self.kept.of((card.slug, cells, basis, terms), self.drawn, card, cells, basis, terms)

    def drawn(self, card: Card, cells: tuple[str, ...], basis: str, terms: tuple[str, ...]) -> bytes:
        mould = self.moulds.of(cells, Mould, "catalog/row.html", {"cells": cells}, GAPS)
        texts = self.names(card, terms) | self.facts(card, cells) | self.prices(card, cells, basis)
        return mould.filled(texts)

    def names(self, card: Card, terms: tuple[str, ...]) -> dict[str, bytes]:
        provider, _, tail = card.slug.partition("/")
        reasons = marks.reasons(card, terms)
        return {
            "slug": escape(card.slug).encode(), "path": escape(quote(card.slug, safe=SAFE)).encode(),
            "provider": marks.marked(provider, terms).encode(), "tail": marks.marked(tail, terms).encode(),
            "modality": marks.marked(card.modality_label, terms).encode(),
            "reasons": rendered("reasons", {"reasons": reasons}) if reasons else b"",
            "caps": self.cell("caps", (card.can, card.dimensions, terms), lambda: {
                "can": marks.abilities(card, terms), "dimensions": card.dimensions,
            }),
        }  # fmt: skip

    def facts(self, card: Card, cells: tuple[str, ...]) -> dict[str, bytes]:
        disputed = card.price is not None and disputes.on_price(card, card.price)
        badges = (card.status, card.retires_on, card.replacement, card.served is False, card.slug if disputed else "")
        return {
            "badges": self.cell("badges", badges, lambda: {"card": card, "disputed": disputed}),
            "icon": self.plain("icon", modality=card.modality), "kinds": self.plain("kinds", kinds=card.input_kinds),
            "dims": self.plain("dims", dimensions=card.dimensions),
            "ctx": self.plain("ctx", window=card.context_window, is_chat=card.modality == "chat"),
            "day": self.plain("day", released=card.released),
            "about": escape(Truncator(card.description).chars(LONGEST_ABOUT)).encode() if "about" in cells else b"",
        }  # fmt: skip

    def prices(self, card: Card, cells: tuple[str, ...], basis: str) -> dict[str, bytes]:
        price, output = card.price, card.output_price
        before = "in" if output and "o" in cells else "" if price else "price"
        return {
            "price": self.plain("price", amount=price.on(basis) if price else None, before=before),
            "output": self.plain("output", amount=output.on(basis)) if output else b"",
            "per": self.cell("per", (price.meter, "kinds" in cells), lambda: {"rate": price, "cells": cells}) if price else b"",
        }  # fmt: skip

    def plain(self, name: str, **values: Any) -> bytes:
        """A cell that has nothing but these values."""
        return self.cell(name, tuple(values.values()), lambda: values)

    def cell(self, name: str, values: tuple, context: Callable[[], dict[str, Any]]) -> bytes:
        """What stands in a cell; it must follow from `values`."""
        return self.cells.of((name, *values), lambda: rendered(name, context()))


def rendered(name: str, context: dict[str, Any]) -> bytes:
    return render_to_string(f"catalog/cells.html#{name}", context).encode()
