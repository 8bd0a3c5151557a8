"""The registry of endpoints: everything that is known about a way to call a model comes from here.

An endpoint is one module of this folder. It states

    MODALITY    the kind of model it serves             LABEL, BADGE  "Speech", "tts"
    PATH        "/audio/speech", relative to the gateway's base URL
    SUMMARY     one sentence: what goes in, what comes out
    METERS      the prices that make sense, the headline first

and, once the playground can run it,

    PARAMETERS  tuple of `Parameter`: the form, the JSON Schema and the docs table
    SDK         how the official SDKs name the call, for snippets
    RESPONSE_TYPE               content type of a whole answer
    example(model) -> dict      the documented request body
    call(model, data) -> Call   the request for the form's `data` ({name: value}, blanks left out)
    reply(body) -> dict | Media | Iterator[dict]   what the sandbox answers; the same for the same body
    result(exchange) -> dict    context of templates/playground/<key>.html
    usage(request, response) -> {meter: count}     both the parsed JSON bodies, or None where not JSON
    delta(event) -> str         text of one streamed event (only where it streams)

`model` is a `catalog.snapshot.Card`. Adding an endpoint: the module, its line in `MODULES`, one template, one test.
"""

from collections.abc import Iterable
from types import ModuleType

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

MODULES = (
    chat, responses, messages, image, image_edit, video, speech, transcription, music, model_3d,
    embedding, rerank, moderation, translation, classification, detection, ocr,
)  # fmt: skip

ENDPOINTS: dict[str, ModuleType] = {module.__name__.rpartition(".")[2]: module for module in MODULES}
BY_PATH: dict[str, str] = {module.PATH: key for key, module in ENDPOINTS.items()}


def native(modality: str | None) -> list[str]:
    """The endpoint keys that a model of this modality answers when no source says more; none for an unknown one."""
    return [modality] if modality in ENDPOINTS else []


def known(keys: Iterable[str]) -> list[str]:
    """`keys` without those that this registry does not have."""
    return [key for key in keys if key in ENDPOINTS]


def can_run(key: str) -> bool:
    """Whether the playground and the sandbox know how to run this endpoint yet."""
    return hasattr(ENDPOINTS.get(key), "call")


def streams(key: str) -> bool:
    return hasattr(ENDPOINTS.get(key), "delta")
