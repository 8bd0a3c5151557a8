"""The rows of a comparison. A fact that a kind of model cannot have "does not apply"; unknown is what it may have."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import NamedTuple

from django.http import QueryDict

from catalog import figures
from catalog.cards import Card, Rate
from catalog.claims.facts import price_field
from catalog.costs.pricing import METERS
from catalog.endpoints import ENDPOINTS, form
from catalog.endpoints.parameters import Parameter
from catalog.truth.disputes import disputed
from catalog.vocabulary import CAPABILITIES, KINDS, STATUSES

MAX_COMPARED = 6


def named(params: QueryDict) -> list[str]:
    """The models that an address names: `models=a,b`, `models=a&models=b`, or both."""
    return [name.strip() for value in params.getlist("models") for name in value.split(",") if name.strip()]


def only_different(params: QueryDict) -> tuple[bool, list[str]]:
    """Whether an address asks for the rows alone in which the models differ, and what is wrong with that."""
    asked = params.get("rows", "")
    return asked == "differ", [] if asked in ("", "differ") else [f"rows “{asked[:40]}” is not known. Known: differ."]


class Cell(NamedTuple):
    """What one model has; a text of None is unknown, or does not apply. `odd`: most of the others agree on something else;
    `disputed`: sources disagree on it.
    """

    text: str | None
    applies: bool
    odd: bool = False
    best: bool = False
    exact: str = ""
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One fact across the models. `same`: all of them agree; `agreed`: at least two may have it, and all of those do."""

    label: str
    cells: tuple[Cell, ...]

    @property
    def same(self) -> bool:
        return len({(cell.text, cell.applies) for cell in self.cells}) == 1

    @property
    def agreed(self) -> bool:
        return len(self.able) > 1 and len({cell.text for cell in self.able}) == 1

    @property
    def able(self) -> list[Cell]:
        """The cells of the models that may have the fact."""
        return [cell for cell in self.cells if cell.applies]

    @property
    def partial(self) -> bool:
        return len(self.able) < len(self.cells)

    @property
    def disputed(self) -> bool:
        return any(cell.disputed for cell in self.cells)

    @property
    def known(self) -> bool:
        return any(cell.text is not None for cell in self.cells)


class Fact(NamedTuple):
    """A row before it is filled. `worth` is the number behind the text, the more the better, where there is one.

    `fits` tells whether a model whose text is None may have the fact at all; `field` is what claims call it.
    """

    label: str
    text: Callable[[Card], str | None]
    worth: Callable[[Card], Decimal | int | None] = lambda card: None
    fits: Callable[[Card], bool] = lambda card: True
    exact: Callable[[Card], str] = lambda card: ""
    field: str = ""

    def row(self, cards: list[Card]) -> Row:
        texts, worths = [self.text(card) for card in cards], [self.worth(card) for card in cards]
        usual, best = majority(texts), None if mixed(cards) else winner(worths)
        filled = zip(cards, texts, worths, strict=True)
        cells = (self.cell(card, text, usual, worth is not None and worth == best) for card, text, worth in filled)
        return Row(self.label, tuple(cells))

    def cell(self, card: Card, text: str | None, usual: str | None, best: bool) -> Cell:
        odd = None not in (text, usual) and text != usual
        applies = text is not None or self.fits(card)
        return Cell(text, applies, odd, best, self.exact(card), self.field in disputed(card))


def majority(texts: list[str | None]) -> str | None:
    """What more than half of the known ones say, where at least two say it; else None."""
    known = [text for text in texts if text is not None]
    text, count = Counter(known).most_common(1)[0] if known else (None, 0)
    return text if count > 1 and count * 2 > len(known) else None


def winner(worths: list[Decimal | int | None]) -> Decimal | int | None:
    """The best of the known numbers; None where there is nothing to choose between."""
    known = [worth for worth in worths if worth is not None]
    return max(known) if len(set(known)) > 1 else None


def mixed(cards: list[Card]) -> bool:
    """Whether models of several kinds are compared: then no number is the best."""
    return len({card.modality for card in cards}) > 1


def rows(cards: list[Card], effective: bool = False) -> list[tuple[str, list[Row]]]:
    """`[(section, rows)]`; facts that none of the models has are left out."""
    basis = "Effective" if effective else "List"
    sections = [
        ("Basics", BASICS + END), (f"{basis} prices in US dollars", prices(cards, effective)), ("Can do", ABILITIES),
        ("Fields of a request", fields(cards)),
    ]  # fmt: skip
    made = [(name, [fact.row(cards) for fact in facts]) for name, facts in sections]
    kept = [(name, [row for row in found if row.known]) for name, found in made]
    return [(name, found) for name, found in kept if found]


def narrowed(sections: list[tuple[str, list[Row]]], agreed: bool) -> list[tuple[str, list[Row]]]:
    """The rows where the models agree, or those where they differ."""
    kept = [(name, [row for row in found if row.agreed is agreed]) for name, found in sections]
    return [(name, found) for name, found in kept if found]


def words(keys: tuple[str, ...] | None, labels: dict[str, str]) -> str | None:
    return ", ".join(labels[key] for key in keys) if keys else None


def number(count: int | None) -> str | None:
    return f"{count:,}" if count is not None else None


def yes_no(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"


def as_listed(card: Card, key: str) -> str:
    return f"{key} (listed, not verified)" if card.is_unsure_of(key) else key


def only(*modalities: str) -> Callable[[Card], bool]:
    """Whether a model is of one of these kinds, or of a kind that nobody knows."""
    return lambda card: card.modality is None or card.modality in modalities


READS_TOKENS = only("chat", "embedding", "rerank", "moderation", "translation", "classification", "ocr")
WRITES_TOKENS = only("chat", "translation", "ocr")
ANY_KIND = {"streaming", "seed", "batch", "fine_tuning"}  # abilities that are not only those of text models

BASICS = [
    Fact("Modality", lambda card: card.modality and card.modality_label, field="modality"),
    Fact("Provider", lambda card: card.provider_name),
    Fact("Endpoints", lambda card: ", ".join(map(partial(as_listed, card), card.endpoints)) or None),
    Fact(
        "Context window, tokens", lambda card: number(card.context_window), lambda card: card.context_window, READS_TOKENS,
        field="context_window",
    ),
    Fact(
        "Longest output, tokens", lambda card: number(card.max_output), lambda card: card.max_output, WRITES_TOKENS,
        field="max_output",
    ),
    Fact("Vector length", lambda card: number(card.dimensions), fits=only("embedding"), field="dimensions"),
    Fact("Input", lambda card: words(card.input_kinds, KINDS), field="input_kinds"),
    Fact("Output", lambda card: words(card.output_kinds, KINDS), field="output_kinds"),
    Fact("Released", lambda card: card.released.isoformat() if card.released else None, field="released"),
    Fact("Knowledge up to", lambda card: card.knowledge_cutoff, fits=only("chat"), field="knowledge_cutoff"),
    Fact("Open weights", lambda card: yes_no(card.open_weights), field="open_weights"),
    Fact("Status", lambda card: STATUSES[card.status], field="status"),
    Fact("On this gateway", lambda card: yes_no(card.served)),
]  # fmt: skip
END = [
    Fact(
        "Retires on", lambda card: card.retires_on and card.retires_on.isoformat(), fits=lambda card: card.status != "active",
        field="retires_on",
    ),
    Fact("Use instead", lambda card: card.replacement, fits=lambda card: card.status != "active", field="replacement"),
]  # fmt: skip
ABILITIES = [
    Fact(
        label, lambda card, key=key: yes_no(card.capabilities.get(key)),
        fits=only(*ENDPOINTS) if key in ANY_KIND else only("chat"), field=f"capabilities.{key}",
    )
    for key, label in CAPABILITIES.items()
] + [Fact("Verified here", lambda card: words(card.verified, CAPABILITIES))]  # fmt: skip

# What a model must be able to do before a price of this kind makes sense.
NEEDS = {
    "audio_input_tokens": "audio_in",
    "audio_output_tokens": "audio_out",
    "reasoning_tokens": "reasoning",
    "cache_read_tokens": "prompt_caching",
    "cache_write_tokens": "prompt_caching",
}


def prices(cards: list[Card], effective: bool) -> list[Fact]:
    have = {rate.meter for card in cards for rate in card.headlines}
    return [price(key, effective) for key in METERS if key in have]


def price(meter: str, effective: bool) -> Fact:
    def rate(card: Card) -> Rate | None:
        return next((rate for rate in card.headlines if rate.meter == meter), None)

    def amount(card: Card) -> Decimal | None:
        found = rate(card)
        return found and (found.effective if effective else found.amount)

    def text(card: Card) -> str | None:
        found = amount(card)
        return None if found is None else figures.money(found) if found else "Free"

    def worth(card: Card) -> Decimal | None:
        found = amount(card)
        return None if found is None else -found

    def exact(card: Card) -> str:
        return figures.plain(found) if (found := amount(card)) else ""

    label = f"{METERS[meter].label} / {METERS[meter].unit}"
    return Fact(label, text, worth, lambda card: paid_by(card, meter), exact, price_field(meter, ""))


def paid_by(card: Card, meter: str) -> bool:
    """Whether a model without a known price for `meter` may have one.

    Not where its endpoints do not count it, where it is paid by something else, or lacks the ability.
    """
    own = native(card)
    if own and not any(meter in ENDPOINTS[key].METERS for key in own):
        return False
    if card.capabilities.get(NEEDS.get(meter, "")) is False:
        return False
    return card.price is None or meter.endswith("_tokens") and card.price.meter.endswith("_tokens")


def native(card: Card) -> list[str]:
    """The endpoints that a model is known to answer, not those that a gateway merely lists."""
    return [key for key in card.endpoints if key not in card.listed_endpoints]


PLAIN = TAKEN, NOT_TAKEN, REQUIRED = ("taken", "not taken", "required")


def fields(cards: list[Card]) -> list[Fact]:
    """One row for each field that a request to one of the models may carry; of several kinds, those with bounds or choices."""
    taken = {card.slug: dict(request_fields(card)) for card in cards}
    names = dict.fromkeys(name for found in taken.values() for name in found)
    if mixed(cards):
        names = [name for name in names if any(found.get(name, TAKEN) not in PLAIN for found in taken.values())]
    return [Fact(name, lambda card, name=name: taken[card.slug].get(name), fits=lambda card: not native(card)) for name in names]


def request_fields(card: Card) -> Iterator[tuple[str, str]]:
    """`(field, what it takes)` of a model's first endpoint."""
    for parameter, refused in form(native(card)[0], card) if native(card) else ():
        yield parameter.name, NOT_TAKEN if refused else takes(parameter)


def takes(parameter: Parameter) -> str:
    if parameter.choices and parameter.kind == "choice":
        return ", ".join(parameter.choices)
    return parameter.bounds() or (REQUIRED if parameter.required else TAKEN)
