"""How facts look in templates: prices, counts, code and icons. Built in, so templates need not load it."""

import json
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template import Context
from django.template.defaultfilters import truncatechars
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from catalog import controls, figures, lifecycle
from catalog.calling.highlight import highlight
from catalog.cards import Card, Rate
from catalog.costs import calculator, pricing
from catalog.costs.calculator import Bill
from catalog.costs.workload import example
from catalog.search.index import Count
from catalog.search.parsing import basis_of
from catalog.search.query import BASES, DEFAULT_BASIS
from catalog.search.rules import rule_words
from catalog.truth import disputes
from catalog.vocabulary import CAPABILITIES, KINDS, MODALITIES, SOURCES, STATUSES, lower_first

register = template.Library()

UNKNOWN = format_html('<span class="unk">{}</span>', "unknown")
DISAGREE = mark_safe(' <a class="badge warn" href="#h-from">sources disagree</a>')  # it is ours  # nosec B308
LISTS = {
    "modality": MODALITIES, "capability": CAPABILITIES, "kind": KINDS, "status": STATUSES, "source": SOURCES,
    "meter": {key: meter.label for key, meter in pricing.METERS.items()},
}  # fmt: skip
LONGEST = 200  # characters of a value in a table
DECIMALS = 4  # at most, of a price
FIGURE_SPACE = "\u2007"
ICONS = {
    "chat": "text", "image_edit": "image", "music": "music", "model_3d": "mesh", "embedding": "embed",
    "transcription": "transcribe", "classification": "moderation",
}  # fmt: skip


@register.simple_tag
def icon(name: str) -> SafeString:
    return format_html('<svg class="i" aria-hidden="true"><use href="{}#i-{}"></use></svg>', static("icons.svg"), name)


register.filter(controls.shown)


@register.simple_tag(takes_context=True)
def price_basis(context: Context) -> str:
    """Which prices the page's address asks for: `list` or `effective`."""
    return basis_of(context["request"].GET)[0]


@register.inclusion_tag("catalog/basis.html", takes_context=True)
def price_switch(context: Context, part: str = "") -> dict[str, Any]:
    """Links to the same page with list and with effective prices; `part` is the id of all that changes, where a form must stay.

    A page that answers a form has no address to link to.
    """
    request = context["request"]
    choices = [] if request.method == "POST" else [(key, label, priced(request, key)) for key, label in BASES.items()]
    return {"basis": price_basis(context), "choices": choices, "part": part}


@register.inclusion_tag("catalog/estimate.html", takes_context=True)
def estimate(context: Context, cards: list[Card], level: int = 2) -> dict[str, Any]:
    """A form of the calculator for these models, with what its example costs. `level` is that of its heading."""
    work = example(price_basis(context))
    keys = calculator.fields(cards)
    return {"cards": cards, "work": work, "fields": work.fields(keys), "bills": calculator.bills(cards, work), "level": level}


def priced(request: HttpRequest, basis: str) -> str:
    params = request.GET.copy()
    params.pop("prices", None)
    if basis != DEFAULT_BASIS:
        params["prices"] = basis
    return f"{request.path}?{params.urlencode(safe='/:@,')}".rstrip("?")


@register.filter
def on(rate: Rate | None, basis: str) -> Decimal | None:
    """A price's amount on the basis that is shown: list unless it is effective."""
    return rate.on(basis) if rate else None


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
def exact(amount: Decimal | None) -> str:
    """All digits of an amount of dollars."""
    return "" if amount is None else figures.exact(amount)


@register.filter
def grouped(count: int) -> str:
    return f"{count:,}"


@register.filter
def exactly(amount: Decimal) -> SafeString | str:
    """All digits of an amount that `money` rounds; blank where it does not."""
    shown = figures.money(amount)
    whole = shown.startswith("$") and Decimal(shown[1:].replace(",", "")) == amount
    return "" if whole else format_html('<small class="exactly">exactly {}</small>', figures.exact(amount))


@register.filter
def bill_total(bill: Bill, basis: str) -> SafeString | str:
    """The total of a bill, on one basis. A month without requests costs nothing; only a free model is free."""
    amount = bill.effective if basis == "effective" else bill.total
    return "$0" if amount == 0 and not bill.free else money(amount)


@register.filter
def disputed(rate: Rate, card: Card) -> bool:
    return disputes.on_price(card, rate)


@register.simple_tag
def dispute(card: Card, field: str) -> SafeString | str:
    """A mark beside a fact on which sources disagree, which leads to who says what."""
    return DISAGREE if field in disputes.disputed(card) else ""


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
    return LISTS[words].get(key or "", key or "unknown")


@register.simple_tag
@lru_cache(maxsize=1024)
def cited(source: str, url: str, day: date) -> SafeString:
    """Who says something, linked where it says so, and since when. Most facts of a model have the same few."""
    name = label(source, "source")
    link = format_html('<a href="{}" rel="noreferrer">{}</a>', url, name) if url else name
    return format_html("{}, <time>{}</time>", link, day.isoformat())


register.filter("lifecycle", lifecycle.words)


@register.filter
def code(text: str, language: str) -> SafeString:
    return controls.shown(highlight(text, language))


@register.filter
def shortened(text: str) -> SafeString | str:
    """A value in words, a long one shortened; unknown where it is blank."""
    if not text:
        return UNKNOWN
    return text if text.isascii() and len(text) <= LONGEST else truncatechars(text, LONGEST)


@register.filter
def ticked(text: str) -> SafeString:
    """Text with `names` between backticks as code."""
    parts = conditional_escape(text).split("`")
    pieces = (f"<code>{part}</code>" if n % 2 else part for n, part in enumerate(parts))
    return mark_safe("".join(pieces))  # every part is escaped  # nosec B308


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
def host(address: str) -> str:
    """An address as people name it: `https://example.org/lab/` as `example.org/lab`."""
    return address.partition("://")[2].rstrip("/")


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


register.filter(lower_first)
register.filter(rule_words)
