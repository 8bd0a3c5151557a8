"""Which questions are put to a model, in which order."""

from collections.abc import Iterable, Iterator

from catalog.cards import Card
from catalog.endpoints import can_run
from playground.probe import chat, media, plain
from playground.probe.question import Question

DIALECTS = ("chat", "responses", "messages")  # the endpoints that stream
KINDS = (
    "answers", "streaming", "tools", "json_schema", "json_mode", "vision", "stop", "max_output", "seed", "format", "dimensions",
)  # fmt: skip


def of(card: Card, only: Iterable[str] = ()) -> list[Question]:
    """Each endpoint's plain question before its others, which mean nothing where that is not answered.

    `only` names kinds or abilities; what every source denies is asked only where it is named.
    """
    wanted = set(only)
    found = []
    for key in filter(can_run, card.endpoints):
        plainly, *others = at(key, card)
        others = [question for question in others if is_asked(question, card, wanted)]
        found += [plainly, *others] if others or is_asked(plainly, card, wanted) else []
    return found


def at(key: str, card: Card) -> Iterator[Question]:
    yield plain.answers(key, card)
    if key == next((key for key in card.endpoints if key in DIALECTS), ""):
        yield plain.streaming(key, card)
    if key == "chat":
        yield from chat.questions(card)
    elif key == "speech":
        yield from media.formats(card)
    elif key == "embedding":
        yield media.dimensions(card)


def is_asked(question: Question, card: Card, wanted: set[str]) -> bool:
    kind = question.ability.partition(".")[0]
    return bool({kind, question.ability} & wanted) if wanted else card.capabilities.get(kind) is not False
