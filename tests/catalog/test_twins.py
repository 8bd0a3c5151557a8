"""Pages of providers, collections and comparisons as programs read them, and the feeds of changes."""

import csv
import io
import xml.etree.ElementTree as ET

import pytest

from catalog.models import Change, Model, Version

pytestmark = pytest.mark.usefixtures("catalog")

FORMS = ("json", "csv", "md", "atom")
PAGES = ("/providers/acme", "/collections/speech", "/collections/frontier", "/compare", "/models/openai/tts-1-hd")
TWINS = [f"{page}.{form}" for page in PAGES for form in FORMS]
KINDS = {"json": "application/json", "csv": "text/csv", "md": "text/markdown", "atom": "application/atom+xml"}
ATOM = {"a": "http://www.w3.org/2005/Atom"}
PAIR = "models=acme/talk-large,openai/tts-1-hd"


def ids(answer) -> list[str]:
    return [model["id"] for model in answer.json()["data"]]


def entries(client, path: str) -> list[ET.Element]:
    return ET.fromstring(client.get(path).content).findall("a:entry", ATOM)


@pytest.mark.parametrize("path", [*TWINS, *(f"/changes.{form}" for form in FORMS), "/models/openai/tts-1-hd/changes.csv"])
def test_a_twin_can_be_asked_again_from_anywhere(client, path):
    first = client.get(path)
    assert first.status_code == 200 and first["Content-Type"].startswith(KINDS[path.rpartition(".")[2]])
    assert first["Access-Control-Allow-Origin"] == "*" and client.options(path).status_code == 204
    assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert client.get(path, headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 304


def test_a_provider_lists_its_models(client):
    found = client.get("/providers/acme.json").json()
    assert found["provider"]["name"] == "Acme" and found["provider"]["url"].endswith("/providers/acme")
    assert [model["id"] for model in found["data"]] == ["acme/talk-large", "acme/talk-free"] and found["total"] == 2


def test_a_collection_says_its_rule_and_lists_its_members(client):
    speech = client.get("/collections/speech.json")
    assert speech.json()["collection"]["rule"] and ids(speech) == ["openai/tts-1-hd"]
    picked = client.get("/collections/frontier.json")
    assert picked.json()["collection"]["rule"] is None and ids(picked) == ["acme/talk-large"]


def test_a_twin_takes_the_filters_of_browse(client):
    assert ids(client.get("/providers/acme.json?price=free")) == ["acme/talk-free"]
    assert ids(client.get("/collections/frontier.json?modality=speech")) == []
    assert ids(client.get("/providers/acme.json?sort=name")) == ["acme/talk-free", "acme/talk-large"]


def test_a_comparison_has_its_models_and_its_rows(client):
    found = client.get(f"/compare.json?{PAIR}").json()
    assert [model["id"] for model in found["data"]] == ["acme/talk-large", "openai/tts-1-hd"]
    provider = next(row for row in found["rows"] if row["label"] == "Provider")
    assert (provider["values"], provider["same"]) == (["Acme", "OpenAI"], False)


def test_a_comparison_may_be_of_the_rows_that_differ(client):
    pair = "models=acme/talk-large,acme/talk-free"
    labels = {row["label"] for row in client.get(f"/compare.json?{pair}&rows=differ").json()["rows"]}
    assert "Input / 1M tokens" in labels and "Provider" not in labels
    assert "| Provider |" not in client.get(f"/compare.md?{pair}&rows=differ").text


@pytest.mark.parametrize(("asked", "param"), [("prices=net", "prices"), ("rows=odd", "rows")])
def test_a_comparison_that_cannot_be_made_is_refused(client, asked, param):
    answer = client.get(f"/compare.json?{PAIR}&{asked}")
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)


def test_a_comparison_is_a_table_of_markdown(client):
    page = client.get(f"/compare.md?{PAIR}").text
    assert "| Provider | Acme | OpenAI |" in page and page.startswith("# ")


def test_a_comparison_takes_an_alias(client):
    assert ids(client.get("/compare.json?models=openai/tts-hd&models=openai/tts-1-hd")) == ["openai/tts-1-hd"]


def test_every_form_has_the_same_models(client):
    rows = csv.DictReader(io.StringIO(client.get(f"/compare.csv?{PAIR}").content.decode(), newline=""))
    assert [row["id"] for row in rows] == ["acme/talk-large", "openai/tts-1-hd"]
    titles = {entry.findtext("a:title", None, ATOM) for entry in entries(client, f"/compare.atom?{PAIR}")}
    assert titles == {"Talk Large", "tts-1-hd"}


@pytest.mark.parametrize(
    ("path", "status", "param", "code"),
    [
        ("/providers/nobody.csv", 404, "provider", "provider_not_found"),
        ("/collections/none.md", 404, "collection", "collection_not_found"),
        ("/models/no/such.csv", 404, "model", "model_not_found"),
        ("/models/no/such.atom", 404, "model", "model_not_found"),
        ("/providers/acme.atom?sort=loudness", 400, "sort", "invalid_query"),
        ("/compare.csv?models=no/such", 400, "models", "model_not_found"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_refused_in_the_envelope(client, path, status, param, code):
    answer = client.get(path)
    error = answer.json()["error"]
    assert (answer.status_code, error["param"], error["code"]) == (status, param, code)


def test_a_seventh_model_is_refused(client):
    acme = Model.objects.get(slug="acme/talk-free").provider
    slugs = [f"acme/m{n}" for n in range(7)]
    Model.objects.bulk_create(Model(slug=slug, name=slug, provider=acme) for slug in slugs)
    Version.bump()
    answer = client.get(f"/compare.json?models={','.join(slugs)}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "too_many_models")
    assert len(ids(client.get(f"/compare.json?models={','.join(slugs[:6])}"))) == 6


@pytest.mark.parametrize("form", ["csv", "atom"])
def test_an_alias_moves_to_its_model(client, form):
    answer = client.get(f"/models/openai/tts-hd.{form}")
    assert (answer.status_code, answer["Location"]) == (301, f"/models/openai/tts-1-hd.{form}")


def test_a_change_is_in_both_feeds(client):
    model = Model.objects.get(slug="openai/tts-1-hd")
    Change.objects.create(model=model, field="price.characters", before="0.04", after="0.03", source="litellm")
    Change.objects.create(model=model, field="context_window", before=None, after=4096, source="pin")
    newest, older, added = entries(client, "/models/openai/tts-1-hd.atom")
    assert newest.findtext("a:summary", None, ATOM) == "From unknown to 4,096. Source: edited here."
    assert older.findtext("a:title", None, ATOM) == "openai/tts-1-hd: Price, characters"
    assert older.findtext("a:summary", None, ATOM) == "From $0.040 to $0.030. Source: LiteLLM price map."
    assert added.findtext("a:title", None, ATOM) == "tts-1-hd"
    assert len(entries(client, "/changes.atom")) == 2
    assert len({entry.findtext("a:id", None, ATOM) for entry in (newest, older, added)}) == 3


def test_no_changes_make_a_feed_that_stays_the_same(client):
    first, again = (client.get("/changes.atom").content for _ in range(2))
    assert first == again and b"<entry>" not in first
