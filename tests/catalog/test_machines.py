"""How programs read the catalog: tags, dates, origins and refusals."""

import pytest

from catalog.models import Model, Version

pytestmark = pytest.mark.usefixtures("catalog")

EVERY = (
    "/models.json /models.csv /models.md /models.atom /models/openai/tts-1-hd.json /models/openai/tts-1-hd.md /api/v1/models "
    "/api/v1/models/openai/tts-1-hd /api/v1/models/openai/tts-1-hd/schema /api/v1/capabilities /openapi.json /llms.txt "
    "/llms-full.txt /sitemap.xml /robots.txt"
).split()


@pytest.mark.parametrize("path", EVERY)
def test_answers_304_to_its_etag(client, path):
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert first["Cache-Control"] == "public, max-age=60"
    assert again["ETag"] == first["ETag"]


@pytest.mark.parametrize("path", EVERY)
def test_may_be_read_from_any_origin(client, path):
    asked = client.options(path, headers={"Origin": "https://a.example", "Access-Control-Request-Headers": "if-none-match"})
    assert (asked.status_code, asked["Access-Control-Allow-Methods"]) == (204, "GET, HEAD, OPTIONS")
    for answer in (asked, client.get(path), client.get(path, headers={"If-None-Match": "*"})):
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert answer["Access-Control-Expose-Headers"] == "ETag, Last-Modified"


def test_a_refusal_may_be_read_from_any_origin(client):
    for path in ("/models.csv?sort=loudness", "/models/no/such.md", "/models/openai/tts-hd.json"):
        assert client.get(path)["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", EVERY)
def test_answers_304_to_its_date(client, path):
    first = client.get(path)
    again = client.get(path, headers={"If-Modified-Since": first["Last-Modified"]})
    older = client.get(path, headers={"If-Modified-Since": "Sat, 01 Jan 2022 00:00:00 GMT"})
    assert (again.status_code, again.content, older.status_code) == (304, b"", 200)


@pytest.mark.parametrize("named", ["*", "{tag}", "{strong}", '"other", {strong}'])
def test_every_way_to_name_the_etag_is_understood(client, named):
    tag = client.get("/models.json")["ETag"]
    said = named.format(tag=tag, strong=tag.removeprefix("W/"))
    assert client.get("/models.json", headers={"If-None-Match": said}).status_code == 304
    assert client.get("/models.json", headers={"If-None-Match": '"other"'}).status_code == 200


def test_etag_changes_with_the_catalog(client):
    before = client.get("/models.csv")["ETag"]
    Model.objects.filter(slug="orbit/paint").update(name="Paint 2")
    Version.bump()
    assert client.get("/models.csv", headers={"If-None-Match": before}).status_code == 200


def test_machines_ask_no_database_beyond_the_version(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get("/models.json")


@pytest.mark.parametrize("path", ["/models.json", "/models.csv", "/models.md", "/models.atom"])
def test_twins_refuse_what_browse_refuses(client, path):
    answer = client.get(f"{path}?sort=loudness")
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "sort")


@pytest.mark.parametrize("ending", [".json", ".md"])
def test_alias_of_a_page_moves(client, ending):
    answer = client.get(f"/models/openai/tts-hd{ending}")
    assert (answer.status_code, answer["Location"]) == (301, f"/models/openai/tts-1-hd{ending}")


@pytest.mark.parametrize("path", ["/api/v1/models/no/such", "/api/v1/models/no/such/schema", "/models/no/such.json"])
def test_unknown_model_is_404_in_the_envelope(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "model_not_found")


def test_machines_only_read(client):
    assert [client.post(path).status_code for path in EVERY] == [405] * len(EVERY)
