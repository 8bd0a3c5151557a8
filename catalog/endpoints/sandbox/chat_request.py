"""What a chat request asks for besides its messages, checked: how many answers, in which form, with what beside them."""

from dataclasses import dataclass, field
from typing import Any

from catalog.endpoints.answers import Refused
from catalog.endpoints.sandbox import tool_calls
from catalog.endpoints.sandbox.conformance import Steps
from catalog.endpoints.sandbox.conversation import Messages, checked

MAX_CHOICES, MAX_TOP, MAX_STOPS = 8, 20, 4
EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh")
FORMATS = ("text", "json_object", "json_schema")


@dataclass(frozen=True, slots=True)
class Request:
    """`form` is text, json_object or json_schema; `top` is None where no log probabilities are asked for; `steps` is what
    all its schemas together may take.
    """

    body: dict[str, Any]
    messages: Messages
    functions: list[tool_calls.Function]
    form: str
    schema: Any
    count: int
    top: int | None
    effort: str
    limit: Any
    steps: Steps = field(default_factory=Steps)


def read(body: dict[str, Any]) -> Request:
    """Raises Refused naming the field, the limit and the way out."""
    messages, functions = checked(body), tool_calls.functions(body)
    tool_calls.chosen(body, functions)
    form, schema = asked_form(body.get("response_format"))
    check_stop(body.get("stop"))
    return Request(
        body, messages, functions, form, schema, whole(body, "n", 1, MAX_CHOICES) or 1, asked_top(body), asked_effort(body),
        body.get("max_completion_tokens", body.get("max_tokens")),
    )  # fmt: skip


def whole(body: dict[str, Any], name: str, least: int, most: int) -> int | None:
    value = body.get(name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most):
        raise Refused(f"{name} must be a whole number from {least} to {most}.", name)
    return value


def asked_top(body: dict[str, Any]) -> int | None:
    """How many likely tokens to list for each one, or None where log probabilities are not asked for."""
    wanted, top = body.get("logprobs"), whole(body, "top_logprobs", 0, MAX_TOP)
    if wanted is not None and not isinstance(wanted, bool):
        raise Refused("logprobs must be true or false.", "logprobs")
    if top is not None and not wanted:
        raise Refused("top_logprobs is allowed only where logprobs is true. Set logprobs, or leave it out.", "top_logprobs")
    return (top or 0) if wanted else None


def asked_effort(body: dict[str, Any]) -> str:
    """The effort of reasoning, blank where none is asked for."""
    effort = body.get("reasoning_effort")
    if effort is not None and (not isinstance(effort, str) or effort not in EFFORTS):
        raise Refused(f"reasoning_effort must be one of {', '.join(EFFORTS)}.", "reasoning_effort")
    return "" if effort in (None, "none") else effort


def asked_form(wanted: Any) -> tuple[str, Any]:
    """`(type, schema)` of the response format."""
    if wanted is None:
        return "text", None
    if not isinstance(wanted, dict) or wanted.get("type") not in FORMATS:
        raise Refused(f"response_format must be an object whose type is one of {', '.join(FORMATS)}.", "response_format")
    return wanted["type"], named_schema(wanted) if wanted["type"] == "json_schema" else None


def named_schema(wanted: dict[str, Any]) -> Any:
    named = wanted.get("json_schema")
    if not isinstance(named, dict) or not isinstance(named.get("name"), str):
        where = "response_format.json_schema"
        raise Refused(f"{where} must be an object with a name and a schema.", where)
    if "schema" not in named:
        where = "response_format.json_schema.schema"
        raise Refused(f"{where} is missing: give the JSON Schema that the answer must fit.", where)
    return named["schema"]


def check_stop(stop: Any) -> None:
    if isinstance(stop, list) and len(stop) > MAX_STOPS:
        raise Refused(f"stop has {len(stop)} texts; at most {MAX_STOPS} are taken.", "stop")
