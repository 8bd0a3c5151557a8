"""What a visitor sent to be run: read from the form's fields or a raw JSON body, checked, and told what is wrong."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from catalog.cards import Card
from catalog.endpoints import ENDPOINTS, call, can_run, example, form, headers, streams
from catalog.endpoints.uploads import filled
from catalog.errors import TRIED
from catalog.snapshot import Snapshot
from gateway.call import Call
from playground.bounds import ceilings
from playground.models import Preset
from playground.workbench import conversation, fields, variables
from playground.workbench.checks import SHOWN_DEPTH, deep, finite, where

# What the form sends beside the parameters.
OWN_FIELDS = {
    "model", "endpoint", "csrfmiddlewaretoken", "sandbox_error", "role", "content", "message", "preset_name", "next_model",
    "next_endpoint", "share",
}  # fmt: skip
MOST_STRANGERS = 20
MAX_BODY = 3 * 1024 * 1024  # characters of a request body
TOO_DEEP = f"The body is nested too deep: at most {SHOWN_DEPTH} levels are sent."


@dataclass
class Submission:
    """One attempt to run something: `typed` and `body` give the form back as it was, `errors` is `{field: sentence}`.

    `left_out` names what the form did not send, each with its reason. `resumed` is a conversation that waits for its next
    message; `named` the model that was asked for and not found; `preset` where the form comes from; `share` the shared run that
    the answer is held against. `variables` are filled into the texts of `typed` to make `call`, which is None as long as there
    are errors.
    """

    card: Card | None = None
    key: str = ""
    typed: dict[str, Any] = field(default_factory=dict)
    body: str | None = None
    sandbox_error: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    left_out: list[dict[str, str]] = field(default_factory=list)
    resumed: bool = False
    named: str = ""
    share: str = ""
    variables: dict[str, str] = field(default_factory=dict)
    preset: Preset | None = None
    call: Call | None = None


def start(card: Card, key: str) -> Submission:
    """The form as a newcomer finds it: the endpoint's example, streamed where that works."""
    body = example(key, card) if can_run(key) else {}
    typed = {name: value for name, value in body.items() if name != "model"}
    typed |= ceilings.start(typed, key, card) if can_run(key) else {}
    typed |= {"stream": True} if streams(key) else {}
    found = Submission(card, key, typed)
    found.call = call(key, card, filled(typed)) if can_run(key) else None
    return found


def read(post: QueryDict, files: MultiValueDict, now: Snapshot) -> Submission:
    """The submission of a POST: `model`, `endpoint`, then `body` or the endpoint's fields and uploaded files."""
    found = Submission(now.find(post.get("model", "").strip()), post.get("endpoint", "").strip())
    if found.card is None:
        found.named = named = post.get("model", "").strip()
        found.errors["model"] = f"No model is called “{named[:200]}”. Choose one of the list." if named else "Choose a model."
        return found
    found.share = post.get("share", "")[:50]
    choose_endpoint(found)
    read_sandbox_error(found, post)
    if found.errors:
        return found
    if "body" in post and not hasattr(ENDPOINTS[found.key], "REQUEST_TYPE"):
        read_body(found, post["body"])
    else:
        read_fields(found, post, files)
    return found


def choose_endpoint(found: Submission) -> None:
    assert found.card is not None
    found.key = found.key or next(iter(found.card.endpoints), "")
    if found.key not in found.card.endpoints:
        answers = ", ".join(found.card.endpoints) or "nothing that is known"
        found.errors["endpoint"] = f"{found.card.slug} does not answer “{found.key[:40]}”. It answers {answers}."
    elif not can_run(found.key):
        found.errors["endpoint"] = f"{ENDPOINTS[found.key].LABEL} cannot be tried here yet."
    elif found.card.served is False:
        found.errors["model"] = f"{found.card.slug} is not served by this gateway, so it cannot be run here."


def read_sandbox_error(found: Submission, post: QueryDict) -> None:
    """The error to try, which only the sandbox knows how to make."""
    found.sandbox_error = post.get("sandbox_error", "").strip()
    if not found.sandbox_error:
        return
    if settings.GATEWAY_URL:
        found.errors["sandbox_error"] = "Errors can be tried on the sandbox only, and this site calls a real gateway."
    elif found.sandbox_error not in map(str, TRIED):
        found.errors["sandbox_error"] = f"Choose one of {', '.join(map(str, TRIED))}."


def read_body(found: Submission, text: str) -> None:
    """A raw JSON body is sent as it is, once it is sure which model it goes to."""
    assert found.card is not None
    found.body = text
    parsed, wrong = read_object(text)
    found.typed = fields_of(parsed, found) if parsed else start(found.card, found.key).typed
    if wrong := wrong or other_model(found.card, parsed) or ceilings.fault(parsed, found.key, found.card):
        found.errors["body"] = wrong
    else:
        found.call = headed(found, as_sent(found, parsed))


def read_object(text: str) -> tuple[dict[str, Any], str]:
    """The JSON object of a body, or what is wrong with it."""
    if len(text) > MAX_BODY:
        return {}, f"The body has {len(text):,} characters; at most {MAX_BODY:,} are sent. Shorten it."
    try:
        parsed = json.loads(text, parse_float=finite, parse_constant=finite)
    except RecursionError:
        return {}, TOO_DEEP
    except ValueError as error:
        return {}, f"The body is not valid JSON{where(error)}. Correct it and run again."
    if not isinstance(parsed, dict):
        return {}, "The body must be a JSON object, in curly brackets."
    return ({}, TOO_DEEP) if deep(parsed, SHOWN_DEPTH) else (parsed, "")


def other_model(card: Card, parsed: dict[str, Any]) -> str:
    """What is wrong with the model that a body names, blank where it is the chosen one or none."""
    named = parsed.get("model", card.slug)
    if named in (card.slug, card.upstream_id):
        return ""
    return f"The body's model is “{str(named)[:200]}”, but {card.slug} was chosen. Make them the same."


def fields_of(body: dict[str, Any], found: Submission) -> dict[str, Any]:
    """What the form shows of a body beside it: the part of it that has a field."""
    return {p.name: body[p.name] for p, _ in form(found.key, found.card) if p.name in body}


def as_sent(found: Submission, parsed: dict[str, Any]) -> Call:
    """The body as it is; only a body that names no model gets one, since nothing could answer it."""
    assert found.card is not None
    facts = {"path": ENDPOINTS[found.key].PATH, "stream": bool(parsed.get("stream")), "headers": headers(found.key)}
    if "model" in parsed:
        return Call(body=found.body, **facts)
    return Call(json={"model": found.card.upstream_id} | parsed, **facts)


def headed(found: Submission, call: Call) -> Call:
    """The call with the header that asks the sandbox for an error."""
    return replace(call, headers=(*call.headers, ("x-sandbox-error", found.sandbox_error))) if found.sandbox_error else call


def read_fields(found: Submission, post: QueryDict, files: MultiValueDict) -> None:
    for parameter, refused in ceilings.fields(found.key, found.card):
        if refused:
            # What neither the example nor the visitor has would not have been sent to any model.
            if parameter.name in ENDPOINTS[found.key].EXAMPLE or post.get(parameter.name):
                found.left_out.append({"name": parameter.name, "reason": refused})
            continue
        value, error = fields.read(parameter, found.card, post, files)
        found.typed[parameter.name] = ceilings.asked(parameter, value)
        if error:
            found.errors[parameter.name] = error
    found.left_out += [{"name": name, "reason": reason} for name, reason in strangers(found, post).items()]
    found.variables = variables.asked(post)
    found.errors |= fields.disagreement(found.typed) | variables.faults(found.typed, found.variables)
    if not found.errors:
        fill_in(found)


def fill_in(found: Submission) -> None:
    """Makes the call of what was typed, its variables filled in."""
    assert found.card is not None
    data = {name: value for name, value in found.typed.items() if value not in (None, "", [])}
    data = variables.filled(data, found.variables)
    found.errors |= fields.too_long([p for p, _ in form(found.key, found.card)], data)
    if not found.errors:
        found.call = headed(found, call(found.key, found.card, data))


def as_far_as_right(found: Submission) -> Call | None:
    """The request of a form that was refused, without the fields that are wrong."""
    if found.card is None or found.body is not None or not can_run(found.key) or found.key not in found.card.endpoints:
        return None
    right = {name: value for name, value in found.typed.items() if value not in (None, "", []) and name not in found.errors}
    return call(found.key, found.card, variables.filled(right, variables.given(found.variables)))


def strangers(found: Submission, post: QueryDict) -> dict[str, str]:
    """Fields that came with something in them and have no place in the request: `{name: why}`."""
    theirs = {parameter.name for parameter, _ in form(found.key, found.card)}
    renamed = found.card.parameters.get("rename", {})
    asked = [name for name in post if post[name].strip() and name.removesuffix("_schema").removesuffix("_sample") not in theirs]
    named = [name for name in asked if name not in OWN_FIELDS and not name.startswith((*conversation.EXTRAS, variables.PREFIX))]
    unknown = "this endpoint has no such parameter"
    return {n: f"this model calls it {renamed[n]}" if n in renamed else unknown for n in named[:MOST_STRANGERS]}
