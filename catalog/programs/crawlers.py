"""What search engines and language models ask of a site: `llms.txt`, `llms-full.txt`, `sitemap.xml` and `robots.txt`."""

from collections.abc import Iterable, Iterator
from datetime import date
from xml.sax.saxutils import escape  # it writes XML, and reads none  # nosec B406

from django.conf import settings
from django.template.defaultfilters import pluralize

from catalog.calling.schema import base_path
from catalog.cards import Card, Rate
from catalog.describe import description
from catalog.endpoints import ENDPOINTS
from catalog.programs.export import address, rates
from catalog.programs.markdown import amount, code, counted, link, paragraph, text
from catalog.snapshot import Snapshot
from catalog.templatetags.catalog import condition_words
from catalog.vocabulary import CAPABILITIES, MODALITIES

MAX_ADDRESSES = 50_000  # a sitemap's own limit, sitemaps.org/protocol.html
PART = 10_000  # addresses of each part of a larger one: about a megabyte, so that the page cache may keep it
PAGES = (
    "home", "browse", "playground", "providers", "collections", "compare", "calculator", "rankings", "changes", "docs",
    "reference", "privacy",
)  # fmt: skip
LISTS = ("home", "browse", "providers", "collections", "changes")
PRIVATE = ("/playground/runs", "/playground/groups", "/r/", "/admin/", "/accounts/")

DOCS = (
    ("Docs", "docs", "How to call a model, keys, errors, prices"),
    ("Calculator", "calculator", "What a month costs: models, requests, tokens; calculator.json has exact amounts"),
    ("Reference", "reference", "Every endpoint with its parameters"),
    ("OpenAPI", "openapi", "This site's API and the gateway's endpoints, OpenAPI 3.1"),
)
DATA = (
    ("All models, JSON", "models_json", "Filters, facets and pages; the query string is that of the browse page"),
    ("All models, CSV", "models_csv", "One row a model; a blank price is unknown, 0 is free"),
    ("API", "api_models", "The list in OpenAI's shape; add /{id} for one model and /{id}/schema for how it is called"),
)
OPTIONAL = (("Everything in one file", "llms_full", "Every model with facts and prices"),)


def llms(now: Snapshot) -> str:
    """The site in the format of llmstxt.org: a title, a summary, then sections of links."""
    labs = len({card.provider for card in now.here})
    many = f"{counted(len(now.here))} of {labs:,} provider{pluralize(labs)}"
    summary = f"> {many} behind one OpenAI-compatible gateway: what each can do, what it costs, how it is called."
    base = f"Base URL of the gateway: {settings.PUBLIC_GATEWAY_URL}. Put .md or .json after a model's address for its facts."
    found = [f"# {text(settings.SITE_NAME)}", summary, base, section("Docs", viewed(DOCS)), section("Data", viewed(DATA))]
    return "\n\n".join([*found, section("Models", kinds(now)), section("Optional", elsewhere(now) + viewed(OPTIONAL))]) + "\n"


def kinds(now: Snapshot) -> list[tuple[str, str, str]]:
    list_of = address("models_md")
    return [(MODALITIES[key], f"{list_of}?modality={key}", counted(count)) for key, count in now.counts().items()]


def elsewhere(now: Snapshot) -> list[tuple[str, str, str]]:
    """The models that the catalog knows and the gateway does not serve."""
    left = now.index.where["no"].bit_count()
    return [("Not on this gateway", f"{address('models_md')}?served=no", counted(left))] if left else []


def viewed(links: tuple[tuple[str, str, str], ...]) -> list[tuple[str, str, str]]:
    return [(words, address(view), note) for words, view, note in links]


def section(title: str, links: list[tuple[str, str, str]]) -> str:
    return "\n".join([f"## {title}", "", *(f"- {link(words, url)}: {note}" for words, url, note in links)])


def llms_full(now: Snapshot) -> str:
    """Every model on a line of its own."""
    lines = [f"- {link(code(card.slug), address('model', card.slug))}: {told(card)}" for card in now.cards]
    note = f"> {counted(len(now.cards))}. List prices in US dollars; unknown is not free."
    return "\n\n".join([f"# {text(settings.SITE_NAME)}: all models", note, "\n".join(lines)]) + "\n"


def told(card: Card) -> str:
    """`Speech. <description> Calls: POST /v1/audio/speech. Price: Characters $0.03 / 1K chars.`"""
    return " ".join([f"{card.modality_label}.", paragraph(description(card)), *facts(card)])


def facts(card: Card) -> Iterator[str]:
    if card.served is False:
        yield "Not on this gateway."
    if card.endpoints:
        yield f"Calls: {', '.join(f'POST {base_path()}{ENDPOINTS[key].PATH}' for key in card.endpoints)}."
    if card.context_window is not None:
        yield f"Context: {card.context_window:,} tokens."
    if card.max_output is not None:
        yield f"Longest output: {card.max_output:,} tokens."
    if card.can:
        yield f"Can do: {', '.join(CAPABILITIES[key] for key in card.can)}."
    if card.released:
        yield f"Released: {card.released.isoformat()}."
    yield f"Price: {'; '.join(map(priced, rates(card))) or 'unknown'}."
    if card.status != "active":
        yield f"Status: {card.status}{f', until {card.retires_on.isoformat()}' if card.retires_on else ''}."


def priced(rate: Rate) -> str:
    condition = f" ({condition_words(rate.condition)})" if rate.condition else ""
    return f"{rate.label}{condition} {amount(rate)}"


def sitemap(now: Snapshot) -> str:
    """Every page; or, where one sitemap may not hold so many, an index of parts."""
    count = parts(now)
    if not count:
        return urls(addresses(now))
    lines = [f"<sitemap><loc>{escape(address('sitemap'))}?part={n}</loc></sitemap>" for n in range(1, count + 1)]
    return document("sitemapindex", lines)


def parts(now: Snapshot) -> int:
    """How many the sitemap has; 0 where it is whole."""
    count = len(PAGES) + len(now.providers) + len(now.groups) + len(now.cards)
    return -(-count // PART) if count > MAX_ADDRESSES else 0


def part(now: Snapshot, number: int) -> str:
    """One of the sitemap's parts, from 1."""
    return urls(addresses(now, (number - 1) * PART, number * PART))


def urls(found: Iterable[tuple[str, date | None]]) -> str:
    return document("urlset", [entry(*one) for one in found])


def document(root: str, lines: list[str]) -> str:
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    return "\n".join([head, *lines, f"</{root}>\n"])


def entry(url: str, changed: date | None) -> str:
    day = f"<lastmod>{changed.isoformat()}</lastmod>" if changed else ""
    return f"<url><loc>{escape(url)}</loc>{day}</url>"


def addresses(now: Snapshot, start: int = 0, stop: int = MAX_ADDRESSES) -> Iterator[tuple[str, date | None]]:
    """Pages with the day of their last change. Lists change with the catalog; of pages of use and words none is known."""
    changed = now.changed_at.date() if now.changed_at else None
    few = [(address(page), changed if page in LISTS else None) for page in PAGES]
    few += [(address("provider", slug), changed) for slug in now.providers]
    few += [(address("collection", slug), changed) for slug in now.groups]
    yield from few[start:stop]
    cards = now.cards[max(0, start - len(few)) : max(0, stop - len(few))]
    yield from ((address("model", card.slug), last_change(card)) for card in cards)


def last_change(card: Card) -> date:
    """The last day of which one of its facts or prices is."""
    return max([card.added, *(rate.since for rate in card.rates), *(said.as_of for said in card.statements)])


def robots() -> str:
    rules = [f"Disallow: {path}" for path in PRIVATE]
    return "\n".join(["User-agent: *", *rules, "Allow: /", "", f"Sitemap: {address('sitemap')}", ""])
