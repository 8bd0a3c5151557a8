"""How facts look in templates: prices, counts, code and icons. Built in, so templates need not load it."""

import json
from decimal import Decimal
from typing import Any

from django import template
from django.conf import settings
from django.http import QueryDict
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from catalog import figures, pricing
from catalog.highlight import highlight
from catalog.search.facets import FACETS
from catalog.search.index import Count
from catalog.snapshot import Card, Rate
from catalog.vocabulary import CAPABILITIES, KINDS, MODALITIES, SOURCES, STATUSES

register = template.Library()

UNKNOWN = format_html('<span class="unk">{}</span>', "unknown")
DECIMALS = 4  # at most, of a price
COMPARED = {"context": "≥"}
FIGURE_SPACE = "\u2007"
ICONS = {
    "chat": "text", "image_edit": "image", "music": "music", "model_3d": "mesh", "embedding": "embed",
    "transcription": "transcribe", "classification": "moderation",
}  # fmt: skip


@register.simple_tag
def icon(name: str) -> SafeString:
    return format_html('<svg class="i" aria-hidden="true"><use href="{}#i-{}"></use></svg>', static("icons.svg"), name)


@register.simple_tag
def row(card: Card) -> SafeString:
    """A model's row in a list. It says only what the card says, so it is drawn once and kept on the card."""
    if "row" not in card.__dict__:
        card.__dict__["row"] = render_to_string("catalog/row.html", {"card": card})
    return card.__dict__["row"]


@register.filter
def modality_icon(modality: str | None) -> str:
    return ICONS.get(modality or "", modality or "filter")


@register.filter
def money(amount: Decimal | str | None) -> SafeString | str:
    """An amount of dollars, the exact one in the title; the words Free and unknown for zero and None.

    A template's `card.price.amount` arrives as a blank text where the card has no price.
    """
    if amount is None or isinstance(amount, str):
        return UNKNOWN
    if amount == 0:
        return format_html('<span class="free">{}</span>', "Free")
    exact = figures.plain(amount)
    return format_html('<data value="{}" title="${}">{}</data>', exact, exact, figures.money(amount))


@register.filter
def money_column(amount: Decimal | str | None) -> SafeString | str:
    """`money` for a right-aligned column: blanks as wide as a digit make the decimal points line up."""
    text = money(amount)
    decimals = len(figures.money(amount).partition(".")[2]) if isinstance(amount, Decimal) and amount else DECIMALS
    return format_html("{}{}", text, FIGURE_SPACE * (DECIMALS - decimals))


@register.filter
def run_cost(amount: Decimal | None) -> SafeString | str:
    if amount is None:
        return UNKNOWN
    exact = figures.plain(amount)
    return format_html('<data value="{}" title="${}">{}</data>', exact, exact, figures.run_cost(amount))


@register.filter
def token_count(count: int | None) -> SafeString | str:
    if count is None:
        return UNKNOWN
    return format_html('<data value="{}" title="{} tokens">{}</data>', count, f"{count:,}", figures.tokens(count))


@register.filter
def duration(milliseconds: float | None) -> str:
    return figures.duration(milliseconds)


@register.filter
def fee(_: Any = None) -> str:
    """The top-up fee as people write it: `5%`."""
    return f"{figures.plain(settings.TOP_UP_FEE * 100)}%"


@register.filter
def label(key: str | None, words: str) -> str:
    """The label of a word of one of the closed lists; the word itself where it has none."""
    lists = {
        "modality": MODALITIES, "capability": CAPABILITIES, "kind": KINDS, "status": STATUSES, "source": SOURCES,
        "meter": {key: meter.label for key, meter in pricing.METERS.items()},
    }  # fmt: skip
    return lists[words].get(key or "", key or "unknown")


@register.filter
def code(text: str, language: str) -> SafeString:
    return highlight(text, language)


@register.filter
def ticked(text: str) -> SafeString:
    """Text with `names` between backticks as code."""
    parts = conditional_escape(text).split("`")
    return mark_safe("".join(f"<code>{part}</code>" if n % 2 else part for n, part in enumerate(parts)))


@register.filter
def pretty(value: Any) -> str:
    """JSON with two blanks of indent; plain objects inside a list stay on one line."""
    return text_of(value, 0)


def text_of(value: Any, depth: int) -> str:
    pad, end = "  " * (depth + 1), "  " * depth
    if isinstance(value, dict) and value:
        rows = [f"{pad}{json.dumps(name, ensure_ascii=False)}: {text_of(entry, depth + 1)}" for name, entry in value.items()]
        return "{\n" + ",\n".join(rows) + f"\n{end}}}"
    if isinstance(value, list) and value and not any(isinstance(entry, dict | list | str) for entry in value):
        return json.dumps(value, ensure_ascii=False)  # numbers: a vector would fill the page
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(f"{pad}{flat_or_not(entry, depth + 1)}" for entry in value) + f"\n{end}]"
    return json.dumps(value, ensure_ascii=False)


def flat_or_not(entry: Any, depth: int) -> str:
    if isinstance(entry, dict) and entry and not any(isinstance(v, dict | list) for v in entry.values()):
        return f"{{ {', '.join(f'{json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}' for k, v in entry.items())} }}"
    return text_of(entry, depth)


@register.filter
def tail(slug: str) -> str:
    """A slug without its provider."""
    return slug.partition("/")[2]


@register.filter
def provider_of(slug: str) -> str:
    return slug.partition("/")[0]


@register.filter
def condition_words(condition: str) -> str:
    """`batch+prompt>200000` as `batch, prompt over 200,000 tokens`."""
    words = []
    for part in condition.split("+"):
        words.append(f"prompt over {int(part[7:]):,} tokens" if part.startswith("prompt>") else part)
    return ", ".join(words)


@register.filter
def per(rate: Rate) -> str:
    return f"/ {rate.unit}"


@register.filter
def percent(share: float) -> str:
    """A share from 0 to 1 as per cent, without a sign and within bounds: the width of a bar."""
    return f"{100 * min(max(share, 0), 1):.1f}"


@register.filter
def get(mapping: dict, key: Any) -> Any:
    return mapping.get(key)


@register.filter
def any_on(counts: list[Count]) -> bool:
    """Whether one of these values of a facet is chosen."""
    return any(count.on for count in counts)


@register.filter
def lower_first(text: str) -> str:
    """`Audio in` as `audio in`, but `3D` and `JSON schema` as they are."""
    return text if text.split()[0].isupper() else text[:1].lower() + text[1:]


@register.filter
def rule_words(rule: str) -> str:
    """A collection's rule as people read it: `modality = chat AND capability = tools`."""
    words = []
    for facet in FACETS:
        tests = [f"{facet.key} {COMPARED.get(facet.key, '=')} {value}" for value in QueryDict(rule).getlist(facet.key)]
        joined = (" AND " if facet.all_must_hold else " OR ").join(tests)
        words += [f"({joined})" if len(tests) > 1 and not facet.all_must_hold else joined] if tests else []
    return words[0].strip("()") if len(words) == 1 else " AND ".join(words)
