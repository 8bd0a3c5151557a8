"""The operator's ceiling of output tokens (MAX_OUTPUT_TOKENS): the form is bounded by it and filled with it, a raw body is
sent as it is or not at all.
"""

from dataclasses import replace
from typing import Any

from django.conf import settings

from catalog.cards import Card
from catalog.endpoints import form
from catalog.endpoints.parameters import Parameter

NAMES = ("max_completion_tokens", "max_tokens", "max_output_tokens")  # where a body has several, the first counts
CHAT_NAMES = NAMES[:2]  # chat takes either, whichever of them its form has


def fields(key: str, card: Card) -> list[tuple[Parameter, str]]:
    """The endpoint's `form`, its limit of output tokens bounded."""
    return [(bounded(parameter, card) if is_bounded(parameter) else parameter, refused) for parameter, refused in form(key, card)]


def is_bounded(parameter: Parameter) -> bool:
    return bool(settings.MAX_OUTPUT_TOKENS) and parameter.name in NAMES


def bounded(parameter: Parameter, card: Card) -> Parameter:
    most = int(min(filter(None, (settings.MAX_OUTPUT_TOKENS, parameter.maximum, card.max_output))))
    told = f"Blank: {most:,}, the most that this site asks for."
    return replace(parameter, maximum=most, default=most, help=f"{parameter.help} {told}")


def asked(parameter: Parameter, value: Any) -> Any:
    """The value to send: where none was typed, the ceiling."""
    return parameter.maximum if value is None and is_bounded(parameter) else value


def start(typed: dict[str, Any], key: str, card: Card) -> dict[str, Any]:
    """What a newcomer finds in the fields that are bounded: the example's value, or the ceiling."""
    found = [parameter for parameter, _ in fields(key, card) if is_bounded(parameter)]
    return {p.name: p.nearest(typed.get(p.name, p.default)) for p in found}


def names(key: str, card: Card) -> list[str]:
    """What an endpoint calls its limit of output tokens, the form's own name first; nothing where this model takes none."""
    theirs = [parameter.name for parameter, refused in form(key, card) if parameter.name in NAMES and not refused]
    return theirs + [name for name in CHAT_NAMES if key == "chat" and theirs and name not in theirs]


def fault(body: dict[str, Any], key: str, card: Card) -> str:
    """What is wrong with the limit that a raw body sets, or with its setting none, in a sentence, or blank."""
    limit, known = settings.MAX_OUTPUT_TOKENS, names(key, card)
    told = {name: body[name] for name in NAMES if body.get(name) is not None}
    if not limit:
        return ""
    if wrong := next((name for name, value in told.items() if type(value) is not int or value > limit), ""):
        return f"The body's {wrong} must be a whole number of at most {limit:,}: this site asks for no more. Lower it."
    if known and told.keys().isdisjoint(known):
        return f'The body sets no {known[0]}, and this site asks for at most {limit:,} output tokens. Add "{known[0]}": {limit}.'
    return ""
