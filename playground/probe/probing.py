"""Models asked one after the other, within one budget, their proofs written down."""

from collections.abc import AsyncIterator, Iterable
from typing import Any, NamedTuple

from asgiref.sync import sync_to_async
from django.conf import settings
from django.utils import timezone

from catalog.cards import Card
from catalog.models import Model, Proof, Version
from playground.inspection.result import speed
from playground.probe import asking, questions
from playground.probe.asking import Purse
from playground.probe.question import Outcome, Question, Reply, untested
from playground.records.store import storable

KEPT = 8000  # characters of a request and of a response


class Result(NamedTuple):
    """What one question came to."""

    model: str
    ability: str
    state: str
    reason: str


async def results(cards: Iterable[Card], only: Iterable[str], purse: Purse) -> AsyncIterator[Result]:
    """Results as they come. Raises `asking.Stop` where not everything can be asked."""
    for card in cards:
        if card.served is False:
            yield Result(card.slug, "answers", "untested", "This gateway does not serve the model.")
            continue
        async for result in of(card, only, purse):
            yield result


async def of(card: Card, only: Iterable[str], purse: Purse) -> AsyncIterator[Result]:
    """One model's. Pages show them once it is done with, or broken off."""
    silent: dict[str, str] = {}
    try:
        for question in questions.of(card, only):
            outcome = await one(card, question, purse, silent)
            if question.ability.startswith("answers.") and outcome.state != "passed":
                silent[question.key] = question.ability
            yield Result(card.slug, question.ability, *outcome)
    finally:
        await sync_to_async(Version.bump)([card.slug])


async def one(card: Card, question: Question, purse: Purse, silent: dict[str, str]) -> Outcome:
    if question.key in silent:
        return untested("The plain question was not answered, so this one was not asked.")
    outcome, replies = await asking.ask(card, question, purse)
    if outcome.state != "untested":
        await sync_to_async(keep)(card, question, outcome, replies)
    return outcome


def keep(card: Card, question: Question, outcome: Outcome, replies: list[Reply]) -> None:
    """Writes a proof in the place of the last one of this gateway."""
    model = Model.objects.filter(slug=card.slug).first()
    if model is None:  # it was deleted meanwhile
        return
    found = {"passed": outcome.state == "passed", "reason": outcome.reason, **evidence(replies), **measured(replies[-1])}
    kept = {name: storable(value) if isinstance(value, str) else value for name, value in found.items()}
    key = {"model": model, "ability": question.ability, "gateway": settings.GATEWAY_URL}
    Proof.objects.update_or_create(**key, defaults=kept | {"at": timezone.now(), "run": replies[-1].run.id})


def evidence(replies: list[Reply]) -> dict[str, str]:
    """What was sent and what came back, as text; keys are masked in runs already."""
    return {"request": sent(replies[0])[:KEPT], "response": "\n\n".join(map(received, replies))[:KEPT]}


def sent(reply: Reply) -> str:
    parts = reply.run.request_parts or []
    texts = [f"{part['name']}: {part.get('value', part.get('file'))}" for part in parts]
    return reply.run.request_body or "\n".join(texts)


def received(reply: Reply) -> str:
    files = [f"{len(content):,} bytes of {kind}" for kind, content in reply.execution.files]
    status = f"HTTP {reply.run.status}" if reply.run.status else ""
    return "\n".join(filter(None, [status, reply.run.response_body or "", *files]))


def measured(reply: Reply) -> dict[str, Any]:
    """Of a stream, when its first token came and how fast the others did."""
    first, rate = reply.run.first_token_ms, speed(reply.run)
    return {
        "first_token_ms": None if first is None else round(first),
        "tokens_per_second": None if rate is None or rate >= 10**7 else round(rate, 2),
    }
