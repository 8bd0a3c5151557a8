"""The most that a call can cost: what the day's budget holds for it. A bound, no estimate: nothing here is counted exactly."""

import json
from collections.abc import Iterator
from decimal import Decimal
from math import ceil
from typing import Any

from django.conf import settings

from catalog.cards import Card
from catalog.costs import pricing
from catalog.costs.pricing import METERS
from gateway.call import Call
from playground.bounds import ceilings
from playground.running.execution import Execution

INPUT = ("input_tokens", "cache_read_tokens", "cache_write_tokens", "audio_input_tokens")
OUTPUT = ("output_tokens", "reasoning_tokens", "audio_output_tokens")
TEXT_KINDS = ("chat", "responses", "messages")
MEDIA = ("url", "image_url", "image", "data")  # names in a body under which a picture or a sound lies, or its address
MEDIUM = 20_000  # tokens of a picture or a sound
FRAME = 1000  # tokens that a gateway may add around what is sent
SEARCHES = 10  # of one call
SECONDS = 10  # of a film or a sound where none are asked for
SECOND_OF_SOUND = 1000  # bytes, at the lowest rate in use
ON_ITS_WAY = 1000  # output tokens that a model may have made of a stream that was ended, and that had not come yet
UNSEEN = 300  # of them a second: a model may think without telling
MOST = Decimal(1_000_000)  # US dollars: no budget holds more, and the tables do
Body = dict[str, Any]


def most(card: Card, key: str, call: Call, output: int | None = None) -> Decimal:
    """Effective US dollars; each part whose price or size has no known bound counts as UNPRICED_RUN_USD. `output`: the tokens
    that can have been made, where that is known.
    """
    body = dict(call.data) if call.is_multipart else json.loads(call.text() or "{}")
    sizes = [(meters, output if meters == OUTPUT and output else count) for meters, count in counts(card, key, body, call)]
    parts = [price(meters, count, card) for meters, count in sizes]
    if not card.rates or key in TEXT_KINDS and not {"input_tokens", "output_tokens"} <= {r.meter for r in card.rates}:
        parts.append(None)
    known = sum((part for part in parts if part is not None), Decimal(0))
    return min(pricing.effective(known, settings.TOP_UP_FEE) + parts.count(None) * settings.UNPRICED_RUN_USD, MOST)


def until_now(execution: Execution, seconds: float) -> Decimal | None:
    """The most that a stream of so many seconds can have cost. None for an answer that comes whole: it may be made to its end."""
    exchange, call = execution.exchange, execution.call
    if not execution.begun:
        return Decimal(0)
    if not (exchange.is_event_stream if exchange else call.stream):
        return None
    return most(execution.card, execution.key, call, execution.received + ON_ITS_WAY + UNSEEN * ceil(seconds))


def price(meters: tuple[str, ...], count: Decimal | int | None, card: Card) -> Decimal | None:
    """`count` at the dearest of the meters' prices under any condition; None where something without a bound is charged."""
    dearest = max((rate.amount / METERS[rate.meter].per for rate in card.rates if rate.meter in meters), default=Decimal(0))
    return Decimal(0) if not dearest else None if count is None else dearest * count


def counts(card: Card, key: str, body: Body, call: Call) -> Iterator[tuple[tuple[str, ...], Decimal | int | None]]:
    """How much of each group of meters a call can use at most, None where nobody knows."""
    each = whole(body.get("n")) or 1
    size = len(call.text() or "") + sum(len(value) for _, value in call.data)
    sound = Decimal(sum(len(file.content) for file in call.files)) / SECOND_OF_SOUND or seconds(body)
    yield INPUT, tokens_in(size, body) + MEDIUM * len(call.files)
    yield OUTPUT, tokens_out(card, key, body) * each
    yield ("image_tokens",), MEDIUM * each
    yield ("images", "generations", "requests"), each
    yield ("characters",), size
    yield ("searches",), SEARCHES
    yield ("pages",), None
    yield ("video_seconds",), seconds(body) * each
    yield ("audio_seconds",), sound
    yield ("audio_minutes",), sound / 60


def tokens_in(size: int, body: Body) -> int:
    """No token is shorter than a byte; pictures and sounds have their own measure."""
    found = list(media(body))
    return size - sum(map(len, found)) + MEDIUM * len(found) + FRAME


def media(value: Any, name: str = "") -> Iterator[str]:
    """What a body carries of pictures and sounds, however deep: their bytes as text, or their addresses."""
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from media(entry, key)
    elif isinstance(value, list):
        for entry in value:
            yield from media(entry, name)
    elif isinstance(value, str) and name in MEDIA:
        yield value


def tokens_out(card: Card, key: str, body: Body) -> int:
    """What was asked for, else what the model can do."""
    asked = [count for name in ceilings.names(key, card) if (count := whole(body.get(name)))]
    return max(asked) if asked else card.max_output or (card.context_window if key in TEXT_KINDS else 0) or MEDIUM


def seconds(body: Body) -> Decimal:
    told = body.get("duration")
    return Decimal(str(told)) if isinstance(told, int | float) and told > 0 else Decimal(SECONDS)


def whole(value: Any) -> int | None:
    """A whole number above zero, also as a form's text."""
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 and int(text) else None
