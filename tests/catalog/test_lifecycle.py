"""What a status and its date mean on the day they are read, around midnight UTC too."""

import html
import re
from datetime import UTC, date, datetime

import pytest

from catalog import lifecycle, snapshot
from catalog.models import Model, Version

PAINT = "/models/orbit/paint"  # retires on 2027-01-31; acme/talk-large is to be used instead


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.fixture
def at(catalog, monkeypatch):
    """at(moment) sets the clock, and lets the snapshot be built anew as it is when a day begins."""

    class Clock(datetime):
        moment: datetime

        @classmethod
        def now(cls, tz=None):
            return cls.moment

    def turn(text: str) -> None:
        Clock.moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
        monkeypatch.setattr(lifecycle, "datetime", Clock)
        monkeypatch.setattr(snapshot, "_current", None)

    return turn


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2027-01-19T23:59:59", "Retires in 12 days, on 2027-01-31."),
        ("2027-01-20T00:00:00", "Retires in 11 days, on 2027-01-31."),
        ("2027-01-30T23:59:59", "Retires tomorrow, on 2027-01-31."),
        ("2027-01-31T00:00:00", "Retired on 2027-01-31."),
        ("2028-05-01T12:00:00", "Retired on 2027-01-31."),
    ],
)
def test_the_days_are_counted_down(client, at, moment, said):
    at(moment)
    assert said in words(client.get(PAINT).text)


@pytest.mark.parametrize(("moment", "status"), [("2027-01-30T23:59:59", "retiring"), ("2027-01-31T00:00:00", "retired")])
def test_every_answer_has_the_status_of_the_day(client, at, moment, status):
    at(moment)
    assert client.get("/api/v1/models/orbit/paint").json()["status"] == status
    assert [row["id"] for row in client.get(f"/models.json?status={status}").json()["data"]] == ["orbit/paint"]


def test_nothing_derived_is_written_down(client, at):
    at("2027-01-31T00:00:00")
    client.get(PAINT)
    assert Model.objects.get(slug="orbit/paint").status == "retiring"


def test_a_retired_model_keeps_its_page(client, at):
    at("2027-02-01T00:00:00")
    answer = client.get(PAINT)
    assert answer.status_code == 200 and "This page stays for old links" in words(answer.text)


def test_the_replacement_is_a_link_on_the_page_and_named_in_the_list(client, at):
    at("2027-01-01T00:00:00")
    assert 'Use <a href="/models/acme/talk-large">' in client.get(PAINT).text
    assert "Retires in 30 days, on 2027-01-31 use acme/talk-large" in words(client.get("/models?provider=orbit").text)
    assert client.get("/api/v1/models/orbit/paint").json()["replacement"] == "acme/talk-large"


def test_a_replacement_that_is_not_listed_is_no_link(client, catalog):
    Model.objects.filter(slug="orbit/paint").update(replacement="orbit/gone")
    Version.bump()
    page = client.get(PAINT).text
    assert "Use orbit/gone instead, which is not listed here." in words(page) and "/models/orbit/gone" not in page


def test_without_a_replacement_the_page_says_so(client, catalog):
    Model.objects.filter(slug="orbit/paint").update(replacement="")
    Version.bump()
    page = client.get(PAINT).text
    assert "No source names a replacement." in words(page) and "modality=image&amp;status=active" in page


@pytest.mark.parametrize(
    ("status", "day", "said"),
    [("retired", "2027-01-31", "Retired"), ("retired", "2020-01-01", "Retired on 2020-01-01"),
     ("preview", "2027-01-31", "Preview, until 2027-01-31"), ("active", "2027-01-31", "Active, until 2027-01-31")],
)  # fmt: skip
def test_a_known_day_is_said_and_never_before_it_came(client, at, status, day, said):
    Model.objects.filter(slug="orbit/paint").update(status=status, retires_on=day)
    at("2027-01-01T00:00:00")
    for path in (PAINT, "/models?provider=orbit"):
        assert f">{said}</span>" in client.get(path).text


def test_a_date_alone_retires_nothing():
    assert lifecycle.status("active", date(2020, 1, 1)) == "active"
    assert lifecycle.status("retiring", None) == "retiring"
