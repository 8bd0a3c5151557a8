"""Questions about sound and vectors: whether a file is of the asked format, whether a vector has the stated length."""

from collections.abc import Iterator
from typing import Any

from catalog.cards import Card
from catalog.endpoints import embedding, form, quickstart, speech
from playground.media import recognise
from playground.probe.question import Judge, Outcome, Question, Reply, failed, passed, untested

FORMATS = {name: kind for name, kind in speech.TYPES.items() if name != "pcm"}  # nothing in its bytes tells what pcm is


def formats(card: Card) -> Iterator[Question]:
    """One for each sound format that the model takes."""
    name = card.parameters.get("rename", {}).get("response_format", "response_format")
    offered = next((p.choices for p, _ in form("speech", card) if p.name == name), ())
    body = {key: value for key, value in quickstart("speech", card).items() if key != "model"} | {"input": "Hello."}
    for kind in filter(offered.__contains__, FORMATS):
        yield Question(f"format.{kind}", "speech", body | {name: kind}, of(kind), about=("response_format",))


def of(kind: str) -> Judge:
    def is_of(replies: list[Reply]) -> Outcome:
        content = replies[0].execution.files[0][1]
        found = recognise(content)
        told = f"{len(content):,} bytes of {found}"
        return passed(f"{told}.") if found == FORMATS[kind] else failed(f"{told}, where {FORMATS[kind]} was asked for.")

    return is_of


def dimensions(card: Card) -> Question:
    body = {key: value for key, value in quickstart("embedding", card).items() if key not in ("model", "dimensions")}
    return Question("dimensions", "embedding", body, is_as_long)


def is_as_long(replies: list[Reply]) -> Outcome:
    (reply,) = replies
    if not reply.card.dimensions:
        return untested("No source states how long the vectors are.")
    found = length(reply.answer)
    if found is None:
        return failed("The answer holds no vector.")
    told = f"{found:,} numbers, and {reply.card.dimensions:,} are stated."
    return passed(told) if found == reply.card.dimensions else failed(told)


def length(answer: Any) -> int | None:
    """Of the first vector."""
    try:
        found = answer["data"][0]["embedding"]
        return len(embedding.unpack(found) if isinstance(found, str) else found)
    except (KeyError, IndexError, TypeError, ValueError):
        return None
