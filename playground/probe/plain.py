"""Whether an endpoint answers at all, by its own documented request, and whether its answer comes in pieces."""

from typing import Any

from django.conf import settings

from catalog.cards import Card
from catalog.endpoints import ENDPOINTS, quickstart
from catalog.endpoints.sandbox.pictures import data_url
from catalog.endpoints.uploads import sample
from gateway.sse import Splitter
from playground.inspection import result
from playground.probe.question import Outcome, Question, Reply, cut, failed, fitted, limit, passed, quoted, untested

COUNT = "Count from 1 to 20, separated by commas."


def answers(key: str, card: Card) -> Question:
    """The shortest documented request."""
    body = {name: value for name, value in quickstart(key, card).items() if name != "model"}
    data = {name: carried(value) for name, value in body.items()}
    return Question(f"answers.{key}", key, data | limit(key, card), answered)


def carried(value: Any) -> Any:
    """A sample's address as the sample itself: a gateway elsewhere may not reach this site."""
    start = f"{settings.SITE_URL}/samples/"
    if not isinstance(value, str) or not value.startswith(start):
        return value
    found = sample(value.removeprefix(start))
    return data_url(found.content, found.content_type)


def answered(replies: list[Reply]) -> Outcome:
    (reply,) = replies
    if files := reply.execution.files:
        return passed(f"{len(files[0][1]):,} bytes of {files[0][0]}.")
    if reply.run.job:
        return passed("A job that ended well.")
    if result.view(reply.run, reply.answer).get("unreadable"):
        return failed("The answer cannot be read as one of this endpoint.")
    if not hasattr(ENDPOINTS[reply.run.endpoint], "output"):
        return passed("The answer has the endpoint's shape.")
    if (reply.run.output or "").strip():
        return passed(f"It said {quoted(reply.run.output or '')}.")
    return cut(reply) if reply.is_cut else failed("The answer has no text.")


def streaming(key: str, card: Card) -> Question:
    said = {"messages": [{"role": "user", "content": COUNT}]} if key != "responses" else {"input": COUNT}
    return Question("streaming", key, fitted(key, card, said | {"stream": True}), streamed, about=("stream",))


def streamed(replies: list[Reply]) -> Outcome:
    """Pieces, and an end: an answer that comes whole in one event was not streamed."""
    (reply,) = replies
    exchange = reply.execution.exchange
    if exchange is None or not exchange.is_event_stream:
        return failed(f"The answer came in one piece, as {exchange.content_type if exchange else 'nothing'}.")
    body = (reply.run.response_body or "").encode(errors="replace") + b"\n\n"
    module = ENDPOINTS[reply.run.endpoint]
    events = Splitter(limit=len(body)).feed(body)
    pieces = sum(bool(module.delta(event)) for event in events)
    if reply.run.state != "complete":
        return failed(f"{len(events)} events, but neither a finish reason nor an end mark.")
    if pieces < 2:
        return untested("No text came.") if not pieces else failed("All of the text came in one event.")
    return passed(f"{pieces} pieces of text and an end.")
