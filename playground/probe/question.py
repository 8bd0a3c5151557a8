"""What a question is, what came back, and what that shows. Knows no endpoint's own questions."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.conf import settings

from catalog.cards import Card
from catalog.endpoints import ENDPOINTS, call
from catalog.endpoints.parameters import suited
from catalog.endpoints.reading import chat_view
from catalog.endpoints.uploads import filled
from gateway.call import Call
from playground.bounds import ceilings
from playground.inspection import result
from playground.models import Run
from playground.running.execution import Execution

QUOTED = 200  # characters of an answer in a reason
REASONERS, OTHERS = 2000, 400  # output tokens asked for: a model that thinks needs room for it


class Outcome(NamedTuple):
    """`state` is passed, failed, or untested: nothing was shown either way."""

    state: str
    reason: str


def passed(reason: str) -> Outcome:
    return Outcome("passed", reason)


def failed(reason: str) -> Outcome:
    return Outcome("failed", reason)


def untested(reason: str) -> Outcome:
    return Outcome("untested", reason)


@dataclass(frozen=True)
class Reply:
    """One answer to a question."""

    card: Card
    run: Run
    execution: Execution

    @cached_property
    def answer(self) -> Any:
        """As JSON, a stream put together; None for anything else."""
        return result.answer_of(self.run)

    @cached_property
    def choice(self) -> dict[str, Any]:
        """The first choice of a chat answer, in the shape of `chat_view`; empty where there is none."""
        found = chat_view.view({}, self.answer if isinstance(self.answer, dict) else {})["choices"]
        return found[0] if found else {}

    @property
    def text(self) -> str:
        return self.choice.get("text") or ""

    @property
    def is_cut(self) -> bool:
        return self.choice.get("finish_reason") == "length"


Judge = Callable[[list[Reply]], Outcome]


@dataclass(frozen=True)
class Question:
    """`data` is the form's, under the model's own names; it is asked once for each of `variants`, which is laid over it.
    `about`: the parameters whose effect is looked at. A request that the gateway refuses shows that the model cannot do it,
    unless `refusal_tells` nothing.
    """

    ability: str
    key: str
    data: dict[str, Any]
    judge: Judge
    about: tuple[str, ...] = ()
    variants: tuple[dict[str, Any], ...] = ({},)
    refusal_tells: bool = True

    def calls(self, card: Card) -> list[Call]:
        return [call(self.key, card, filled(self.data | variant)) for variant in self.variants]

    def left_out(self, card: Card) -> str:
        """A parameter that it is about and that this model is never sent, or blank."""
        return next((name for name in self.about if name in card.parameters.get("reject", ())), "")


def fitted(key: str, card: Card, data: dict[str, Any], most: int | None = None) -> dict[str, Any]:
    """`data` under the model's own names, with a limit of output tokens where the endpoint has one."""
    return suited(ENDPOINTS[key].PARAMETERS, card.parameters, data) | limit(key, card, most)


def limit(key: str, card: Card, most: int | None = None) -> dict[str, int]:
    names = ceilings.names(key, card)
    most = most or (REASONERS if card.capabilities.get("reasoning") else OTHERS)
    return {names[0]: min(filter(None, (most, card.max_output, settings.MAX_OUTPUT_TOKENS)))} if names else {}


def quoted(text: str) -> str:
    """The beginning of an answer, for a reason."""
    short = " ".join(text.split())
    return f"“{short[:QUOTED]}{'…' if len(short) > QUOTED else ''}”"


def cut(reply: Reply) -> Outcome:
    return untested(f"The answer was cut at the probe's limit of output tokens: {quoted(reply.text)}.")
