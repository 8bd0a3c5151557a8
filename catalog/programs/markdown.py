"""The catalog as Markdown: a table of models, and the page of one. Nothing that the catalog says can end a cell or a block."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import quote

from django.template.defaultfilters import pluralize

from catalog import figures
from catalog.calling.schema import Documented, documented
from catalog.cards import Card, Rate, Statement
from catalog.costs.pricing import METERS
from catalog.describe import description
from catalog.pages.compare import ABILITIES, BASICS, Cell, Row
from catalog.programs.export import address, line, rates
from catalog.search.query import BASES, DEFAULT_BASIS
from catalog.templatetags.catalog import condition_words, fee, label, pretty
from catalog.truth.disputes import Dispute, disputes
from catalog.truth.evidence import doubts

MARKS = re.compile(r"([\\`*_~\[\]<>|#!&])")
OPENING = re.compile(r"^(\d*)([-+=.)])")  # would open a list, or underline the line before


def text(value: str) -> str:
    """Catalog text for the middle of a line: one line, every mark of Markdown escaped."""
    return MARKS.sub(r"\\\1", line(value))


def paragraph(value: str) -> str:
    return OPENING.sub(r"\1\\\2", text(value))


def code(value: str) -> str:
    """A code span; escaped text where the value has marks that would end one or a cell, or that a lax reader takes for HTML."""
    return text(value) if re.search(r"[`|<\[]", value) else f"`{line(value)}`"


def link(words: str, url: str) -> str:
    """`words` (already escaped) as a link, or alone where `url` is none that a reader should follow."""
    safe = quote(line(url), safe=":/?#@!$&'*+,;=%~")
    return f"[{words}]({safe})" if url.startswith(("https://", "http://")) else words


def fence(content: str, language: str) -> str:
    """A block of code between fences longer than any in it."""
    longest = max(map(len, re.findall(r"`+", content)), default=0)
    ticks = "`" * max(3, longest + 1)
    return f"{ticks}{language}\n{content}\n{ticks}"


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Cells are already escaped."""
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ("---",) * len(head), *rows))


def amount(rate: Rate | None, basis: str = DEFAULT_BASIS) -> str:
    """`$0.03 / 1K chars`, exact where it is the list price; the words free and unknown."""
    if rate is None:
        return "unknown"
    dollars = figures.money(rate.effective).replace("<", r"\<") if basis == "effective" else f"${figures.plain(rate.amount)}"
    return "free" if rate.free else f"{dollars} / {rate.unit}"


def listing(title: str, query: str, cards: Sequence[Card], basis: str = DEFAULT_BASIS) -> str:
    """Models as one table under a title; `query` is what they were sought by."""
    asked = f" for {code(query)}" if query else ""
    head = ("Model", "Name", "Provider", "Modality", "Context", "Price", "Output price", "Released")
    rows = table(head, (row(card, basis) for card in cards))
    return f"# {text(title)}\n\n{counted(len(cards))}{asked}. {BASES[basis]} prices in US dollars.\n\n{rows}\n"


def comparison(cards: Sequence[Card], sections: Iterable[tuple[str, list[Row]]]) -> str:
    """Models side by side, one table a section."""
    head = ("Fact", *(link(code(card.slug), address("model", card.slug)) for card in cards))
    found = [f"# {' and '.join(text(card.name) for card in cards)}, compared"]
    for name, rows in sections:
        found += [f"## {text(name)}", table(head, ((text(row.label), *map(value, row.cells)) for row in rows))]
    return "\n\n".join(found) + "\n"


def value(cell: Cell) -> str:
    return text(cell.text or ("unknown" if cell.applies else "does not apply"))


def counted(models: int) -> str:
    return f"{models:,} model{pluralize(models)}"


def row(card: Card, basis: str) -> tuple[str, ...]:
    context = f"{card.context_window:,}" if card.context_window is not None else "unknown"
    output = amount(card.output_price, basis) if card.output_price else ""
    name = text(card.name) + (", not on this gateway" if card.served is False else "")
    return (
        link(code(card.slug), address("model", card.slug)), name, text(card.provider_name), card.modality_label,
        context, amount(card.price, basis), output, card.released.isoformat() if card.released else "unknown",
    )  # fmt: skip


def page(card: Card) -> str:
    """All that the page of a model says: facts, prices, endpoints with a request, and who says what."""
    kind = f"{code(card.slug)}, {card.modality_label}, from {text(card.provider_name)}"
    found = [f"# {text(card.name)}", kind, paragraph(description(card)), "## Facts", facts(card)]
    found += ["\n".join(f"- {text(doubt)}" for doubt in doubts(card))] if doubts(card) else []
    found += ["Sources disagree:", "\n".join(map(dispute, disputes(card)))] if disputes(card) else []
    found += ["## Prices", *prices(card), "## Endpoints", *endpoints(card)]
    if card.statements:
        found += ["## Sources", sources(card.statements)]
    return "\n\n".join([*found, "## More", more(card)]) + "\n"


def facts(card: Card) -> str:
    known = [(fact.label, said) for fact in BASICS if (said := fact.text(card)) is not None or fact.fits(card)]
    known += [(fact.label, said) for fact in ABILITIES if (said := fact.text(card)) is not None]
    known += [(name, ", ".join(words)) for name, words in (("Strengths", card.strengths), ("Use cases", card.use_cases)) if words]
    rows = [] if card.served is False else [("Id on the gateway", code(card.upstream_id))]
    rows += [*((name, text(value or "unknown")) for name, value in known)]
    rows += [("Retires on", card.retires_on.isoformat())] if card.retires_on else []
    rows += [("Use instead", code(card.replacement))] if card.replacement else []
    rows += [("Aliases", ", ".join(map(code, card.aliases)))] if card.aliases else []
    return table(("Fact", "Value"), rows)


def dispute(found: Dispute) -> str:
    words = "; ".join(f"{label(word.source, 'source')} {word.text}" for word in found.words)
    return f"- {text(f'{found.label}: {words}')}"


def prices(card: Card) -> Iterator[str]:
    if not card.rates:
        yield "No price is known."
        return
    yield f"US dollars. Effective counts the {fee()} fee at credit top-up."
    yield table(("Meter", "Condition", "List", "Effective", "Source", "Since"), map(price_row, rates(card)))


def price_row(rate: Rate) -> tuple[str, ...]:
    source = link(text(label(rate.source, "source")), rate.source_url)
    return (
        METERS[rate.meter].label,
        condition_words(rate.condition),
        amount(rate),
        amount(rate, "effective"),
        source,
        rate.since.isoformat(),
    )


def endpoints(card: Card) -> Iterator[str]:
    if not card.endpoints:
        yield "No endpoint is known."
    for entry in documented(card):
        yield f"### {entry.label}: {code(f'{entry.method} {entry.path}')}"
        yield entry.summary
        if entry.quirks:
            yield "\n".join(f"- {text(quirk)}" for quirk in entry.quirks)
        yield from examples(entry)


def examples(entry: Documented) -> Iterator[str]:
    if entry.request is None or entry.snippets is None:
        yield "Its request is not documented yet."
        return
    yield from ("Request:", fence(pretty(entry.request), "json"))
    said = entry.response
    yield f"Response, {entry.response_type}:"
    yield fence(said, "text") if isinstance(said, str) else fence(pretty(said), "json")
    yield from ("With curl:", fence(entry.snippets["curl"], "sh"))
    yield from (f"It sends the sample file {link(name, address('sample', name))}." for name in entry.samples)


def sources(statements: Iterable[Statement]) -> str:
    return table(("Field", "Value", "Source", "As of", "Doubt"), map(source_row, statements))


def source_row(said: Statement) -> tuple[str, ...]:
    source = link(text(label(said.source, "source")), said.url)
    return code(said.field), text(plain(said.value)), source, said.as_of.isoformat(), text(plain(said.doubt))


def plain(value: Any) -> str:
    """A claimed value in words: `tools: true, vision: false`."""
    if isinstance(value, dict):
        return ", ".join(f"{name}: {plain(entry)}" for name, entry in value.items())
    if isinstance(value, list):
        return ", ".join(map(plain, value))
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def more(card: Card) -> str:
    pages = (("Page", "model"), ("JSON", "model_json"), ("CSV", "model_csv"), ("Schema of its endpoints", "api_schema"))
    return "\n".join(f"- {link(name, address(view, card.slug))}" for name, view in pages)
