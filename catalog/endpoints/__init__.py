"""The registry of endpoints: everything that is known about a way to call a model comes from here.

An endpoint is one module of this folder. It states

    MODALITY    the kind of model it serves             LABEL, BADGE  "Speech", "tts"
    PATH        "/audio/speech", relative to the gateway's base URL
    SUMMARY     one sentence: what goes in, what comes out
    METERS      the prices that make sense, the headline first

and, once the playground can run it,

    PARAMETERS  tuple of `Parameter`: the form, the JSON Schema and the docs table
    RESPONSE_TYPE               content type of a whole answer
    SDK         how the official SDKs name the call, for snippets (only where they have it); `demands` are arguments that they
                insist on, though not every model takes them
    ALTERNATIVES                sets of meters, of which the first that a model prices gives the cost (only where several
                                measure the same thing)
    EXAMPLE     the documented request body, without the model
    QUICKSTART  a shorter one for snippets (only where there is one)
    call(model, data) -> Call   the request for the form's `data` (only where it is not simply JSON of the parameters)
    reply(body) -> dict | Media | Iterator[dict]   what the sandbox answers; the same for the same body
    usage(request, response) -> {meter: count}     both the parsed JSON bodies, or None where not JSON
    output(response) -> str | None      the text of a JSON answer (only where there is one)
    HEADERS     of a request, beside the usual ones
    REQUEST_TYPE  "multipart/form-data" where the request is no JSON
    PLAIN_TYPES types of answers that are the output itself (only where some are)
    JOB         the answer is a job, see `jobs`                NAMED_EVENTS  streamed events carry their type as name
    view(request, response) -> dict     context of templates/playground/<key>.html (only where it needs more than text)
    files(response) -> [bytes]          what a JSON answer carries as base64 (only where it does)
    plain_files(text) -> [bytes]        files made of an answer of PLAIN_TYPES (only where some are)
    delta(event) -> str, whole(events) -> dict     text of one streamed event, and a whole stream (only where it streams)
    thought(event) -> str               the reasoning that a streamed event adds (only where models show theirs)
    assembled(events) -> dict           a whole stream in the shape of a JSON answer (where it streams)

`model` is a `catalog.cards.Card`. Adding an endpoint: the module, its line in `MODULES`, one template, one test.
"""

from collections.abc import Iterable
from dataclasses import replace
from types import ModuleType
from typing import Any

from django.conf import settings

from catalog.endpoints import (
    chat,
    classification,
    detection,
    embedding,
    image,
    image_edit,
    messages,
    model_3d,
    moderation,
    music,
    ocr,
    rerank,
    responses,
    speech,
    transcription,
    translation,
    video,
)
from catalog.endpoints.parameters import FILES, Parameter, fill, for_model, plainly_named, suited
from catalog.vocabulary import CAPABILITIES, KINDS
from gateway.call import Call

MODULES = (
    chat, responses, messages, image, image_edit, video, speech, transcription, music, model_3d,
    embedding, rerank, moderation, translation, classification, detection, ocr,
)  # fmt: skip

ENDPOINTS: dict[str, ModuleType] = {module.__name__.rpartition(".")[2]: module for module in MODULES}
BY_PATH: dict[str, str] = {module.PATH: key for key, module in ENDPOINTS.items()}


def form(key: str, model: Any) -> list[tuple[Parameter, str]]:
    """The endpoint's parameters as this model has them, each with why it is not sent, in half a sentence, or blank."""
    found = for_model(ENDPOINTS[key].PARAMETERS, model.parameters)
    if any(p.carries in (model.input_kinds or ()) for p, refused in found if not refused):
        found = [by_input(p, refused, model) for p, refused in found]
    return [(p, refused or lacking(p, model)) for p, refused in found]


def by_input(parameter: Parameter, refused: str, model: Any) -> tuple[Parameter, str]:
    """A parameter of a model whose kinds of input are known: needed where it carries the only one, else only where it can be.

    What may be left out anyway stays, since sources differ on what else a model takes; so does a file, which is what its
    endpoint is about.
    """
    if model.input_kinds == (parameter.carries,):
        return replace(parameter, required=True), refused
    unfit = parameter.required and parameter.kind not in FILES and parameter.carries not in ("", *model.input_kinds)
    if unfit:
        return replace(parameter, required=False), refused or f"this model takes no {KINDS[parameter.carries].lower()}"
    return parameter, refused


def lacking(parameter: Parameter, model: Any) -> str:
    """Why a model without the capability that a parameter needs is not sent it; blank where it has it, or nobody knows."""
    if not parameter.needs or model.capabilities.get(parameter.needs) is not False:
        return ""
    return f"this model has no {CAPABILITIES[parameter.needs].lower()}"


def example(key: str, model: Any) -> dict[str, Any]:
    """The documented request body for this model."""
    return documented_body(key, model, ENDPOINTS[key].EXAMPLE)


def quickstart(key: str, model: Any) -> dict[str, Any]:
    """The body that snippets show: shorter than the example where the module has a shorter one."""
    module = ENDPOINTS[key]
    return documented_body(key, model, getattr(module, "QUICKSTART", module.EXAMPLE))


def documented_body(key: str, model: Any, data: dict[str, Any]) -> dict[str, Any]:
    """Example data as this model takes it: its names, choices, bounds and kinds of input."""
    fitting = suited(ENDPOINTS[key].PARAMETERS, model.parameters, data)
    for parameter, refused in form(key, model):
        if parameter.required and parameter.kind == "string" and parameter.sample and not refused:
            fitting[parameter.name] = f"{settings.SITE_URL}/samples/{parameter.sample}"
    return body(key, model, fitting)


def body(key: str, model: Any, data: dict[str, Any]) -> dict[str, Any]:
    """A request body: what `data`, under the model's own names, holds of the parameters that this model accepts."""
    taken = {parameter.name for parameter, refused in form(key, model) if not refused}
    fitting = {name: value for name, value in data.items() if name in taken}
    return fill({"model": model.upstream_id}, ENDPOINTS[key].PARAMETERS, model.parameters, fitting)


def understood(key: str, model: Any, sent: dict[str, Any]) -> dict[str, Any]:
    """A request body for this model under the names that the endpoint's own module reads.

    What the endpoint needs and this model is not sent is as in the example.
    """
    module, changes = ENDPOINTS[key], model.parameters
    needed = {p.name for p in module.PARAMETERS if p.required} & set(changes.get("reject", ()))
    return {name: module.EXAMPLE[name] for name in needed} | plainly_named(module.PARAMETERS, changes, sent)


def call(key: str, model: Any, data: dict[str, Any]) -> Call:
    """The request that a form's `data` makes; blanks are left out of `data`."""
    module = ENDPOINTS[key]
    if hasattr(module, "call"):
        return module.call(model, data)
    found = body(key, model, data)
    return Call(module.PATH, json=found, stream=bool(found.get("stream")), headers=headers(key))


def headers(key: str) -> tuple[tuple[str, str], ...]:
    """What an endpoint's requests carry beside the usual headers."""
    return getattr(ENDPOINTS[key], "HEADERS", ())


def native(modality: str | None) -> list[str]:
    """The endpoint keys that a model of this modality answers when no source says more; none for an unknown one."""
    return [modality] if modality in ENDPOINTS else []


def known(keys: Iterable[str]) -> list[str]:
    """`keys` without those that this registry does not have."""
    return [key for key in keys if key in ENDPOINTS]


def can_run(key: str) -> bool:
    """Whether the playground and the sandbox know how to run this endpoint yet."""
    return hasattr(ENDPOINTS.get(key), "PARAMETERS")


def streams(key: str) -> bool:
    return hasattr(ENDPOINTS.get(key), "delta")
