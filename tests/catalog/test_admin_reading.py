"""The admin of syncs and of ids that wait, through the client."""

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from listing_gateway import ListingGateway

from catalog import syncing
from catalog.models import Import, Match, Model

IMPORTS, MATCHES = "/admin/catalog/import/", "/admin/catalog/match/"
SYNC = f"{IMPORTS}sync/gateway/"


@pytest.fixture
def waits(catalog, lists: ListingGateway) -> Match:
    """A sync met an id that may be one of ours."""
    lists.lists({"id": "acme/talk-free"}, {"id": "azure/talk-large"})
    call_command("sync", "--source", "gateway", verbosity=0)
    return Match.objects.get()


def decide(client: Client, match: Match, **said: str):
    return client.post(f"{MATCHES}{match.pk}/change/", said, follow=True)


def synced(match: Match) -> None:
    call_command("sync", "--source", "gateway", verbosity=0)
    match.refresh_from_db()


def test_shows_the_last_result_and_the_next_run(admin_client, waits, lists):
    html = admin_client.get(IMPORTS).content.decode()
    assert "Applied, " in html and "when a command or timer does it" in html and lists.url in html
    assert "2 stated" in html and admin_client.get(reverse("admin:catalog_import_change", args=[Import.objects.first().pk]))


def test_syncs_now_and_says_what_came_of_it(admin_client, catalog, lists):
    lists.lists({"id": "acme/talk-large"})
    assert "1 stated" in admin_client.post(SYNC, follow=True).content.decode()
    assert Import.objects.get(source="gateway").by == "admin"
    lists.answers["/v1/models"] = (500, "{}")
    assert "The last good catalog is kept." in admin_client.post(SYNC, follow=True).content.decode()


def test_sync_takes_a_post_and_the_permission(admin_client, client, catalog, lists, django_user_model):
    assert admin_client.get(SYNC).status_code == 405
    editor = django_user_model.objects.create_user("editor", is_staff=True)
    editor.user_permissions.add(Permission.objects.get(codename="view_import"))
    client.force_login(editor)
    assert client.post(SYNC).status_code == 403 and not lists.asked
    assert "Sync gateway now" not in client.get(IMPORTS).content.decode()


def test_what_waits_is_listed_until_it_is_decided(admin_client, waits):
    assert "azure/talk-large" in admin_client.get(MATCHES).content.decode()
    decide(admin_client, waits, decision="ignore")
    assert "azure/talk-large" not in admin_client.get(MATCHES).content.decode()
    assert "azure/talk-large" in admin_client.get(f"{MATCHES}?decided=yes").content.decode()


def test_id_is_the_model_that_a_person_names_at_once(admin_client, waits, lists):
    assert "Decided, and applied." in decide(admin_client, waits, decision="acme/talk-large").content.decode()
    waits.refresh_from_db()
    model, asked = Model.objects.get(slug="acme/talk-large"), len(lists.asked)
    assert (waits.by, model.upstream_id, model.served) == ("admin", "azure/talk-large", True)
    synced(waits)
    assert len(lists.asked) > asked
    assert (waits.by, Model.objects.get(slug="acme/talk-large").upstream_id) == ("admin", "azure/talk-large")


def test_id_is_a_model_of_its_own(admin_client, waits):
    decide(admin_client, waits, decision="own")
    stated = {"served": True, "modality": "chat", "upstream_id": "azure/talk-large"}
    assert Model.objects.filter(slug="azure/talk-large", **stated).exists()
    synced(waits)
    assert Model.objects.filter(slug="azure/talk-large", **stated).exists()


def test_decision_is_no_reading_of_the_gateway(admin_client, waits):
    before = syncing.last_of("gateway")
    decide(admin_client, waits, decision="own")
    assert syncing.last_of("gateway") == before and Import.objects.first().place != before.place


def test_another_decision_waits_for_the_source(admin_client, waits):
    decide(admin_client, waits, decision="own")
    html = decide(admin_client, waits, decision="acme/talk-large").content.decode()
    assert "It holds from the next sync on." in html and Model.objects.get(slug="azure/talk-large").served
    synced(waits)
    assert Model.objects.get(slug="acme/talk-large").upstream_id == "azure/talk-large"


def test_decision_beside_an_import_waits_for_the_next_sync(admin_client, waits):
    Import.objects.create(source="litellm", state="running")
    assert "Another import is under way" in decide(admin_client, waits, decision="own").content.decode()
    waits.refresh_from_db()
    assert waits.decided and not Model.objects.filter(slug="azure/talk-large").exists()


def test_id_is_left_out(admin_client, waits):
    decide(admin_client, waits, decision="ignore")
    synced(waits)
    assert not Model.objects.filter(slug="azure/talk-large").exists() and waits.decided


def test_id_is_some_other_model(admin_client, waits):
    assert "No model has this slug" in decide(admin_client, waits, decision="other", other="no/such").content.decode()
    decide(admin_client, waits, decision="other", other="openai/tts-1-hd")
    synced(waits)
    assert Model.objects.get(slug="openai/tts-1-hd").upstream_id == "azure/talk-large"


@pytest.mark.parametrize(
    ("action", "decision"), [("is_first", "acme/talk-large"), ("is_own", "its own"), ("is_nothing", "left out")]
)
def test_several_are_decided_at_once(admin_client, waits, action, decision):
    admin_client.post(MATCHES, {"action": action, "_selected_action": [waits.pk]})
    assert decision in admin_client.get(f"{MATCHES}?decided=all").content.decode()
