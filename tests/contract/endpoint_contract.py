"""What a module of `catalog/endpoints` must have before it may be listed: its docstring there, as a check."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
from django.template import TemplateDoesNotExist
from django.template.loader import get_template

from catalog.costs.pricing import METERS, PART_OF
from catalog.endpoints import ENDPOINTS
from catalog.endpoints.answers import Media
from catalog.endpoints.parameters import FILES, TYPES, Parameter, object_schema
from catalog.endpoints.uploads import MAKERS, filled
from catalog.vocabulary import CAPABILITIES, MODALITIES

DATA = Path(__file__).parent.parent / "data"
PATHS = [line for line in (DATA / "gateway-paths.txt").read_text("utf-8").splitlines() if line.startswith("/")]
WORDS = ("MODALITY", "LABEL", "BADGE", "SUMMARY", "PATH", "RESPONSE_TYPE")
REQUIRED = (*WORDS, "METERS", "PARAMETERS", "EXAMPLE", "reply", "usage")
PAIRS = {"delta": "whole", "whole": "delta", "assembled": "delta", "thought": "delta", "REQUEST_TYPE": "call"}
SDK_NEEDS = {"python", "typescript"}
STREAM_NEEDS = {"python_stream", "typescript_stream"}


def shortcomings(key: str, module: Any) -> list[str]:
    """What a module of this name lacks, in sentences; the later checks only where the earlier ones found nothing."""
    missing = [f"{key} lacks {name}." for name in REQUIRED if not hasattr(module, name)]
    checks = (facts, parameters, examples, extras, answers)
    return missing or next(filter(None, (list(check(key, module)) for check in checks)), [])


def facts(key: str, module: Any) -> Iterator[str]:
    yield from (f"{key}: {name} is no text." for name in WORDS if not str(getattr(module, name) or "").strip())
    if module.MODALITY not in MODALITIES or module.MODALITY not in ENDPOINTS:
        yield f"{key}: MODALITY {module.MODALITY!r} is none of vocabulary.MODALITIES."
    if module.PATH not in PATHS:
        yield f"{key}: PATH {module.PATH!r} is in no document of the gateway (tests/data/gateway-paths.txt)."
    if not module.METERS or set(module.METERS) - METERS.keys():
        yield f"{key}: METERS {module.METERS!r} are not all in pricing.METERS."
    try:
        get_template(f"playground/{key}.html")
    except TemplateDoesNotExist:
        yield f"{key} has no templates/playground/{key}.html."


def parameters(key: str, module: Any) -> Iterator[str]:
    declared: tuple[Parameter, ...] = module.PARAMETERS
    names = [parameter.name for parameter in declared]
    yield from (f"{key}: {name} is declared twice." for name in set(names) if names.count(name) > 1)
    for p in declared:
        if p.kind not in TYPES or (p.kind == "choice" and not p.choices):
            yield f"{key}: {p.name} is of the kind {p.kind!r} with the choices {p.choices!r}."
        if not p.label.strip() or (p.sample and p.sample not in MAKERS) or (p.needs and p.needs not in CAPABILITIES):
            yield f"{key}: {p.name} has no label, an unknown sample or an unknown need."
        if p.kind in FILES and not hasattr(module, "REQUEST_TYPE"):
            yield f"{key}: {p.name} is a file, so REQUEST_TYPE is multipart/form-data."


def examples(key: str, module: Any) -> Iterator[str]:
    schema = object_schema(list(module.PARAMETERS)) | {"additionalProperties": False}
    for name in ("EXAMPLE", "QUICKSTART"):
        body = {"model": "acme/any", **getattr(module, name, module.EXAMPLE)}
        wrong = jsonschema.Draft202012Validator(schema).iter_errors(body)
        yield from (f"{key}: {name} does not fit PARAMETERS: {error.message[:200]}" for error in wrong)


def extras(key: str, module: Any) -> Iterator[str]:
    alone = [(has, need) for has, need in PAIRS.items() if hasattr(module, has) and not hasattr(module, need)]
    yield from (f"{key}: {has} needs {need}." for has, need in alone)
    alternatives = {meter for meters in getattr(module, "ALTERNATIVES", ()) for meter in meters}
    if alternatives - set(module.METERS):
        yield f"{key}: ALTERNATIVES name {sorted(alternatives - set(module.METERS))}, which METERS do not."
    if hasattr(module, "SDK"):
        needed = {"method", "fields"} | (set() if "file" in module.SDK else SDK_NEEDS)
        needed |= STREAM_NEEDS if hasattr(module, "delta") else set()
        yield from (f"{key}: SDK lacks {name}." for name in sorted(needed - module.SDK.keys()))
    if not re.fullmatch(r"[a-z0-9_]+", key):
        yield f"{key} is no name of an endpoint."


def answers(key: str, module: Any) -> Iterator[str]:
    """The sandbox's answer to the example is of the stated type, and what is counted in it can be paid for."""
    request = {"model": "acme/any", **module.EXAMPLE}
    reply = module.reply(filled(request))
    kind = reply.content_type if isinstance(reply, Media) else "application/json"
    if kind != module.RESPONSE_TYPE:
        yield f"{key}: reply gives {kind}, RESPONSE_TYPE says {module.RESPONSE_TYPE}."
    if hasattr(module, "JOB") and not (isinstance(reply, dict) and {"id", "status"} <= reply.keys()):
        yield f"{key}: JOB is stated, but reply gives no job."
    counted = module.usage(request, None if isinstance(reply, Media) else reply)
    known = {*module.METERS, *(part for part, of in PART_OF.items() if of in module.METERS)}
    yield from (f"{key}: usage counts {meter}, which METERS do not have." for meter in counted.keys() - known)
