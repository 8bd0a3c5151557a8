"""One call under way: sends it, hands its text out as it comes, and knows at the end what became of it.

Nothing is ever sent twice. What went wrong becomes the run's state and error; only a leaving caller rises.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import ModuleType
from typing import Any

from catalog.cards import Card
from catalog.costs import pricing
from catalog.endpoints import ENDPOINTS, jobs, streams
from catalog.endpoints.answers import is_figure
from gateway.call import Call
from gateway.client import Gateway
from gateway.errors import GatewayError, json_of, only_error, reported, without_events
from gateway.exchange import Exchange
from gateway.sse import Event
from playground.bounds import received
from playground.inspection import told
from playground.media import recognise
from playground.running.live import Live, Piece

# What reading a well-formed JSON answer of the wrong shape raises.
UNSHAPED = (AttributeError, KeyError, IndexError, TypeError, ValueError)
CUT = {"cut": "incomplete", "limited": "limited"}
LARGE = 128 * 1024  # bytes of an answer that takes a while to be read
MOST_ARRIVALS = 2000  # events of a stream whose moments are kept


@dataclass
class Execution:
    """`exchange` is None until the gateway was spoken to; `usage` counts meters, `told_usage` is what the gateway sent of it.
    `cost` is the list cost in US dollars, `cost_told` what the gateway says. `arrivals`: of the first events, ms since the start.
    """

    gateway: Gateway
    card: Card
    key: str
    call: Call
    left_out: list[dict[str, str]] = field(default_factory=list)
    own_key: bool = False  # whether the gateway is called with the visitor's key
    state: str = "running"
    exchange: Exchange | None = None
    error: dict[str, Any] | None = None
    output: str | None = None
    events: list[Event] = field(default_factory=list, repr=False)  # of a stream
    files: list[tuple[str, bytes]] = field(default_factory=list)
    usage: dict[str, int] | None = None
    told_usage: Any = None
    cost: Decimal | None = None
    cost_told: Decimal | None = None
    arrivals: list[float] = field(default_factory=list)
    first_token_ms: float | None = None
    finish_reason: str | None = None
    job: str = ""
    spells_key: bool = False  # whether the events of a stream, put together, hold the key that no single one holds
    begun: bool = False  # whether anything can have been sent

    @property
    def module(self) -> ModuleType:
        return ENDPOINTS[self.key]

    async def pieces(self) -> AsyncIterator[Piece]:
        """A streamed answer as it arrives, nothing of any other; once this ends the state is final."""
        self.begun = True
        try:
            async with self.gateway.stream(self.call) as exchange:
                self.exchange = exchange
                if exchange.is_event_stream and streams(self.key):
                    async for piece in self.streamed(exchange):
                        yield piece
                else:
                    await exchange.read()
                    await self.apart(self.whole, exchange)
        except GatewayError as error:
            self.fail(error)
        except (asyncio.CancelledError, GeneratorExit):
            self.state = "stopped"
            raise
        finally:
            self.account()

    @property
    def received(self) -> int:
        """Bytes of output in the events of a stream: no fewer than its tokens."""
        return sum(map(received.size, self.events))

    @property
    def thought(self) -> Callable[[Event], str]:
        return getattr(self.module, "thought", lambda event: "")

    async def streamed(self, exchange: Exchange) -> AsyncIterator[Piece]:
        events, texts = self.events, []
        live = Live(self.gateway.mask)
        try:
            async for batch in exchange.events():
                events += batch
                self.arrivals += [round(event.at, 1) for event in batch][: MOST_ARRIVALS - len(self.arrivals)]
                text, thought = self.said(batch)
                texts.append(text)
                if text or thought:
                    self.first_token_ms = self.first_token_ms or batch[0].at
                yield live.piece(text, thought, "".join(f"{event.raw}\n\n" for event in batch), batch[0].at)
            if rest := live.rest(events[-1].at if events else 0):
                yield rest
        finally:
            self.output = "".join(texts) or None
            await self.apart(self.close_stream, exchange, events)

    async def apart(self, settle: Callable[..., None], exchange: Exchange, *more: Any) -> None:
        """Settles a large answer in a thread: the loop, which all visitors share, would stand still. Leaving waits for it."""
        if len(exchange.body) < LARGE:
            return settle(exchange, *more)
        work = asyncio.ensure_future(asyncio.to_thread(settle, exchange, *more))
        try:
            await asyncio.shield(work)
        finally:
            await asyncio.wait([work])

    def said(self, batch: list[Event]) -> tuple[str, str]:
        """The text and the reasoning that some events add."""
        found = [(self.module.delta(event), self.thought(event)) for event in batch]  # each is parsed once
        return "".join(text for text, _ in found), "".join(thought for _, thought in found)

    def close_stream(self, exchange: Exchange, events: list[Event]) -> None:
        """Settles a stream that ended by itself: complete only with a finish reason or the closing mark."""
        found = self.module.whole(events)
        self.spells_key = self.holds_key(events)
        self.finish_reason, self.told_usage = found["finish_reason"], found["usage"]
        self.usage = self.module.usage(self.request(), {"usage": found["usage"]}) if found["usage"] else None
        failed = next((error for event in events if (error := reported(event.data, exchange, event.name))), None)
        failed = failed or (without_events(exchange) if exchange.ended == "complete" and not events else None)
        if failed:
            self.error = described(failed)
        if self.state == "running":
            done = self.finish_reason or found["done"]
            self.state = "error" if failed and not self.output else "incomplete" if failed or not done else "complete"

    def holds_key(self, events: list[Event]) -> bool:
        assembled = getattr(self.module, "assembled", None) if self.gateway.mask.guards else None
        text = json.dumps(assembled(events), ensure_ascii=False) if assembled else ""
        return self.gateway.masked(text) != text

    def whole(self, exchange: Exchange) -> None:
        """Settles an answer that came in one piece; a job that was taken on stays running."""
        if error := only_error(exchange):
            raise error
        if hasattr(self.module, "PLAIN_TYPES") and exchange.content_type in self.module.PLAIN_TYPES:
            self.take_text(exchange.text() or "")
        elif self.module.RESPONSE_TYPE == "application/json":
            self.take_json(exchange)
        else:
            self.take_file(exchange)
        self.state = "running" if self.job else "complete"

    def take_json(self, exchange: Exchange) -> None:
        answer = json_of(exchange, "an event stream" if self.call.stream else "JSON")
        if not isinstance(answer, dict):
            raise GatewayError("bad_response", "The gateway answered JSON that is no object.", exchange.status, exchange=exchange)
        try:
            self.read_answer(answer)
        except UNSHAPED:
            message = f"The gateway's answer has not the shape of {self.module.PATH}."
            raise GatewayError("bad_response", message, exchange.status, exchange=exchange) from None
        # A failed job's error is told by its polls; any other answer that has one is an error, whatever else it has.
        if not hasattr(self.module, "JOB") and (error := reported(exchange.text() or "", exchange)):
            raise error

    def read_answer(self, answer: dict[str, Any]) -> None:
        if hasattr(self.module, "JOB"):
            self.job = jobs.read(answer).id
        self.told_usage = answer.get("usage")
        self.output = self.module.output(answer) if hasattr(self.module, "output") else None
        self.usage = self.module.usage(self.request(), answer) or None
        carried = self.module.files(answer) if hasattr(self.module, "files") else []
        self.files = [(recognise(content), content) for content in carried]

    def take_text(self, text: str) -> None:
        self.output = text
        carried = self.module.plain_files(text) if hasattr(self.module, "plain_files") else []
        self.files = [(recognise(content), content) for content in carried]

    def take_file(self, exchange: Exchange) -> None:
        content = bytes(exchange.body)
        if not content or exchange.text() is not None:
            what = f"{exchange.content_type or 'text'}" if content else "nothing"
            message = f"The gateway answered {what} where {self.module.RESPONSE_TYPE.partition('/')[0]} was due."
            raise GatewayError("bad_response", message, exchange.status, exchange=exchange)
        self.files = [(recognise(content), content)]
        self.usage = self.module.usage(self.request(), None) or None

    def request(self) -> dict[str, Any] | None:
        if self.call.is_multipart:
            return dict(self.call.data)
        text = self.call.text()
        return json.loads(text) if text else None

    @property
    def sizes(self) -> set[str]:
        """The sizes that the request names, which may have prices of their own."""
        return pricing.sizes(self.request())

    def fail(self, error: GatewayError) -> None:
        """An error before any answer is `error`; one that broke an answer off leaves what came, marked so."""
        self.exchange = error.exchange or self.exchange
        self.error = described(error)
        status, ended = (self.exchange.status, self.exchange.ended) if self.exchange else (None, "")
        if status is not None and status >= 300:
            ended = ""  # an error stays one, however much of its text was read
        self.state = CUT.get(ended, "incomplete") if self.output else "limited" if ended == "limited" else "error"

    def account(self) -> None:
        """The list cost of what was counted, None where a price or a count is missing.

        A gateway may send anything: counts that no answer can have are as good as none.
        """
        self.usage = self.usage if all(map(is_figure, (self.usage or {}).values())) else None
        self.cost = pricing.cost(self.measure(), self.card.rates, self.sizes) if self.usage else None
        self.cost_told = told.cost(self.exchange, self.told_usage)

    def measure(self) -> Mapping[str, int]:
        """The counts to charge."""
        assert self.usage is not None
        priced = pricing.applying(self.card.rates, named=self.sizes)
        return pricing.measured(self.usage, priced, getattr(self.module, "ALTERNATIVES", ()))


def described(error: GatewayError) -> dict[str, Any]:
    """An error as runs keep it."""
    return {"status": error.status, "type": error.type, "message": error.message, "retry_after": error.retry_after}
