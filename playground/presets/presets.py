"""Presets: what may be kept as one, what it needs of a model, and the form that it makes for a model."""

import json
from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256
from math import ceil
from typing import Any

from django.db import transaction
from django.utils import timezone

from catalog.calling.examples import Example
from catalog.cards import Card
from catalog.endpoints import ENDPOINTS, call, can_run, example, form, streams
from catalog.endpoints.parameters import FILES, Parameter, suited
from catalog.endpoints.uploads import Upload, filled
from playground.bounds import buckets, ceilings
from playground.models import Preset
from playground.records.store import storable
from playground.visitors import Owner
from playground.workbench import attachments, formats, variables
from playground.workbench.checks import deep, read_json
from playground.workbench.conversation import MAX_MESSAGES
from playground.workbench.forms import Submission

MOST = 100  # of one visitor
MAX_BODY = 64 * 1024  # characters of a body as JSON
MAX_NAME, MAX_NOTE = 80, 300
KEPT_FOR = timedelta(days=90)  # after its last change, where no account has it
Body = dict[str, Any]


def examples() -> list[Example]:
    """What the operator publishes, for the pages of models."""
    rows = Preset.objects.published().filter(endpoint__in=filter(can_run, ENDPOINTS))
    return [as_example(preset) for preset in rows]


def published() -> list[tuple[str, list[Preset]]]:
    """What the operator publishes under the label of its endpoint, those in the registry's order."""
    rows = list(Preset.objects.published())
    keys = sorted({preset.endpoint for preset in rows}, key=lambda key: [*ENDPOINTS, key].index(key))
    groups = [[preset for preset in rows if preset.endpoint == key] for key in keys]
    return [(group[0].endpoint_label, group) for group in groups]


def as_example(preset: Preset) -> Example:
    key, body = preset.endpoint, preset.body
    return Example(preset.token, preset.name, preset.note, key, preset.model, needs(key, body), carried(key, body))


def carried(key: str, body: Body) -> frozenset[str]:
    """The parameters of a body in which its input goes, where not every model takes that kind of input."""
    return frozenset(p.name for p in ENDPOINTS[key].PARAMETERS if p.carries and p.name in body)


def needs(key: str, body: Body) -> frozenset[str]:
    """The capabilities without which no model takes this body."""
    asked = {p.needs for p in ENDPOINTS[key].PARAMETERS if p.needs and body.get(p.name)}
    messages = body.get("messages", [])
    parts = [part for m in messages if isinstance(m.get("content"), list) for part in m["content"]]
    asked |= {attachments.NEEDS[attachments.TYPES[part["type"]]][0] for part in parts if part["type"] in attachments.TYPES}
    shape = body.get("response_format")
    kind = shape.get("type", "") if isinstance(shape, dict) else ""
    return frozenset(asked | ({formats.NEEDS[kind]} if kind in formats.NEEDS else set()))


def faults(key: str, body: Any, card: Card | None = None) -> dict[str, str]:
    """`{field: sentence}` for what a preset's body cannot be kept with; `card` may have parameters of its own."""
    if not can_run(key):
        return {"endpoint": f"Must be one of {', '.join(filter(can_run, ENDPOINTS))}."}
    if not isinstance(body, dict):
        return {"body": "Must be a JSON object: the request without its model."}
    if wrong := whole(body):
        return {"body": wrong}
    known = {p.name: p for p in (*ENDPOINTS[key].PARAMETERS, *(p for p, _ in (form(key, card) if card else ())))}
    return {f"body.{name}": wrong for name, wrong in unfit(known, body).items() if wrong}


def unfit(known: dict[str, Parameter], body: Body) -> dict[str, str]:
    """`{parameter: sentence}`, blank where nothing is wrong."""
    missing = {name: "Is missing." for name, p in known.items() if p.required and name not in body and not is_given(p)}
    strange = {name: f"There is no such parameter. Known: {', '.join(known)}." for name in body.keys() - known.keys()}
    return missing | strange | {name: fault(known[name], value) for name, value in body.items() if name in known}


def whole(body: Body) -> str:
    """What is wrong with a body as a whole, whatever its fields mean."""
    if deep(body):
        return "Is nested too deep."
    if (size := len(json.dumps(body, ensure_ascii=False))) > MAX_BODY:
        return f"Has {size:,} characters; at most {MAX_BODY:,} are kept. Take files out, or name pictures by their address."
    if (count := len(variables.names(body))) > variables.MOST:
        return f"Has {count} variables; at most {variables.MOST} can be filled in."
    return ""


def fault(parameter: Parameter, value: Any) -> str:
    if parameter.kind in FILES:
        return "" if value == f"@{parameter.sample}" else "Files are not kept. Leave it out."
    if parameter.kind == "messages" and isinstance(value, list) and len(value) > MAX_MESSAGES:
        return f"Has {len(value)} messages; at most {MAX_MESSAGES} are sent."
    return read_json(parameter.label, parameter.schema(), json.dumps(value))[1]


def is_given(parameter: Parameter) -> bool:
    """Whether the form of any model that takes it begins with a value for it."""
    return bool(parameter.carries or parameter.stand_in) or parameter.kind in FILES or parameter.default is not None


def kept(found: Submission) -> Body:
    """What of a form is kept: its values under the names that all models share, without files."""
    assert found.card is not None
    ours = {theirs: name for name, theirs in found.card.parameters.get("rename", {}).items()}
    values = {name: value for name, value in found.typed.items() if value not in (None, "", []) and not isinstance(value, Upload)}
    body = {ours.get(name, name): value for name, value in values.items()}
    return body | ({"stream": bool(found.typed.get("stream"))} if streams(found.key) else {})


def opened(preset: Preset, card: Card, values: dict[str, str]) -> Submission:
    """The form of a preset for a model, its variables filled in as far as they are given."""
    found = Submission(card, preset.endpoint, fitting(preset.endpoint, card, preset.body))
    found.variables = {name: values.get(name, "") for name in variables.names(found.typed)[: variables.MOST]}
    found.call = call(found.key, card, filled(variables.filled(found.typed, variables.given(found.variables))))
    return found


def fitting(key: str, card: Card, body: Body) -> Body:
    """A body under the names and within the bounds of a model, with what every form of it begins with."""
    ours, theirs = ENDPOINTS[key].PARAMETERS, form(key, card)
    ready = example(key, card)
    begun = {p.name: ready[p.name] for p, refused in theirs if p.required and not refused and p.name in ready and is_given(p)}
    extra = {p.name: body[p.name] for p, _ in theirs if p.name in body and p.name not in {p.name for p in ours}}
    streamed = {"stream": True} if streams(key) else {}
    found = begun | streamed | suited(ours, card.parameters, body) | extra
    return found | ceilings.start(found, key, card)


def refusals(found: Submission, name: str) -> dict[str, str]:
    """Why a form is not kept as a preset. What is only missing to run it, a file or a variable's value, is no reason."""
    files = {p.name for p, _ in form(found.key, found.card) if p.kind in FILES} if found.card and can_run(found.key) else set()
    errors = {name: wrong for name, wrong in found.errors.items() if name not in files and not name.startswith(variables.PREFIX)}
    if not errors:
        errors = faults(found.key, kept(found), found.card)
    return errors | {f"preset_{field}": wrong for field, wrong in wording(name).items()}


def wording(name: str, note: str = "") -> dict[str, str]:
    """What is wrong with a preset's name and note."""
    found = {} if name else {"name": "A preset needs a name: type one."}
    for field, text, most in (("name", name, MAX_NAME), ("note", note, MAX_NOTE)):
        if len(text) > most:
            found[field] = f"The {field} has {len(text)} characters; at most {most} are kept. Shorten it."
    return found


def room(owner: Owner, names: Iterable[str]) -> dict[str, str]:
    """Why presets of these names cannot be kept beside those that there are."""
    there = set(Preset.objects.of(owner).values_list("name", flat=True))
    if len(there | set(names)) <= MOST:
        return {}
    return {"preset_name": f"You have {len(there)} presets, and at most {MOST} are kept. Delete some first."}


def made(found: Submission, name: str) -> Preset:
    """The form as a preset, unsaved."""
    assert found.card is not None
    return Preset(name=name, endpoint=found.key, model=found.card.slug, body=kept(found))


@transaction.atomic
def keep(owner: Owner, rows: Iterable[Preset]) -> None:
    """Saves presets, each in the place of an older one of the same name, whose address it takes over."""
    for row in rows:
        row.visitor, row.user = owner
        row.name, row.note, row.body = storable([row.name.strip(), row.note, row.body])
        if older := Preset.objects.of(owner).filter(name=row.name).first():
            row.pk, row.token, row.created, row.position = older.pk, older.token, older.created, older.position
        row.save()


def pace(address: str, more: int) -> dict[str, str]:
    """Why a network address cannot have so many more presets kept now: MOST a minute."""
    wait = buckets.take([buckets.Share(sha256(f"presets of {address}".encode()).hexdigest(), MOST)], more)
    told = f"This site keeps at most {MOST} presets a minute for one network address. Try again in {ceil(wait)} s."
    return {"preset_name": told} if wait else {}


def forget() -> None:
    """Deletes what no browser has any more: without an account a visitor is a cookie."""
    Preset.objects.filter(user=None, visitor__isnull=False, updated__lt=timezone.now() - KEPT_FOR).delete()
