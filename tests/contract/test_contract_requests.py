"""What every row of the catalog says of its requests agrees: schema, example, form and call."""

import json

import jsonschema
import pytest

from catalog.calling.schema import documented
from catalog.endpoints import ENDPOINTS, call
from catalog.endpoints.uploads import filled


@pytest.fixture(scope="session")
def schemas(entries) -> dict[str, jsonschema.Draft202012Validator]:
    """Every JSON Schema that is shown, by its text: many models have the same."""
    shown = {json.dumps(entry.schema): entry.schema for _, entry in entries}
    return {text: jsonschema.Draft202012Validator(schema) for text, schema in shown.items()}


def test_schemas_are_valid(schemas):
    assert len(schemas) >= len(ENDPOINTS)
    for validator in schemas.values():
        jsonschema.Draft202012Validator.check_schema(validator.schema)


def test_schema_takes_the_example_and_not_anything(entries, schemas):
    for card, entry in entries:
        validator = schemas[json.dumps(entry.schema)]
        assert not list(validator.iter_errors(entry.request)), card.slug
        assert not validator.is_valid({**entry.request, "model": 5}) and not validator.is_valid({"model": "a"}), card.slug


def test_form_and_schema_name_the_same_fields(entries):
    for card, entry in entries:
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
    rejecting = [(card, entry) for card, entry in entries if card.parameters.get("reject")]
    assert rejecting
    for card, entry in rejecting:
        assert not set(card.parameters["reject"]) & (entry.request.keys() | entry.schema["properties"].keys()), card.slug


def test_endpoint_without_parameters_has_no_schema(now, monkeypatch):
    card = next(card for card in now.cards if card.endpoints[0] == "embedding")
    monkeypatch.delattr(ENDPOINTS["embedding"], "PARAMETERS")
    found = documented(card)[0]
    assert (found.request, found.response, found.schema, found.snippets, found.parameters) == (None, None, None, None, ())


def test_no_example_claims_a_voice_that_no_source_names(entries):
    spoken = {card.slug: (card, entry) for card, entry in entries if entry.key == "speech"}
    assert spoken["openai/tts-1-hd"][1].request["voice"] == "alloy"
    for card, entry in spoken.values():
        named = card.parameters.get("bound", {}).get("voice", {}).get("choices")
        assert entry.request["voice"] in (named or ["VOICE"]), card.slug
        assert entry.quirks.count("voice: no source names one, so VOICE stands for it.") == (not named), card.slug
        assert all(("VOICE" in code) == (not named) for code in entry.snippets.values()), card.slug
