"""The OpenAPI document is valid, says of each endpoint what the registry says, and of each answer what is answered."""

import html
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import openapi_spec_validator
import pytest

from catalog.converters import FormConverter
from catalog.endpoints import ENDPOINTS
from catalog.endpoints.parameters import object_schema
from catalog.urls import urlpatterns

METHODS = ("get", "post", "delete")
DRAFT = jsonschema.Draft202012Validator


@pytest.fixture
def document(catalog, client) -> dict[str, Any]:
    return client.get("/openapi.json").json()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every operation with its path; the parameters of the path are its own as well."""
    for path, entry in document["paths"].items():
        for method in METHODS & entry.keys():
            yield path, entry[method] | {"parameters": entry.get("parameters", []) + entry[method].get("parameters", [])}


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    """Every object of the document."""
    if isinstance(node, dict):
        yield node
    for entry in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from nodes(entry)


def resolved(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        found = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        node = found
    return node


def checked(document: dict[str, Any], schema: dict[str, Any]) -> jsonschema.Draft202012Validator:
    return DRAFT(schema | {"components": document["components"]})


def test_references_resolve(document):
    found = [node for node in nodes(document) if isinstance(node.get("$ref"), str)]
    assert found and all(resolved(document, node) for node in found)


def test_operations_have_names_of_their_own(document):
    names = [operation["operationId"] for _, operation in operations(document)]
    assert len(names) == len(set(names)) > 25


def test_operations_are_whole(document):
    tags = {tag["name"] for tag in document["tags"]}
    for path, operation in operations(document):
        assert operation["summary"] and set(operation["tags"]) <= tags, path
        answers = [resolved(document, answer) for answer in operation["responses"].values()]
        assert answers and all(answer["description"] for answer in answers), path
        keys = {name for need in operation.get("security", []) for name in need}
        assert keys <= document["components"]["securitySchemes"].keys(), path


def test_parameters_of_a_path_are_those_in_it(document):
    for path, operation in operations(document):
        given = [resolved(document, parameter) for parameter in operation["parameters"]]
        assert all(parameter["schema"] for parameter in given), path
        inside = {parameter["name"] for parameter in given if parameter["in"] == "path" and parameter["required"]}
        assert inside == set(re.findall(r"{(\w+)}", path)), path


def test_schemas_are_json_schema(document):
    assert len(document["components"]["schemas"]) > len(ENDPOINTS)
    for schema in document["components"]["schemas"].values():
        DRAFT.check_schema(schema)


def test_examples_fit_their_schemas(document):
    media = [node for node in nodes(document["paths"]) if "schema" in node and "example" in node]
    assert len(media) > 3
    for node in media:
        checked(document, node["schema"]).validate(node["example"])


@pytest.mark.parametrize("key", ENDPOINTS)
def test_request_is_what_the_registry_takes(document, key):
    module = ENDPOINTS[key]
    path = document["paths"][module.PATH]
    body = path["post"]["requestBody"]["content"][getattr(module, "REQUEST_TYPE", "application/json")]
    assert {"$schema": DRAFT.META_SCHEMA["$id"]} | resolved(document, body["schema"]) == object_schema(list(module.PARAMETERS))
    assert path["servers"][0]["url"].endswith("/sandbox/v1")


@pytest.mark.parametrize("key", ENDPOINTS)
def test_answer_has_the_status_and_types_of_the_registry(document, key):
    module = ENDPOINTS[key]
    good = {code: answer for code, answer in document["paths"][module.PATH]["post"]["responses"].items() if code < "300"}
    assert list(good) == ["202" if hasattr(module, "JOB") else "200"]
    (answer,) = good.values()
    assert set(getattr(module, "PLAIN_TYPES", ())) <= answer["content"].keys()
    assert ("text/event-stream" in answer["content"]) == hasattr(module, "delta")


def test_jobs_can_be_polled_and_canceled(document):
    assert document["paths"]["/jobs/{id}"].keys() > {"get", "delete", "servers"}


@pytest.mark.parametrize(
    ("path", "name"),
    [("/api/v1/models", "ModelList"), ("/models.json", "ModelPage"), ("/models/openai/tts-1-hd.json", "ModelWithClaims"),
     ("/api/v1/models/acme/talk-large/schema", "ModelSchema"), ("/api/v1/capabilities", "CapabilityList"),
     ("/providers/acme.json", "ProviderModels"), ("/collections/frontier.json", "CollectionModels"),
     ("/collections/speech.json", "CollectionModels"), ("/compare.json?models=acme/talk-large,orbit/paint", "Comparison"),
     ("/models/acme/talk-large/prices.json", "PriceHistory"), ("/models/acme/talk-large/changes.json", "ChangeList"),
     ("/calculator.json?models=acme/talk-large,orbit/paint", "Calculation"),
     ("/api/v1/models/no/such", "Error"), ("/providers/nobody.json", "Error")],
)  # fmt: skip
def test_answers_are_what_openapi_says(document, client, path, name):
    checked(document, {"$ref": f"#/components/schemas/{name}"}).validate(client.get(path).json())


def test_model_has_the_keys_of_an_item(document, client):
    item = client.get("/api/v1/models/openai/tts-1-hd").json()
    model = document["components"]["schemas"]["Model"]
    assert model["required"] == list(item) == list(model["properties"])


def test_document_is_valid(document):
    openapi_spec_validator.validate(document)


def readable() -> Iterator[str]:
    """The paths of every view for programs, as the document writes them."""
    for pattern in urlpatterns:
        if getattr(pattern.callback, "for_programs", False):
            model = re.sub("models/<(str|modelslug):slug>", "models/{id}", str(pattern.pattern))
            path = "/" + re.sub("<(str|slug):slug>", "{slug}", model)
            forms = FormConverter.regex.split("|") if "<form:" in path else [""]
            yield from (path.replace("<form:form>", form) for form in forms)


def test_every_view_for_programs_is_in_the_document(document):
    paths = list(readable())
    assert len(paths) > 25
    assert [path for path in paths if "get" not in document["paths"].get(path, {})] == []


def test_the_reference_is_the_document(document, client):
    page = html.unescape(client.get("/reference").text)
    for path, operation in operations(document):
        assert f"{path}</code>" in page and operation["summary"] in page
    for name in document["components"]["schemas"]:
        assert page.count(f'href="#shape-{name}"') <= 1 or f'id="shape-{name}"' in page
    for name, parameter in document["components"]["parameters"].items():
        assert f'id="parameter-{name}"' in page and f"<code>{parameter['name']}</code>" in page
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r' href="#([^"]+)"', page)) <= set(ids)
