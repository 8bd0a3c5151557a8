"""The filters beside a list as HTML: what does not change with the list is drawn once, and each list counts."""

from dataclasses import dataclass
from html import escape

from catalog.pages.mould import Mould, gap, gaps
from catalog.recent import Recent
from catalog.search.bounds import BOUNDS
from catalog.search.facets import FACETS, Facet
from catalog.search.index import Found, Index

SEEN = 9  # values of a facet; the others are folded
PLACES = {
    "price": ("input_min", "input_max"), "context": ("context_min", "context_max"), "released": ("released_from", "released_to"),
}  # fmt: skip
COUNT = b"\0"  # where it stands in a choice


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet: what stands before and after the number of its models, where it is not chosen and where it is."""

    value: str
    bits: int
    off: tuple[bytes, bytes]
    on: tuple[bytes, bytes]


class Panel:
    """The filters of one snapshot."""

    def __init__(self, index: Index):
        self.everything = index.everything
        drawn = {on: Mould("catalog/choice.html", choice(on)) for on in (False, True)}
        self.choices = {facet.key: [made(index, facet, value, drawn) for value in index.values[facet.key]] for facet in FACETS}
        self.moulds: Recent[Mould] = Recent(200)

    def html(self, found: Found) -> bytes:
        return b"".join([self.facet(facet, found) for facet in FACETS])

    def facet(self, facet: Facet, found: Found) -> bytes:
        """One of them, closed where it is folded and nothing of it is chosen; nothing where it has neither values nor limits."""
        chosen = found.query.chosen.get(facet.key, ())
        values, on = self.counted(facet, found, chosen)
        if not values and facet.key not in PLACES:
            return b""
        case = (not facet.folded or any(on), len(values) > SEEN, any(on[SEEN:]), found.query.basis)
        texts = {"first": b"".join(values[:SEEN]), "rest": b"".join(values[SEEN:]), "count": b"%d" % (len(values) - SEEN)}
        typed = {key: escape(found.query.bounds.get(key, "")).encode() for key in PLACES.get(facet.key, ())}
        return self.moulds.of((facet.key, *case), framed, facet, *case).filled(texts | typed)

    def counted(self, facet: Facet, found: Found, chosen: tuple[str, ...]) -> tuple[list[bytes], list[bool]]:
        """The values that some models have, with how many, and those that are chosen; and which are."""
        among = found.narrowed.bits if facet.all_must_hold else found.narrowed.others(facet.key)
        values, on = [], []
        for choice in self.choices[facet.key]:
            own, is_on = (among & choice.bits).bit_count(), choice.value in chosen
            if own or is_on:
                before, after = choice.on if is_on else choice.off
                values.append(b"%b%d%b" % (before, own, after))
                on.append(is_on)
        return values, on


def choice(on: bool) -> dict[str, object]:
    """The context of a choice with gaps."""
    return {"facet": gaps("key"), "value": gaps("value", "label", "own") | {"on": on}}


def made(index: Index, facet: Facet, value: str, drawn: dict[bool, Mould]) -> Choice:
    texts = {"key": facet.key.encode(), "value": escape(value).encode(), "label": escape(index.label(facet, value)).encode()}
    off, on = (tuple(drawn[on].filled(texts | {"own": COUNT}).split(COUNT)) for on in (False, True))
    return Choice(value, index.bits[facet.key][value], off, on)


def framed(facet: Facet, is_open: bool, more: bool, more_open: bool, basis: str) -> Mould:
    limits = [(bound, bound.named(basis), gap(bound.key)) for bound in map(BOUNDS.__getitem__, PLACES.get(facet.key, ()))]
    context = {"facet": facet, "open": is_open, "more": more, "more_open": more_open, "range": limits}
    return Mould("catalog/list_parts.html#facet", context | gaps("first", "rest", "count"))
