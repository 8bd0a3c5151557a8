"""A source is read on two pages of the admin: first what would change, then what of it is ticked."""

import json
import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from catalog import bundle, imports
from catalog.admin import planned
from catalog.claims import pins
from catalog.models import Import, Model, Provider, Version
from catalog.sources import litellm

pytestmark = pytest.mark.usefixtures("catalog")
READ, TALK, NEW = "/admin/catalog/import/read/", "acme/talk-large", "zeta/new"



def listing(slug: str, source: str = "litellm", as_of: str = "2026-11-20", **facts: Any) -> dict[str, Any]:
    """A model of our own export, of which one source speaks."""
    claims = [{"source": source, "as_of": as_of, "url": None, "field": name, "value": value} for name, value in facts.items()]
    return {"id": slug, "claims": claims}


TWO = [listing(TALK, context_window=500_000), listing(NEW, modality="chat", **{"price.input_tokens": "0.5"})]


def upload(client: Client, content: Any, source: str = "json", **said: Any) -> Any:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return client.post(READ, {"source": source, "file": SimpleUploadedFile("mine.json", body)} | said, follow=True)


def address() -> str:
    return f"/admin/catalog/import/{Import.objects.get(state='planned').pk}/plan/"


def digest(client: Client) -> str:
    return re.search('name="digest" value="(.*?)"', text(client.get(address())))[1]


def apply(client: Client, slugs: list[str], groups: tuple[str, ...] = planned.BOXED, **said: Any) -> str:
    form = {"digest": digest(client), "slug": slugs, "group": groups} | said
    return text(client.post(address(), form, follow=True))


def text(answer: Any) -> str:
    return answer.content.decode()


def window(slug: str = TALK) -> int | None:
    return Model.objects.get(slug=slug).context_window


def test_preview_says_what_would_change_and_changes_nothing(admin_client):
    html = text(upload(admin_client, TWO))
    assert "Created: 1" in html and "Changed: 1" in html and "mine.json" in html
    assert re.search("<td>Context window</td><td>400,000</td><td>500,000</td><td>LiteLLM price map</td>", html)
    assert window() == 400_000 and not Model.objects.filter(slug=NEW).exists()


def test_applies_what_is_ticked_and_leaves_the_rest(admin_client):
    upload(admin_client, TWO)
    html = apply(admin_client, [TALK])
    assert "Applied: 1 changed." in html and "stayed as they were" in html
    assert window() == 500_000 and not Model.objects.filter(slug=NEW).exists()
    assert not Provider.objects.filter(slug="zeta").exists()
    done = Import.objects.get(state="done", source="json")
    assert (done.by, done.counts["changed"], done.counts["created"]) == ("admin", 1, 0)


def test_what_was_not_ticked_waits_and_is_applied_later(admin_client):
    upload(admin_client, TWO)
    apply(admin_client, [TALK])
    assert "Applied: 1 created." in apply(admin_client, [NEW])
    assert Model.objects.get(slug=NEW).modality == "chat" and not Import.objects.filter(state="planned").exists()


def test_a_group_without_its_tick_is_left_out_whole(admin_client):
    upload(admin_client, TWO)
    apply(admin_client, [TALK, NEW], groups=("created",))
    assert window() == 400_000 and Model.objects.filter(slug=NEW).exists()


def test_only_what_the_filter_shows_is_applied(admin_client):
    upload(admin_client, TWO)
    assert NEW not in text(admin_client.get(f"{address()}?find=Acme"))
    apply(admin_client, [TALK, NEW], find="acme")
    assert window() == 500_000 and not Model.objects.filter(slug=NEW).exists()


@pytest.mark.parametrize("ticked", [True, False])
def test_what_is_not_shown_of_a_group_has_one_box(admin_client, monkeypatch, ticked):
    monkeypatch.setattr(planned, "SHOWN", 1)
    html = text(upload(admin_client, [listing(f"zeta/new-{n}", modality="chat") for n in range(4)]))
    assert "And the other 3" in html and "zeta/new-1" not in html
    apply(admin_client, ["zeta/new-0"], **({"rest": "created"} if ticked else {}))
    assert Model.objects.filter(provider__slug="zeta").count() == (4 if ticked else 1)


def test_boxes_can_be_unticked_at_once(admin_client):
    upload(admin_client, TWO)
    boxes = [re.findall('name="slug".*?>', text(admin_client.get(address() + query))) for query in ("", "?tick=none")]
    assert [["checked" in box for box in some] for some in boxes] == [[True, True], [False, False]]


def test_a_plan_that_the_catalog_has_left_behind_is_shown_anew(admin_client):
    upload(admin_client, TWO)
    shown = digest(admin_client)
    pins.edit(Model.objects.get(slug=TALK), {"context_window": 300_000}, {})
    html = text(admin_client.post(address(), {"digest": shown, "slug": [TALK, NEW], "group": planned.BOXED}, follow=True))
    assert "The catalog changed since" in html and "Kept, because they are pinned: 1" in html
    assert window() == 300_000 and not Model.objects.filter(slug=NEW).exists()


def test_a_source_that_shrinks_asks_whether_that_is_meant(admin_client, monkeypatch, tmp_path):
    few = tmp_path / "few.json"
    few.write_text('{"gpt-5-pro": {"litellm_provider": "openai", "mode": "chat"}}')
    monkeypatch.setattr(litellm, "URL", str(few))
    html = text(admin_client.post(READ, {"source": "litellm"}, follow=True))
    assert "and states 1 now" in html
    assert "far less than before" in apply(admin_client, [], groups=())
    assert not Import.objects.filter(state="done", source="litellm").exists()
    apply(admin_client, ["openai/gpt-5-pro"], allow_shrink="on")
    assert Import.objects.filter(state="done", source="litellm").exists()


def test_two_at_once_are_told_so(admin_client):
    upload(admin_client, TWO)
    Import.objects.create(source="litellm", state="running")
    assert "Another import" in apply(admin_client, [TALK, NEW]) and window() == 400_000
    assert Import.objects.filter(state="planned").exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"<html>", "mine.json: not JSON"), ({"models": 3}, "Not one of our exports"), (b"\xff\xfe{}", "mine.json: not UTF-8")],
)
def test_a_file_that_cannot_be_read_is_told_in_words(admin_client, content, words):
    html = text(upload(admin_client, content))
    assert words in html and "Nothing was changed." in html and not Import.objects.filter(state="planned").exists()


def test_an_address_that_does_not_answer_is_told_in_words(admin_client, monkeypatch):
    monkeypatch.setattr(litellm, "URL", "http://127.0.0.1:9/prices.json")
    html = text(admin_client.post(READ, {"source": "litellm"}))
    assert "http://127.0.0.1:9/prices.json" in html and "fetch the file yourself" in html


def test_a_file_is_asked_for_and_bounded(admin_client, monkeypatch):
    assert "choose one" in text(admin_client.post(READ, {"source": "csv"}))
    monkeypatch.setattr("catalog.admin.reading.MOST_MB", 0)
    assert "larger than 0 MB" in text(upload(admin_client, TWO))


def test_no_address_can_be_typed(admin_client):
    assert "choose one" in text(admin_client.post(READ, {"source": "json", "place": "http://169.254.169.254/"}))
    assert "import_catalog SOURCE --from" in text(admin_client.get(READ))


def test_a_newer_bundle_is_offered_until_it_is_applied(admin_client, monkeypatch, tmp_path):
    small = tmp_path / "acme.json"
    claim = {"source": "litellm", "as_of": "2026-11-21", "facts": {"context_window": 600_000}}
    page = {"provider": {"slug": "acme", "name": "Acme"}, "models": [{"slug": TALK, "claims": [claim]}]}
    small.write_text(json.dumps(page))
    monkeypatch.setattr("catalog.sources.bundle.data_files", lambda folder=None: [small])
    assert "newer than the one that was loaded last" in text(admin_client.get(READ))
    admin_client.post(READ, {"source": "bundle"})
    apply(admin_client, [TALK], groups=planned.BOXED)
    assert window() == 600_000 and Version.objects.get().bundle == bundle.digest()
    assert 'value="bundle"' not in text(admin_client.get(READ))


def test_reading_again_takes_the_place_of_what_waited(admin_client):
    upload(admin_client, TWO)
    before = address()
    upload(admin_client, TWO)
    assert "its source was read again" in text(admin_client.get(before, follow=True)) and address() != before


def test_a_plan_is_discarded(admin_client):
    upload(admin_client, TWO)
    html = text(admin_client.post(address().replace("plan", "discard"), follow=True))
    assert "stayed as it was" in html and not Import.objects.filter(state="planned").exists() and window() == 400_000


def test_takes_the_permission_to_change_models(client, admin_client, django_user_model):
    upload(admin_client, TWO)
    viewer = django_user_model.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_import"))
    client.force_login(viewer)
    pages = [client.get(READ), client.post(address()), client.post(address().replace("plan", "discard"))]
    assert [page.status_code for page in pages] == [403] * 3
    assert "Read a source" not in text(client.get("/admin/catalog/import/"))
    viewer.user_permissions.add(Permission.objects.get(codename="change_model"))
    assert "Read a source" in text(client.get("/admin/catalog/import/")) and client.get(address()).status_code == 200


def test_a_kept_plan_is_the_plan_that_was_made(admin_client):
    upload(admin_client, TWO)
    again = imports.drafts.planned(Import.objects.get(state="planned"))
    assert set(again.created) == {NEW} and again.created[NEW]["price.input_tokens"] is not None
    assert again.changed[TALK]["context_window"] == (400_000, 500_000)


def test_pages_of_imports_do_not_load_what_waits(admin_client, django_assert_max_num_queries):
    upload(admin_client, TWO)
    with django_assert_max_num_queries(20) as asked:
        admin_client.get("/admin/catalog/import/")
    assert not any('"catalog_import"."rows"' in query["sql"] for query in asked.captured_queries)
