"""The admin's list of what went wrong, and its row among what needs attention."""

import pytest
from django.utils import timezone

from catalog.models import Failure, Import
from catalog.operation import told

AWAY = "https://gateway.example/v1"


@pytest.fixture
def failure(db):
    now = timezone.now()
    told = {"kind": "site", "what": "KeyError", "place": "browse", "status": 500, "request_id": "ab12cd34"}
    return Failure.objects.create(**told, day=now.date(), times=3, first=now, last=now)


def test_a_failure_is_listed_with_all_that_is_known(admin_client, catalog, failure):
    page = admin_client.get("/admin/catalog/failure/").text
    for words in ("KeyError", "browse", "500", "ab12cd34", "This site itself", "kept for 14 days"):
        assert words in page


def test_failures_are_filtered_and_found_by_their_request(admin_client, catalog, failure):
    assert "KeyError" not in admin_client.get("/admin/catalog/failure/?kind__exact=gateway").text
    assert "KeyError" in admin_client.get("/admin/catalog/failure/?q=ab12cd34").text


def test_the_list_asks_as_little_however_long_it_is(admin_client, catalog, failure, django_assert_max_num_queries):
    for n in range(20):
        Failure.objects.create(**{name: getattr(failure, name) for name in ("day", "kind", "first", "last")}, what=f"e{n}")
    with django_assert_max_num_queries(14):
        admin_client.get("/admin/catalog/failure/")


def test_nobody_edits_failures(admin_client, catalog, failure):
    assert admin_client.get(f"/admin/catalog/failure/{failure.pk}/delete/").status_code == 403
    assert "_save" not in admin_client.get(f"/admin/catalog/failure/{failure.pk}/change/").text


def test_the_start_page_leads_to_them(admin_client, catalog, failure):
    page = admin_client.get("/admin/").text
    link = f"/admin/catalog/failure/?kind__exact=site&amp;day={failure.day}"
    assert f'<a href="{link}">This site itself failed 3 times today.</a>' in page
    assert "KeyError" in admin_client.get(link.replace("&amp;", "&")).text


def test_editors_see_none_of_it(client, catalog, failure, django_user_model):
    from django.contrib.auth.models import Group

    editor = django_user_model.objects.create_user("editor", password="x", is_staff=True)
    editor.groups.add(Group.objects.get(name="Editor"))
    client.force_login(editor)
    assert client.get("/admin/catalog/failure/").status_code == 403
    assert "itself failed" not in client.get("/admin/").text


def test_what_the_gateway_told_is_shown_as_text(admin_client, catalog, settings):
    settings.GATEWAY_URL = AWAY
    tells = {"health": {"openai": {"status": "up", "note": "<b>bold</b>"}}, "balance": {"usd": 4.2, "by": ["a", {"deep": [1]}]}}
    Import.objects.create(source="gateway", state="done", place=AWAY, finished=timezone.now(), report={"gateway": tells})
    page = admin_client.get("/admin/catalog/failure/").text
    assert "<dt>health › openai › status</dt><dd><bdi>up</bdi>" in page and "<dt>balance › usd</dt><dd><bdi>4.2</bdi>" in page
    assert "&lt;b&gt;bold" in page


def test_however_much_it_tells_little_is_shown():
    nested = [[[[[["x" * 500]]]]]]
    lines = list(told.flat({"n" * 500: nested, **{str(n): n for n in range(1000)}}))
    assert len(lines[0][0]) <= told.LONGEST >= len(lines[0][1])


def test_another_gateways_words_are_not_shown(catalog, settings):
    Import.objects.create(source="gateway", state="done", place="https://old.example", report={"gateway": {"balance": 1}})
    settings.GATEWAY_URL = AWAY
    assert told.last() is None
