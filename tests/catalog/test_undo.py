"""What a person saved can be taken back, as one, unless something newer was put over it."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog import bundle
from catalog.claims import pins, undo
from catalog.models import Change, Claim, Collection, Edit, Model

pytestmark = pytest.mark.usefixtures("catalog")
LIST = reverse("admin:catalog_model_changelist")
SMALL = Path(__file__).parent.parent / "data" / "small-catalog.json"


def talk() -> Model:
    return Model.objects.get(slug="acme/talk-large")


def edit(**stated: Any) -> Edit:
    made = pins.edit(talk(), stated, {}, by="ada")
    assert made
    return made


def go_back(client: Client, made: Edit) -> str:
    """Confirms an undo, and gives what the next page says."""
    url = reverse("admin:catalog_model_undo", args=[made.pk])
    assert client.get(url).status_code == 200
    return client.post(url, follow=True).content.decode()


def act(client: Client, action: str, *slugs: str) -> Any:
    chosen = [Model.objects.get(slug=slug).pk for slug in slugs]
    return client.post(LIST, {"action": action, "_selected_action": chosen}, follow=True)


def test_an_edit_says_who_made_it() -> None:
    made = edit(context_window=300_000)
    change = Change.objects.get(field="context_window")
    assert (made.by, change.by, change.edit) == ("ada", "ada", made)
    assert (made.before, made.after) == (
        {"pins": {}, "columns": {}}, {"pins": {"context_window": 300_000}, "columns": {}},
    )  # fmt: skip


def test_saving_what_is_already_so_is_no_edit() -> None:
    edit(context_window=300_000)
    assert pins.edit(talk(), {"context_window": 300_000}, {}) is None


def test_undo_brings_back_what_was_shown(admin_client: Client) -> None:
    edit(context_window=300_000)
    second = edit(context_window=200_000, capabilities={"tools": False, "vision": True, "streaming": True})
    assert "undone" in go_back(admin_client, second)
    assert (talk().context_window, talk().capabilities["tools"]) == (300_000, True)
    back = Change.objects.filter(field="context_window").first()
    assert back and (back.before, back.after, back.by, back.edit) == (200_000, 300_000, "admin", second)
    latest = undo.latest(talk())
    assert latest and latest.after["pins"] == {"context_window": 300_000}


def test_columns_go_back_too(admin_client: Client) -> None:
    made = pins.edit(talk(), {}, {}, columns={"listed": False, "upstream_id": "large"})
    assert made
    go_back(admin_client, made)
    assert (talk().listed, talk().upstream_id) == (True, "")


def test_undo_is_refused_where_something_newer_was_pinned(admin_client: Client) -> None:
    first = edit(context_window=300_000, family="chatter")
    edit(context_window=200_000)
    shown = go_back(admin_client, first)
    assert "Nothing of acme/talk-large was taken back: Context window changed again since." in shown
    assert (talk().context_window, talk().family) == (200_000, "chatter")


def test_an_undone_edit_stays_undone(admin_client: Client) -> None:
    made = edit(context_window=300_000)
    go_back(admin_client, made)
    edit(family="chatter")
    url = reverse("admin:catalog_model_undo", args=[made.pk])
    assert "undone before" in admin_client.get(url, follow=True).content.decode()
    assert talk().family == "chatter"


def test_what_a_model_made_here_begins_with_is_not_undone() -> None:
    made = Model.objects.create(slug="orbit/new", provider=talk().provider, name="New")
    assert pins.edit(made, {"name": "New"}, {}) is None
    assert not Edit.objects.exists()


def test_the_page_of_a_model_offers_its_last_edit(admin_client: Client) -> None:
    page = reverse("admin:catalog_model_change", args=[talk().pk])
    assert "Undo last change" not in admin_client.get(page).content.decode()
    made = edit(context_window=300_000)
    assert reverse("admin:catalog_model_undo", args=[made.pk]) in admin_client.get(page).content.decode()


def test_who_may_only_look_cannot_undo(client: Client, django_user_model: Any) -> None:
    client.force_login(django_user_model.objects.create_user("reader", is_staff=True))
    url = reverse("admin:catalog_model_undo", args=[edit(context_window=300_000).pk])
    assert client.post(url).status_code == 403
    assert talk().context_window == 300_000


# Many at once


def test_a_bulk_edit_is_undone_as_one(admin_client: Client) -> None:
    shown = act(admin_client, "status_retired", "acme/talk-large", "orbit/embed").content.decode()
    assert "2 models are now pinned as retired." in shown
    assert {m.slug for m in Model.objects.filter(status="retired")} == {"acme/talk-large", "orbit/embed"}
    assert LogEntry.objects.count() == 2
    edits = Edit.objects.all()
    assert f"/undo/{edits[0].pk}/" in shown or f"/undo/{edits[1].pk}/" in shown
    assert "2 changes were undone" in go_back(admin_client, edits[0])
    assert not Model.objects.filter(status="retired").exists()
    assert not Claim.objects.filter(source="pin").exists()


def test_many_models_take_no_more_queries_than_two(admin_client: Client) -> None:
    def queries(*slugs: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            act(admin_client, "status_retired", *slugs)
            go_back(admin_client, Edit.objects.all()[0])
        return len([one for one in asked if "savepoint" not in one["sql"].lower()]) - len(slugs)  # `act` asks for each

    assert queries(*Model.objects.values_list("slug", flat=True)) <= queries("acme/talk-large", "orbit/embed")
    assert not Claim.objects.filter(source="pin").exists()
    assert Change.objects.filter(field="status").exclude(edit=None).count() == 2 * (6 + 2)


def test_of_a_bulk_edit_what_was_edited_since_stays(admin_client: Client) -> None:
    act(admin_client, "hide", "acme/talk-large", "orbit/embed")
    first = Edit.objects.all()[0]
    pins.edit(talk(), {}, {}, columns={"listed": True})
    assert "Nothing of acme/talk-large was taken back: Listed changed again since." in go_back(admin_client, first)
    assert Model.objects.filter(listed=True, slug="orbit/embed").exists()


def test_a_bulk_status_survives_a_load(admin_client: Client) -> None:
    act(admin_client, "status_retired", "acme/talk-large")
    Claim.objects.exclude(source="pin").delete()
    small = json.loads(SMALL.read_text("utf-8"))
    bundle.load(small["files"], small["collections"])
    assert talk().status == "retired"


def test_adds_models_to_a_collection(admin_client: Client) -> None:
    act(admin_client, "collect_frontier", "orbit/embed", "orbit/paint")
    held = Collection.objects.get(slug="frontier").members.values_list("slug", flat=True)
    assert set(held) == {"acme/talk-large", "orbit/embed", "orbit/paint"}


def test_exports_the_chosen_hidden_ones_too(admin_client: Client) -> None:
    Model.objects.filter(slug="orbit/embed").update(listed=False)
    rows = act(admin_client, "export_json", "orbit/embed", "acme/talk-large").json()["data"]
    assert [row["id"] for row in rows] == ["acme/talk-large", "orbit/embed"]
    assert {claim["source"] for claim in rows[0]["claims"]} == {"litellm", "models.dev"}
    table = act(admin_client, "export_csv", "orbit/embed").content.decode()
    assert table.startswith("id,name,provider") and "\norbit/embed," in table


def test_hidden_models_are_previewed_by_staff_alone(admin_client: Client) -> None:
    Model.objects.filter(slug="acme/talk-large").update(listed=False)
    url = reverse("admin:catalog_model_preview", args=[talk().pk])
    assert url in admin_client.get(reverse("admin:catalog_model_change", args=[talk().pk])).content.decode()
    shown = admin_client.get(url)
    assert "Not on the site." in shown.content.decode() and "$1.25" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert Client().get(url).status_code == 302
