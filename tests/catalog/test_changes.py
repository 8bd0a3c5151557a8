"""What changed: by day and source, filtered, of one model, as data and as feeds."""

import csv
import io
import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime, timedelta

import pytest

from catalog import snapshot
from catalog.models import Change, Model, Version
from tests.catalog.test_openapi import checked
from tests.catalog.test_pages import words

pytestmark = pytest.mark.usefixtures("catalog")

LAST = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def add(slug: str, field: str, before, after, source: str = "litellm", at: datetime = LAST, **more) -> Change:
    return Change.objects.create(
        model=Model.objects.get(slug=slug), field=field, before=before, after=after, source=source, at=at, **more
    )


@pytest.fixture
def several() -> None:
    """An import, an edit on the same day and one of the day before."""
    add("acme/talk-large", "price.input_tokens", "4", "0", valid_from=date(2026, 11, 1))
    add("acme/talk-large", "price.input_tokens@batch", None, "0.5", valid_from=date(2026, 11, 20))
    add("orbit/embed", "context_window", 8192, 4096, at=LAST - timedelta(hours=1))
    add("openai/tts-1-hd", "family", "openai", "tts", "pin", LAST - timedelta(hours=2), by="mallory")
    add("acme/talk-free", "released", None, "2026-01-01", "models.dev", LAST - timedelta(days=1))
    Version.bump()


def fields(client, query: str, path: str = "/changes") -> list[str]:
    return [change["field"] for change in client.get(f"{path}.json?{query}").json()["data"]]


def test_a_page_has_days_and_sources_with_their_counts(client, several):
    text = words(client.get("/changes").text)
    found = [
        "2026-11-20 · LiteLLM price map 3 changes of 2 models", "2026-11-20 · edited here 1 change of 1 model",
        "2026-11-19 · models.dev 1 change of 1 model",
    ]  # fmt: skip
    assert [text.index(one) for one in found] == sorted(text.index(one) for one in found)


def test_a_price_tells_free_from_unknown_and_from_when_on_it_holds(client, several):
    text = words(client.get("/changes").text)
    assert "Price, input $4.00 Free holds from 2026-11-01 12:00" in text
    assert "Price, input, batch unknown $0.50 12:00" in text


@pytest.mark.parametrize(
    ("query", "found"),
    [("model=openai/tts-1-hd", ["family"]), ("model=openai/tts-hd", ["family"]),
     ("provider=orbit", ["context_window"]), ("modality=speech", ["family"]), ("source=pin", ["family"]),
     ("field=price", ["price.input_tokens@batch", "price.input_tokens"]),
     ("field=price.input_tokens", ["price.input_tokens@batch", "price.input_tokens"]), ("field=price.images", []),
     ("field=released", ["released"]), ("until=2026-11-19", ["released"]), ("since=2026-11-21", []),
     ("since=2026-11-20&provider=acme", ["price.input_tokens@batch", "price.input_tokens"])],
)  # fmt: skip
def test_filters_agree_in_every_form(client, several, query, found):
    assert fields(client, query) == found
    rows = csv.DictReader(io.StringIO(client.get(f"/changes.csv?{query}").content.decode(), newline=""))
    assert [row["field"] for row in rows] == found
    feed = ET.fromstring(client.get(f"/changes.atom?{query}").content)
    assert [entry.find("a:category", ATOM).get("term") for entry in feed.findall("a:entry", ATOM)] == found
    assert client.get(f"/changes?{query}").text.count("<tr><th scope=\"row\">") == len(found)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_first_and_the_last_day_there_is_can_be_asked_for(client, several, day):
    for query in (f"since={day}", f"until={day}"):
        assert {client.get(f"/changes{form}?{query}").status_code for form in ("", ".json", ".csv", ".md", ".atom")} == {200}


@pytest.mark.parametrize(
    "query",
    ["model=no/such", "provider=nobody", "modality=smell", "field=pric", "source=me", "since=yesterday", "until=2026-02-30",
     "since=2026-11-02&until=2026-11-01", "page=0"],
)  # fmt: skip
def test_what_is_not_known_is_named(client, query):
    name = query.partition("=")[0]
    page, data = client.get(f"/changes?{query}"), client.get(f"/changes.json?{query}")
    assert (page.status_code, data.status_code) == (400, 400)
    assert "Part of this address was left out." in page.text and data.json()["error"]["param"] == name


def test_an_import_of_many_takes_no_more_room_than_an_edit(client, several, django_assert_num_queries):
    model = Model.objects.get(slug="orbit/paint")
    Change.objects.bulk_create(Change(model=model, field="max_output", before=n, after=n + 1, source="openrouter", at=LAST)
                               for n in range(250))  # fmt: skip
    Version.bump()
    snapshot.refresh()
    # The version, the total; the last of each of two days and none before; the sources of each day, the first few of each.
    with django_assert_num_queries(1 + 1 + 3 + 2 + 4):
        page = client.get("/changes").text
    assert page.count("orbit/paint") < 20 and "edited here" in page
    assert 'href="/changes?source=openrouter&amp;since=2026-11-20&amp;until=2026-11-20">All 250 of' in page
    whole = "/changes?source=openrouter&since=2026-11-20&until=2026-11-20"
    assert client.get(whole).text.count('<tr><th scope="row">') == 100
    assert client.get(f"{whole}&page=3").text.count('<tr><th scope="row">') == 50


def test_older_days_are_a_link_away(client):
    for day in range(14):
        add("acme/talk-large", "max_output", day, day + 1, at=LAST - timedelta(days=day))
    Version.bump()
    first = client.get("/changes?field=max_output").text
    older = "/changes?field=max_output&until=2026-11-10"
    assert first.count("<h2") == 10 and f'href="{older.replace("&", "&amp;")}"' in first
    assert client.get(older).text.count("<h2") == 4 and "Older changes" not in client.get(older).text


def test_data_has_pages_until_one_is_empty(client):
    model = Model.objects.get(slug="orbit/paint")
    Change.objects.bulk_create(Change(model=model, field="max_output", before=n, after=n + 1, source="lab", at=LAST)
                               for n in range(101))  # fmt: skip
    found = [client.get(f"/changes.json?page={page}").json() for page in (1, 2, 3)]
    assert [len(one["data"]) for one in found] == [100, 1, 0] and {one["total"] for one in found} == {101}


def test_a_model_has_a_page_of_its_changes(client, several):
    page = client.get("/models/acme/talk-large/changes").text
    assert "Changes of Talk Large" in page and "orbit/embed" not in page
    assert fields(client, "", "/models/acme/talk-large/changes") == ["price.input_tokens@batch", "price.input_tokens"]
    assert fields(client, "since=2026-11-21", "/models/acme/talk-large/changes") == []
    assert 'href="/models/acme/talk-large/changes.atom"' in page
    assert 'href="/models/acme/talk-large/changes"' in client.get("/models/acme/talk-large").text


@pytest.mark.parametrize("form", ["", ".json", ".csv", ".md", ".atom"])
def test_changes_of_an_alias_redirect_and_of_nobody_are_not_found(client, form):
    answer = client.get(f"/models/openai/tts-hd/changes{form}")
    assert (answer.status_code, answer["Location"]) == (301, f"/models/openai/tts-1-hd/changes{form}")
    assert client.get(f"/models/no/such/changes{form}").status_code == 404


def test_a_page_links_its_query_in_every_form(client, several):
    page = client.get("/changes?provider=acme&field=price").text
    for form in ("json", "csv", "md", "atom"):
        assert f'href="/changes.{form}?provider=acme&amp;field=price"' in page
    assert "| 2026-11-20 |" in client.get("/changes.md?provider=acme&field=price").text


def test_data_has_the_day_of_a_price_and_the_moment_it_was_recorded(client, several):
    found = client.get("/changes.json?field=price.input_tokens").json()["data"][1]
    assert (found["before"], found["after"], found["valid_from"]) == ("4", "0", "2026-11-01")
    assert found["at"] == "2026-11-20T12:00:00+00:00"
    document = client.get("/openapi.json").json()
    checked(document, {"$ref": "#/components/schemas/ChangeList"}).validate(client.get("/changes.json").json())
    feed = client.get("/changes.atom?field=price").text
    assert "From $4.00 to free. Source: LiteLLM price map. Holds from 2026-11-01." in feed


def test_of_a_fact_made_of_parts_only_those_that_changed_are_told(client):
    add("acme/talk-large", "capabilities", {"tools": True, "vision": False}, {"tools": True, "vision": True, "pdf": True})
    Version.bump()
    assert "Capabilities vision: no, pdf: unknown vision: yes, pdf: yes" in words(client.get("/changes").text)
    assert client.get("/changes.json").json()["data"][0]["before"] == {"tools": True, "vision": False}


def test_nobody_is_told_who_made_an_edit(client, several):
    forms = ["/changes", "/changes.json", "/changes.csv", "/changes.md", "/changes.atom", "/models/openai/tts-1-hd.atom"]
    assert not any("mallory" in client.get(path).text for path in forms)


def test_changes_can_be_asked_for_again(client, several):
    first = client.get("/changes.json?field=price")
    assert client.get("/changes.json?field=price", headers={"If-None-Match": first["ETag"]}).status_code == 304
    add("acme/talk-large", "price.images", None, "1")
    Version.bump()
    assert client.get("/changes.json?field=price", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_what_the_gateway_stopped_serving_can_be_asked_for(client, several):
    add("acme/talk-large", "served", True, False, "gateway")
    assert fields(client, "field=served") == ["served"]
    assert '<option value="served" selected>Served</option>' in client.get("/changes?field=served").text
