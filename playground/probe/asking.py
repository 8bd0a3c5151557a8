"""One question through the same machinery as any run: reserved before, written down after. What comes back is judged."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from asgiref.sync import sync_to_async

from catalog import outage
from catalog.cards import Card
from catalog.figures import money
from gateway.call import Call
from playground.bounds import budget, limits, reserve
from playground.models import Run
from playground.models.runs import PROBED, PROBER
from playground.probe.question import Outcome, Question, Reply, failed, untested
from playground.records import store
from playground.running import polling
from playground.running.execution import Execution
from playground.running.stream import whole
from playground.running.upstream import gateway, is_sandbox

REFUSED = (400, 405, 415, 422)  # statuses that speak of the request; of the others only 404 speaks of the model
JOB_WAITS = 240  # seconds


class Stop(Exception):
    """Nothing more is asked: why, in a sentence."""


@dataclass
class Purse:
    """US dollars. The sandbox takes none."""

    budget: Decimal
    spent: Decimal = Decimal(0)

    def hold(self, most: Decimal) -> None:
        """Raises Stop where the next question may pass the budget."""
        if self.spent + most > self.budget:
            told = f"The next question may cost up to {money(most)}, and {money(self.budget - self.spent)} is left of"
            raise Stop(f"{told} the probe's {money(self.budget)}.")


async def ask(card: Card, question: Question, purse: Purse) -> tuple[Outcome, list[Reply]]:
    """Puts a question in all its variants. Raises Stop before money that is not there, or not allowed, would be spent."""
    if name := question.left_out(card):
        return untested(f"The catalog says that this model takes no {name}."), []
    replies: list[Reply] = []
    for call in question.calls(card):
        reply = await asked(card, question, call, purse)
        replies.append(reply)
        if unjudged := silent(question, reply.run):
            return unjudged, replies
    return await sync_to_async(question.judge)(replies), replies


async def asked(card: Card, question: Question, call: Call, purse: Purse) -> Reply:
    execution = Execution(gateway(), card, question.key, call)
    most = Decimal(0) if is_sandbox() else reserve.most(card, question.key, call)
    purse.hold(most)
    try:
        run = await sync_to_async(store.begin_as)(execution, visitor=PROBER, address=PROBED)
    except limits.Refused as error:
        raise Stop(error.refusal.message) from None
    purse.spent += most
    await sync_to_async(outage.give_back)()  # a run may take minutes
    await whole(run, execution)
    if run.state == "running":
        await polling.wait(run, "", JOB_WAITS)
    purse.spent += paid(run, most) - most
    return Reply(card, run, execution)


def paid(run: Run, most: Decimal) -> Decimal:
    """What a question cost; where nobody knows, the most that it can have."""
    known = Decimal(0) if run.sandbox else budget.charged(run)
    return most if known is None else known


def silent(question: Question, run: Run) -> Outcome | None:
    """What a run without a whole answer shows; None where there is an answer to judge."""
    error: dict[str, Any] = run.error or {}
    status, told = error.get("status"), f"{error.get('message', '')}"[:500]
    if run.state == "complete" or run.state == "incomplete" and not error:
        return None
    if run.state == "running":
        return untested("The job was not over in time.")
    if run.state == "error" and speaks(question, status, error.get("type", "")):
        return failed(f"The gateway answered {status}: {told}")
    return untested(told or f"The answer ended early: {run.state}.")


def speaks(question: Question, status: int | None, kind: str) -> bool:
    """Whether an error says something of the model and this ability, not of the gateway or the moment."""
    plain = question.ability.startswith("answers.")
    if status == 200:
        return kind == "bad_response"
    return question.refusal_tells and (status in REFUSED or status == 404 and plain)
