"""What a model's page says, and the page made of pieces."""

import secrets
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.text import get_text_list

from catalog.calling.examples import offered
from catalog.calling.schema import outline
from catalog.cards import Card
from catalog.costs.history import charts, series
from catalog.describe import description
from catalog.endpoints import ENDPOINTS
from catalog.pages import linked
from catalog.pages.mould import Mould, gap
from catalog.pages.pieces import Pieces, encoded, kept, woven
from catalog.search.parsing import basis_of
from catalog.snapshot import Snapshot
from catalog.templatetags.shared import CUT
from catalog.truth import proofs
from catalog.truth.evidence import evidence
from catalog.truth.provenance import provenance
from catalog.usage import Rank
from catalog.vocabulary import MODALITIES, lower_first

GAPS = ("title", "summary", "twin", "head")  # of the frame, beside the page's address and what is in the middle
END = mark_safe(f"<{secrets.token_hex(16)}>")  # of a gap's text  # nosec B308


def page(request: HttpRequest, now: Snapshot, card: Card, rank: Rank | None) -> bytes:
    """Kept for the snapshot, each basis of prices and the rank: it says nothing else that changes.

    An address with more in its query has links of its own, which are kept for nobody.
    """
    if request.GET.keys() - {"prices"}:
        return b"".join(made(request, now, card, rank))
    key = (card.slug, basis_of(request.GET)[0], rank)
    return b"".join(kept(now).of(key, made, request, now, card, rank))


def made(request: HttpRequest, now: Snapshot, card: Card, rank: Rank | None) -> Pieces:
    """The frame, with what this page says in its gaps."""
    frame, apart = framed(now), list[Pieces]()
    context = shown(now, card) | {"rank": rank, "apart": apart, "layout": "catalog/model_gaps.html", "cut": END}
    *texts, main = render_to_string("catalog/model.html", context, request).split(END)
    found = {name: encoded([text.strip()]) for name, text in zip(GAPS, texts, strict=True)}
    found["main"] = woven(encoded(main.split(CUT)), apart)
    found["address"] = encoded([escape(settings.SITE_URL + request.path)])
    found["path"] = encoded([quote(request.path, safe="")])
    return woven(frame.pieces[::2], [found[name] for name in frame.names])


def framed(now: Snapshot) -> Mould:
    """What stands around a page of any model."""
    if "model frame" not in now.kept:
        gaps = (*GAPS, "address", "main")
        now.kept["model frame"] = Mould("catalog/model_frame.html", {"snapshot": now}, gaps, gap("path"))
    return now.kept["model frame"]


def shown(now: Snapshot, card: Card) -> dict[str, Any]:
    """What the page says of a model, without its rank, for which the database is asked."""
    facts = provenance(card)
    return {
        "card": card, "snapshot": now, "description": description(card),
        "endpoints": [outline(card, key) for key in card.endpoints],
        "linked": linked.model(card), "examples": offered(now.examples, card),
        "groups": now.in_groups(card), "siblings": len(now.of(card.provider)), "modalities": modalities(now, card),
        "replacement": now.find(card.replacement) if card.replacement else None,
        "more": [now.groups[key] for key in ("frontier", "free-tier") if key in now.groups],
        "alone": [card], "history": series(card), "facts": [fact for fact in facts if fact.stated],
        "unstated": get_text_list([lower_first(fact.label) for fact in facts if not fact.stated], "and"),
        "charts": charts(card, (now.changed_at or timezone.now()).date()),
    } | evidence(card) | proofs.shown(card)  # fmt: skip


def modalities(now: Snapshot, card: Card) -> list[tuple[str, str, int]]:
    """`(key, label, models)` of every modality that the model's endpoints serve, its own first."""
    keys = dict.fromkeys([*([card.modality] if card.modality else []), *(ENDPOINTS[key].MODALITY for key in card.endpoints)])
    counts = now.counts()
    return [(key, MODALITIES[key], counts.get(key, 0)) for key in keys]
