"""What a run would count and cost, before it is sent: from the request that the form makes, with the prices of its model.

An upper end that nothing states is None: nobody knows it. What is counted of a prompt is in `playground.workbench.prompt`.
"""

import asyncio
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings

from catalog import figures
from catalog.cards import Card, Rate
from catalog.costs import calculator, pricing, tokens
from catalog.costs.pricing import METERS
from catalog.endpoints import ENDPOINTS, transcription
from catalog.endpoints.answers import is_figure
from gateway.call import Call
from playground.bounds import ceilings
from playground.workbench import prompt
from playground.workbench.forms import Submission
from playground.workbench.page import shown_body
from playground.workbench.prompt import Prompt

NEAR = Decimal("0.9")  # of the context window
Usage = dict[str, Decimal]


class Range(NamedTuple):
    """US dollars on one basis; a `low` or `high` of None is not known."""

    basis: str
    low: Decimal | None
    high: Decimal | None


@dataclass(frozen=True)
class Estimate:
    """`low` and `high` count each meter that the model is paid by; a meter without a `high` has no known upper end."""

    card: Card
    key: str
    prompt: Prompt
    encoding: str
    tokens: int  # of the prompt
    asked: int | None  # output tokens that the request allows
    low: Usage
    high: dict[str, Decimal | None]
    rates: tuple[Rate, ...]  # the prices that apply, the meters' own order

    @property
    def exact(self) -> bool:
        """Whether the texts are counted as the model itself counts them."""
        return tokens.encoding_of(self.card) == self.encoding and not self.prompt.is_cut

    @property
    def reads(self) -> bool:
        """Whether it matters how many tokens the prompt has."""
        return self.talks or "input_tokens" in self.low

    @property
    def talks(self) -> bool:
        """Whether prompt and answer share one context window."""
        return ENDPOINTS[self.key].MODALITY == "chat"

    @property
    def counts(self) -> list[str]:
        """`about 41 tokens in`, `up to 1,024 out`: each meter in words."""
        return [self.counted(meter) for meter in self.low]

    def counted(self, meter: str) -> str:
        low, high = self.low[meter], self.high[meter]
        if self.talks and meter in ("input_tokens", "output_tokens"):
            return talked(low, high, meter)
        if high is None:
            return f"{meter.replace('_', ' ')} not known before the run"
        exactly = meter != "input_tokens" and low == high
        return f"{'' if exactly else 'about ' if low == high else 'up to '}{figures.counted(float(high), meter)}"

    @property
    def missing(self) -> list[str]:
        """The meters that no source states a price for."""
        known = {rate.meter for rate in self.rates}
        return [METERS[meter].label.lower() for meter in self.low if meter not in known]

    @property
    def free(self) -> bool:
        return not self.missing and all(rate.free for rate in self.rates if rate.meter in self.low)

    @property
    def ranges(self) -> list[Range]:
        """What it costs on either basis; none where a price is missing, or nothing is known before the run."""
        low, high = pricing.cost(self.low, self.rates), self.highest
        if self.missing or (low is None and high is None):
            return []
        return [Range("list", low, high), Range("effective", effective(low), effective(high))]

    @property
    def highest(self) -> Decimal | None:
        known = {meter: count for meter, count in self.high.items() if count is not None}
        return pricing.cost(dearest(known, self.rates), self.rates) if len(known) == len(self.high) else None

    @property
    def used(self) -> int:
        """Tokens of the context window that the prompt and the answer that was asked for take."""
        return self.tokens + (self.asked or 0)

    @property
    def room(self) -> str:
        """How the context window does: `fits`, `near` its end, `over` it; blank where there is none, or it is not known."""
        window = self.card.context_window
        if not self.talks or not window:
            return ""
        return "over" if self.used > window else "near" if self.used >= window * NEAR else "fits"

    @property
    def near_from(self) -> int:
        return int((self.card.context_window or 0) * NEAR)


async def estimated(found: Submission) -> Estimate | None:
    """The estimate of one form; None while it makes no request."""
    if found.card is None or found.call is None:
        return None
    body = shown_body(found.call)
    asked, encoding = prompt.read(found.key, body), tokens.best_for([found.card])
    return estimate(found.card, found.key, found.call, body, asked, await prompt.count(asked, encoding))


async def estimates(forms: list[Submission]) -> list[Estimate | None]:
    """One for each form, as for models side by side."""
    return list(await asyncio.gather(*map(estimated, forms)))


def estimate(card: Card, key: str, call: Call, body: dict[str, Any], asked: Prompt, count: int) -> Estimate:
    """The estimate of a request whose prompt has `count` tokens."""
    module, limit = ENDPOINTS[key], longest(body)
    meters = calculator.way(card, module.MODALITY)
    known = fixed(key, call, body) | {"input_tokens": Decimal(count), **sounds(asked)}
    low = {meter: known.get(meter, Decimal(0)) for meter in meters}
    high: dict[str, Decimal | None] = {meter: known.get(meter) for meter in meters}
    if "output_tokens" in meters:
        high["output_tokens"] = answers(card, limit, body)
    rates = applying(card, body, count)
    priced = {meter: known[meter] for meter in sounds(asked) if any(rate.meter == meter for rate in rates)}
    encoding = tokens.best_for([card])
    return Estimate(card, key, asked, encoding, count, limit, low | priced, high | priced, rates)


def fixed(key: str, call: Call, body: dict[str, Any]) -> Usage:
    """What is certain before the run, as the endpoint itself counts it."""
    found = {meter: count for meter, count in ENDPOINTS[key].usage(body, None).items() if is_figure(count) and count > 0}
    if ENDPOINTS[key].MODALITY in ("image", "image_edit"):
        found["images"] = whole(body.get("n")) or 1
    if key == "transcription" and (seconds := heard(call)):
        found["audio_minutes"] = round(seconds / 60, 6)
    return {meter: Decimal(str(count)) for meter, count in found.items()}


def heard(call: Call) -> float | None:
    """Seconds of a WAV that is to be sent: no other file says before it is heard how long it is."""
    sent = next((file.content for file in call.files if file.content[:4] == b"RIFF"), b"")
    return transcription.duration(sent) if sent else None


def sounds(asked: Prompt) -> Usage:
    return {"audio_input_tokens": Decimal(sum(asked.sounds))} if asked.sounds else {}


def longest(body: dict[str, Any]) -> int | None:
    """The longest answer that the request allows, in tokens."""
    return next(filter(None, (whole(body.get(name)) for name in ceilings.NAMES)), None)


def whole(value: Any) -> int | None:
    """A count of at least 1 that was typed; a multipart form has it as text."""
    number = int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 12 else value
    return number if isinstance(number, int) and is_figure(number) and number > 0 else None


def answers(card: Card, limit: int | None, body: dict[str, Any]) -> Decimal | None:
    """The most output tokens of all answers together; None where neither the request nor the model has a limit."""
    most = min(filter(None, (limit, card.max_output)), default=None)
    return most and Decimal(most) * (whole(body.get("n")) or 1)


def applying(card: Card, body: dict[str, Any], count: int) -> tuple[Rate, ...]:
    """The prices of a prompt of that size: those of the picture's or video's size where the body names one that has its own."""
    found = pricing.applying(card.rates, count, named=pricing.sizes(body))
    return tuple(replace(rate, condition="") for rate in found.values())


def dearest(usage: Usage, rates: tuple[Rate, ...]) -> Usage:
    """The usage at its most expensive: where reasoning is dearer than the answer, an answer that is all reasoning."""
    amounts = {rate.meter: rate.amount for rate in rates}
    if "output_tokens" in usage and amounts.get("reasoning_tokens", 0) > amounts.get("output_tokens", 0):
        return usage | {"reasoning_tokens": usage["output_tokens"]}
    return usage


def effective(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else pricing.effective(amount, settings.TOP_UP_FEE)


def talked(low: Decimal, high: Decimal | None, meter: str) -> str:
    if meter == "input_tokens":
        return f"about {low:,} token{'' if low == 1 else 's'} in"
    return "no upper limit known for what comes out" if high is None else f"up to {high:,} out"
