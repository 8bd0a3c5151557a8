"""Parts of a model's page that it shares with others. Built in, like `catalog`.

Where the context has `apart`, a list, such a part is put there in pieces, and `CUT` stands in its place: `catalog.pages.model`
puts them together.
"""

import secrets
from functools import lru_cache

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from catalog.calling.schema import endpoint
from catalog.calling.shapes import Shape, shape
from catalog.cards import Card
from catalog.context import SITE
from catalog.errors import ERRORS
from catalog.pages.pieces import Pieces, encoded, kept, woven

register = template.Library()

CUT = mark_safe(f"<{secrets.token_hex(16)}>")  # nobody else can write it  # nosec B308


@register.simple_tag(takes_context=True)
def documentation(context: Context, card: Card, key: str) -> SafeString:
    """How an endpoint of a model is called: made once for all models that are alike in it, then their ids are put in."""
    if "apart" not in context:
        return section(shape(card, key)._replace(upstream_id=card.upstream_id))
    model = shape(card, key)
    pieces = kept(context["snapshot"]).of(model, around_ids, model)
    return apart(context, woven(pieces, [(card.upstream_id.encode(),)] * (len(pieces) - 1)))


def around_ids(model: Shape) -> Pieces:
    return encoded(section(model).split(model.upstream_id))


def section(model: Shape) -> SafeString:
    return render_to_string("catalog/endpoint.html", SITE | {"endpoint": endpoint(model, model.endpoint), "model": model})


@register.simple_tag(takes_context=True)
def error_table(context: Context) -> SafeString:
    return apart(context, (errors().encode(),)) if "apart" in context else errors()


@lru_cache(maxsize=1)
def errors() -> SafeString:
    return render_to_string("catalog/errors.html", {"errors": ERRORS})


def apart(context: Context, pieces: Pieces) -> SafeString:
    context["apart"].append(pieces)
    return CUT
