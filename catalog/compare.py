"""The rows of a comparison: every fact that at least one of the models has, with the word unknown for the others."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from catalog import figures
from catalog.pricing import METERS
from catalog.snapshot import Card, Rate
from catalog.vocabulary import CAPABILITIES, KINDS, STATUSES

MAX_COMPARED = 6


class Cell(NamedTuple):
    """What one model has; a text of None is unknown. `odd`: most of the others agree on something else."""

    text: str | None
    odd: bool
    best: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One fact across the models. `same`: all of them agree."""

    label: str
    cells: tuple[Cell, ...]

    @property
    def same(self) -> bool:
        return len({cell.text for cell in self.cells}) == 1


class Fact(NamedTuple):
    """A row before it is filled. `worth` is the number behind the text, the more the better, where there is one."""

    label: str
    text: Callable[[Card], str | None]
    worth: Callable[[Card], Decimal | int | None] = lambda card: None

    def row(self, cards: list[Card]) -> Row:
        texts, worths = [self.text(card) for card in cards], [self.worth(card) for card in cards]
        usual, best = majority(texts), winner(worths)
        pairs = zip(texts, worths, strict=True)
        return Row(
            self.label,
            tuple(Cell(t, None not in (t, usual) and t != usual, w is not None and w == best) for t, w in pairs),
        )


def majority(texts: list[str | None]) -> str | None:
    """What more than half of the known ones say, where at least two say it; else None."""
    known = [text for text in texts if text is not None]
    text, count = Counter(known).most_common(1)[0] if known else (None, 0)
    return text if count > 1 and count * 2 > len(known) else None


def winner(worths: list[Decimal | int | None]) -> Decimal | int | None:
    """The best of the known numbers; None where there is nothing to choose between."""
    known = [worth for worth in worths if worth is not None]
    return max(known) if len(set(known)) > 1 else None


def rows(cards: list[Card]) -> list[tuple[str, list[Row]]]:
    """`[(section, rows)]`; facts that none of the models has are left out."""
    sections = [("Basics", BASICS), ("List prices in US dollars", prices(cards)), ("Can do", ABILITIES)]
    made = [(name, [fact.row(cards) for fact in facts]) for name, facts in sections]
    kept = [(name, [row for row in found if any(cell.text is not None for cell in row.cells)]) for name, found in made]
    return [(name, found) for name, found in kept if found]


def words(keys: tuple[str, ...] | None, labels: dict[str, str]) -> str | None:
    return ", ".join(labels[key] for key in keys) if keys else None


def number(count: int | None) -> str | None:
    return f"{count:,}" if count is not None else None


def yes_no(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"


BASICS = [
    Fact("Modality", lambda card: card.modality and card.modality_label),
    Fact("Provider", lambda card: card.provider_name),
    Fact("Endpoints", lambda card: ", ".join(card.endpoints) or None),
    Fact("Context window, tokens", lambda card: number(card.context_window), lambda card: card.context_window),
    Fact("Longest output, tokens", lambda card: number(card.max_output), lambda card: card.max_output),
    Fact("Vector length", lambda card: number(card.dimensions)),
    Fact("Input", lambda card: words(card.input_kinds, KINDS)),
    Fact("Output", lambda card: words(card.output_kinds, KINDS)),
    Fact("Released", lambda card: card.released.isoformat() if card.released else None),
    Fact("Knowledge up to", lambda card: card.knowledge_cutoff),
    Fact("Open weights", lambda card: yes_no(card.open_weights)),
    Fact("Status", lambda card: STATUSES[card.status]),
]
ABILITIES = [Fact(label, lambda card, key=key: yes_no(card.capabilities.get(key))) for key, label in CAPABILITIES.items()]


def prices(cards: list[Card]) -> list[Fact]:
    have = {rate.meter for card in cards for rate in card.headlines}
    return [price(key) for key in METERS if key in have]


def price(meter: str) -> Fact:
    def rate(card: Card) -> Rate | None:
        return next((rate for rate in card.headlines if rate.meter == meter), None)

    def text(card: Card) -> str | None:
        found = rate(card)
        return None if found is None else "Free" if found.free else figures.money(found.amount)

    def worth(card: Card) -> Decimal | None:
        found = rate(card)
        return None if found is None else -found.amount

    return Fact(f"{METERS[meter].label} / {METERS[meter].unit}", text, worth)
