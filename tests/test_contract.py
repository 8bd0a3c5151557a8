"""What holds for every endpoint of the registry and every model of the bundled catalog, and who may import whom."""

import ast
import asyncio
import html
import json
import re
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
from django.db import transaction
from django.template.loader import get_template

from catalog import bundle, pricing, snapshot
from catalog.endpoints import BY_PATH, ENDPOINTS, call, can_run, known, native, streams
from catalog.endpoints.uploads import filled
from catalog.schema import STREAMED_EVENTS, Documented, documented
from catalog.vocabulary import MODALITIES
from playground import sandbox

ROOT = Path(__file__).parent.parent
LAYERS = ("gateway", "catalog", "playground", "config")
RUNNABLE = [key for key in ENDPOINTS if can_run(key)]
WHILE_RUNNING = "PARAMETERS RESPONSE_TYPE EXAMPLE reply usage".split()


@pytest.fixture(scope="module")
def now(django_db_setup, django_db_blocker) -> Iterator[snapshot.Snapshot]:
    """The whole bundled catalog as the site shows it; its rows are gone again, so no test of it needs the database."""
    with django_db_blocker.unblock(), transaction.atomic():
        bundle.load(bundle.read(), json.loads(bundle.COLLECTIONS.read_text("utf-8")))
        made = snapshot.build(1)
        transaction.set_rollback(True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(snapshot, "_current", made)
        patch.setattr(snapshot, "watched", True)
        yield made


@pytest.fixture(scope="module")
def entries(now) -> list[tuple[snapshot.Card, Documented]]:
    """Every endpoint of every model, as it is documented."""
    return [(card, entry) for card in now.cards for entry in documented(card)]


@pytest.fixture(scope="module")
def schemas(entries) -> dict[str, jsonschema.Draft202012Validator]:
    """Every JSON Schema that is shown, by its text: many models have the same."""
    shown = {json.dumps(entry.schema): entry.schema for _, entry in entries if entry.schema}
    return {text: jsonschema.Draft202012Validator(schema) for text, schema in shown.items()}


@pytest.mark.parametrize("key", ENDPOINTS)
def test_endpoint_states_its_facts(key):
    module = ENDPOINTS[key]
    assert module.MODALITY in MODALITIES and module.METERS
    assert set(module.METERS) <= set(pricing.METERS)
    assert all(word.strip() for word in (module.LABEL, module.BADGE, module.SUMMARY))
    assert re.fullmatch(r"(/[a-z0-9_]+)+", module.PATH)


def test_every_modality_has_an_endpoint_of_its_name():
    assert [native(modality) for modality in MODALITIES] == [[modality] for modality in MODALITIES]


def test_every_endpoint_has_its_own_path_and_label():
    assert len(BY_PATH) == len(ENDPOINTS) == len({module.LABEL for module in ENDPOINTS.values()})


@pytest.mark.parametrize("key", RUNNABLE)
def test_runnable_endpoint_has_all_that_a_run_needs(key):
    assert [name for name in WHILE_RUNNING if not hasattr(ENDPOINTS[key], name)] == []
    assert get_template(f"playground/{key}.html")
    assert not streams(key) or hasattr(ENDPOINTS[key], "whole")


@pytest.mark.parametrize("name", [None, "", "nonsense", "tts", "audio-tts", "text"])
def test_unknown_kind_has_no_endpoint(name):
    assert (native(name), known([name]), can_run(name), streams(name)) == ([], [], False, False)


def test_documents_the_model_s_own_endpoints_alone(now):
    for card in now.cards:
        found = documented(card)
        assert [entry.key for entry in found] == list(card.endpoints)
        assert all(entry.path.endswith(ENDPOINTS[entry.key].PATH) for entry in found)


def test_native_endpoint_comes_first(now):
    dialects = {"chat": {"chat", "responses", "messages"}}
    wrong = [card.slug for card in now.cards if card.endpoints[0] not in dialects.get(card.modality, {card.modality})]
    assert wrong == []


def test_endpoint_that_cannot_run_has_no_schema(now, monkeypatch):
    card = next(card for card in now.cards if card.endpoints[0] == "embedding")
    monkeypatch.delattr(ENDPOINTS["embedding"], "PARAMETERS")
    found = documented(card)[0]
    assert (found.request, found.response, found.schema, found.snippets, found.parameters) == (None, None, None, None, ())


def test_page_shows_no_foreign_endpoint(now, client):
    paths = {module.PATH for module in ENDPOINTS.values()}
    for card in {(card.modality, card.endpoints, card.listed_endpoints): card for card in now.cards}.values():
        page = html.unescape(re.sub(r"<[^>]+>", "", client.get(f"/models/{card.slug}").content.decode()))
        shown = paths & set(re.findall(r"/v1(/[a-z0-9_/]+)", page))
        assert shown == {ENDPOINTS[key].PATH for key in card.endpoints}, card.slug
        assert not re.search(r"\bNone\b|\$None|\bnan\b|\{\{|\{%", page), card.slug


async def sandbox_answer(card: snapshot.Card, entry: Documented) -> sandbox.Answer:
    """What the sandbox answers over the wire to the documented request."""
    typed = {name: value for name, value in entry.request.items() if name != "model"}
    sent, body = call(entry.key, card, filled(typed)).content()
    headers = {name.lower(): value for name, value in sent} | {"authorization": "Bearer x"}
    return await sandbox.answer("POST", ENDPOINTS[entry.key].PATH, headers, body)


def test_documented_response_is_the_sandbox_s_answer(entries):
    async def answers() -> list[sandbox.Answer]:
        return [await sandbox_answer(card, entry) for card, entry in shapes]

    shapes = list({(e.key, json.dumps(e.request | {"model": ""}), tuple(c.endpoints)): (c, e) for c, e in entries}.values())
    for (card, entry), given in zip(shapes, asyncio.run(answers()), strict=True):
        job = hasattr(ENDPOINTS[entry.key], "JOB")
        assert (given.status, dict(given.headers)["content-type"]) == (202 if job else 200, entry.response_type), card.slug
        if entry.response_type == "application/json":
            timeless = {name: entry.response[name] for name in ("id", "created_at", "updated_at")} if job else {}
            assert json.loads(given.body) | timeless == entry.response, card.slug
        else:
            assert entry.response == f"({len(given.body):,} bytes of {entry.response_type})", card.slug


@pytest.mark.parametrize("key", [key for key in RUNNABLE if streams(key)])
def test_documented_stream_is_the_sandbox_s_answer(entries, key):
    async def streamed() -> list[str]:
        body = json.dumps(entry.request | {"stream": True}).encode()
        given = await sandbox.answer("POST", ENDPOINTS[key].PATH, {"authorization": "Bearer x"}, body)
        return [piece.decode().strip() async for piece in given.body]

    entry = next(entry for _, entry in entries if entry.key == key)
    sent, shown = asyncio.run(streamed()), entry.streaming.split("\n\n")
    assert shown[:STREAMED_EVENTS] == sent[:STREAMED_EVENTS] and shown[-1] == sent[-1]
    assert shown[STREAMED_EVENTS].startswith(": ") and shown[STREAMED_EVENTS].endswith(" more events")


def test_schemas_are_valid(schemas):
    assert schemas
    for validator in schemas.values():
        jsonschema.Draft202012Validator.check_schema(validator.schema)


def test_schema_takes_the_example_and_not_anything(entries, schemas):
    for card, entry in entries:
        if entry.schema:
            validator = schemas[json.dumps(entry.schema)]
            assert not list(validator.iter_errors(entry.request)), card.slug
            assert not validator.is_valid({**entry.request, "model": 5}) and not validator.is_valid({"model": "a"}), card.slug


def test_form_and_schema_name_the_same_fields(entries):
    for card, entry in entries:
        if entry.schema:
            sent = [parameter.name for parameter, refused in entry.parameters if not refused]
            assert list(entry.schema["properties"]) == ["model", *sent], card.slug


def test_call_of_the_example_is_the_example(entries):
    for card, entry in entries:
        typed = {name: value for name, value in entry.request.items() if name != "model"}
        made = call(entry.key, card, filled(typed))
        if made.is_multipart:
            assert {*dict(made.data), *(file.field for file in made.files)} == entry.request.keys(), card.slug
        else:
            sent = json.loads(made.text())
            assert {name: sent[name] for name in entry.request} == entry.request, card.slug


def test_no_call_carries_what_the_model_rejects(entries):
    rejecting = [(card, entry) for card, entry in entries if can_run(entry.key) and card.parameters.get("reject")]
    assert rejecting
    for card, entry in rejecting:
        assert not set(card.parameters["reject"]) & (entry.request.keys() | entry.schema["properties"].keys()), card.slug


def test_no_example_claims_a_voice_that_no_source_names(entries):
    spoken = {card.slug: (card, entry) for card, entry in entries if entry.key == "speech"}
    assert spoken["openai/tts-1-hd"][1].request["voice"] == "alloy"
    for card, entry in spoken.values():
        named = card.parameters.get("bound", {}).get("voice", {}).get("choices")
        assert entry.request["voice"] in (named or ["VOICE"]), card.slug
        assert entry.quirks.count("voice: no source names one, so VOICE stands for it.") == (not named), card.slug
        assert all(("VOICE" in code) == (not named) for code in entry.snippets.values()), card.slug


def test_every_price_has_a_meter_that_its_model_can_count(now):
    odd = {
        (card.slug, rate.meter)
        for card in now.cards if card.endpoints for rate in card.rates
        if rate.meter not in {meter for key in card.endpoints for meter in ENDPOINTS[key].METERS}
    }  # fmt: skip
    assert odd == set()


def modules(folder: str) -> list[Path]:
    return [file for file in (ROOT / folder).rglob("*.py") if "migrations" not in file.parts]


def imported(file: Path) -> set[str]:
    """Every module that a file imports, wherever in it."""
    nodes = list(ast.walk(ast.parse(file.read_text("utf-8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}


@pytest.mark.parametrize("layer", LAYERS)
def test_imports_point_downwards(layer):
    above = set(LAYERS[LAYERS.index(layer) + 1 :])
    wrong = {(file.name, name) for file in modules(layer) for name in imported(file) if name.partition(".")[0] in above}
    assert modules(layer) and wrong == set()


def test_gateway_knows_no_django():
    assert not {name for file in modules("gateway") for name in imported(file) if name.partition(".")[0] == "django"}


@pytest.mark.parametrize("layer", LAYERS)
def test_nobody_imports_private_names(layer):
    nodes = [(file, node) for file in modules(layer) for node in ast.walk(ast.parse(file.read_text("utf-8")))]
    names = {(f.name, a.name) for f, n in nodes if isinstance(n, ast.ImportFrom) for a in n.names if re.match("_(?!_)", a.name)}
    assert names == set()
