"""The filters beside a list as HTML: what does not change with the list is drawn once, and each list counts."""

from html import escape
from typing import NamedTuple

from catalog.pages.mould import Mould, gap
from catalog.recent import Recent
from catalog.search.bounds import BOUNDS
from catalog.search.facets import FACETS, Facet
from catalog.search.index import Found, Index

SEEN = 9  # values of a facet; the others are folded
PLACES = {
    "price": ("input_min", "input_max"), "context": ("context_min", "context_max"), "released": ("released_from", "released_to"),
}  # fmt: skip
COUNT = b"\0"  # where it stands in a choice


class Choice(NamedTuple):
    """A value of a facet, chosen or not: its models, and what stands before and after their number."""

    on: bool
    bits: int
    before: bytes
    after: bytes


class Panel:
    """The filters of one snapshot."""

    def __init__(self, index: Index):
        self.values = index.values
        self.off, self.on = choices(index, False), choices(index, True)
        self.moulds: Recent[Mould] = Recent(200)

    def html(self, found: Found) -> bytes:
        return b"".join([self.facet(facet, found) for facet in FACETS])

    def facet(self, facet: Facet, found: Found) -> bytes:
        """One of them, closed where it is folded and nothing of it is chosen; nothing where it has neither values nor limits."""
        counted = self.counted(facet, found)
        on, values = [is_on for is_on, _ in counted], [html for _, html in counted]
        if not values and facet.key not in PLACES:
            return b""
        case = (not facet.folded or any(on), len(values) > SEEN, any(on[SEEN:]), found.query.basis)
        texts = {"first": b"".join(values[:SEEN]), "rest": b"".join(values[SEEN:]), "count": b"%d" % (len(values) - SEEN)}
        typed = {key: escape(found.query.bounds.get(key, "")).encode() for key in PLACES.get(facet.key, ())}
        return self.moulds.of((facet.key, *case), framed, facet, *case).filled(texts | typed)

    def counted(self, facet: Facet, found: Found) -> list[tuple[bool, bytes]]:
        """The values that are chosen or that some models have, with how many: whether each is chosen, and its HTML."""
        among = found.narrowed.bits if facet.all_must_hold else found.narrowed.others(facet.key)
        first = max(0, (among & -among).bit_length() - 1)  # a provider's models stand together: what is before them is cut off
        among >>= first
        return [
            (on, b"%b%d%b" % (before, own, after)) for on, bits, before, after in self.offered(facet.key, found)
            if (own := (among & bits >> first).bit_count()) or on
        ]  # fmt: skip

    def offered(self, key: str, found: Found) -> list[Choice]:
        off, chosen = self.off[key], found.query.chosen.get(key)
        if not chosen:
            return off
        return [self.on[key][n] if value in chosen else off[n] for n, value in enumerate(self.values[key])]


def choices(index: Index, on: bool) -> dict[str, list[Choice]]:
    """The values of every facet."""
    texts = {name: gap(name) for name in ("value", "label", "own")}
    mould = Mould("catalog/choice.html", {"facet": {"key": gap("key")}, "value": texts | {"on": on}}, ())
    return {facet.key: [made(index, facet, value, mould, on) for value in index.values[facet.key]] for facet in FACETS}


def made(index: Index, facet: Facet, value: str, mould: Mould, on: bool) -> Choice:
    texts = {"key": facet.key.encode(), "value": escape(value).encode(), "label": escape(index.label(facet, value)).encode()}
    before, _, after = mould.filled(texts | {"own": COUNT}).partition(COUNT)
    return Choice(on, index.bits[facet.key][value], before, after)


def framed(facet: Facet, is_open: bool, more: bool, more_open: bool, basis: str) -> Mould:
    limits = [(bound, bound.named(basis), gap(bound.key)) for bound in map(BOUNDS.__getitem__, PLACES.get(facet.key, ()))]
    context = {"facet": facet, "open": is_open, "more": more, "more_open": more_open, "range": limits}
    return Mould("catalog/list_parts.html#facet", context, ("first", "rest", "count"))
