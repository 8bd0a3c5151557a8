"""The configured gateway: what it lists, and what it tells beside that where it does. Asks, and reads what any gateway says.

Only the list must be there. LiteLLM's `/model/info`, the vocabulary of abilities, the health of providers and the balance
are asked for once each; how single models are called, only of a gateway that answers the first such question, for models
whose kind the list does not say, and for fifty at most.
"""

import asyncio
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from django.conf import settings

from catalog.sources import gateway_entry
from catalog.sources.checks import checked
from catalog.sources.fetching import Unreadable, parsed, read_json
from catalog.sources.gateway_entry import NoModel
from catalog.sources.rows import Refusal, Row
from gateway.call import Call
from gateway.client import Gateway
from gateway.errors import GatewayError
from gateway.wire import Limits

KEY = "gateway"
URL = None
LIMITS = Limits(first_byte=30, idle=30, total=60)
BESIDE = {"info": "/model/info", "capabilities": "/capabilities", "health": "/health/providers", "balance": "/balance"}
MOST_PAGES = 100
MOST_SCHEMAS, AT_ONCE = 50, 4


def fetch(place: str | None) -> dict[str, Any]:
    """`{"host", "models", "info", "schemas", …}` of the gateway, or of a file that holds its list. Raises GatewayError."""
    if place:
        answer = read_json(place)
        return answer if isinstance(answer, dict) and "host" in answer else {"host": "", "models": entries(answer)}
    if not settings.GATEWAY_URL:
        raise Unreadable("No gateway is configured: set GATEWAY_URL.")
    return asyncio.run(ask())


async def ask() -> dict[str, Any]:
    gateway = Gateway(settings.GATEWAY_URL, settings.GATEWAY_KEY, limits=LIMITS)
    try:
        models = await listed(gateway)
        beside = await asyncio.gather(*(where_told(gateway, path) for path in BESIDE.values()))
        told = dict(zip(BESIDE, beside, strict=True))
        return {"host": urlsplit(gateway.base_url).netloc, "models": models, **told, "schemas": await schemas(gateway, models)}
    finally:
        await gateway.aclose()


async def listed(gateway: Gateway) -> list[Any]:
    """The whole list, page by page. A part of it would look as if the rest were served no longer, so it is all or an error."""
    found: list[Any] = []
    path = "/models"
    for _ in range(MOST_PAGES):
        answer = await read(gateway, path)
        page = entries(answer)
        found += page
        if not (isinstance(answer, dict) and answer.get("has_more") is True and page):
            return found
        after = answer.get("last_id") or gateway_entry.id_of(page[-1])
        path = f"/models?{urlencode({'after': after})}"
    raise GatewayError("too_large", f"The gateway's list of models has more than {MOST_PAGES} pages.")


def entries(answer: Any) -> list[Any]:
    found = answer.get("data", answer.get("models")) if isinstance(answer, dict) else answer
    if not isinstance(found, list):
        raise GatewayError("bad_response", "The gateway's answer holds no list of models.")
    return found


async def read(gateway: Gateway, path: str) -> Any:
    exchange = await gateway.send(Call(path, method="GET"))
    try:
        return parsed(exchange.body)
    except (ValueError, RecursionError):
        raise GatewayError("bad_response", "The gateway's answer is not valid JSON.", exchange.status) from None


async def where_told(gateway: Gateway, path: str) -> Any:
    """What a gateway says beside its list, None where it does not: most have none of it."""
    try:
        return await read(gateway, path)
    except GatewayError:
        return None


async def schemas(gateway: Gateway, models: list[Any]) -> dict[str, Any]:
    """How models are called whose kind the list does not say. One is asked first: most gateways cannot tell."""
    unsaid = [gateway_entry.id_of(entry) for entry in models if not gateway_entry.kind_stated(entry)]
    names = [name for name in unsaid if name and isinstance(name, str)]
    first, rest = names[:1], names[1:MOST_SCHEMAS]
    found = {name: await schema(gateway, name) for name in first}
    if not any(found.values()):
        return {}
    turn = asyncio.Semaphore(AT_ONCE)

    async def in_turn(name: str) -> Any:
        async with turn:
            return await schema(gateway, name)

    return found | dict(zip(rest, await asyncio.gather(*map(in_turn, rest)), strict=True))


async def schema(gateway: Gateway, name: str) -> Any:
    try:
        return await where_told(gateway, f"/models/{quote(name, safe='/:@')}/schema")
    except ValueError:  # an id such as "../x" is no path
        return None


def translate(raw: dict[str, Any], as_of: str) -> tuple[list[Row], list[Refusal]]:
    """A row for every model that is listed, or a refusal of it; one that is listed twice counts once. Guesses are rows apart."""
    refusals: list[Refusal] = []
    rows: dict[str, Row] = {}
    guesses: list[Row] = []
    raw = raw | {"answers": gateway_entry.answers(raw.get("capabilities"))}
    for entry in told_apart(raw):
        try:
            row = gateway_entry.row(entry, raw, as_of, refusals)
        except NoModel as wrong:
            refusals.append(Refusal(str(gateway_entry.id_of(entry) or "")[:200], "model", str(wrong)))
            continue
        if rows.setdefault(row.upstream_id, row) is not row:
            refusals.append(Refusal(row.slug, "alias", "the gateway lists it twice"))
        elif guess := gateway_entry.guessed(row, entry, as_of):
            guesses.append(guess)
    return [sound for row in (*rows.values(), *guesses) if (sound := checked(row, refusals))], refusals


def told_apart(raw: dict[str, Any]) -> Iterator[Any]:
    """The entries, each with what LiteLLM says of the model behind the name."""
    info = gateway_entry.infos(raw.get("info"))
    for entry in raw["models"]:
        told = info.get(str(gateway_entry.id_of(entry)))
        yield entry if told is None or not isinstance(entry, dict) else {**entry, "model_info": told}
