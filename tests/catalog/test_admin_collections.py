"""Collections and providers in the admin, and what is only read there."""

import json
from pathlib import Path
from typing import Any

import pytest
from admin_forms import address, edit, page, row, save, talk
from django.test import Client
from django.urls import reverse

from catalog import bundle, snapshot
from catalog.models import Change, Collection, Provider, Version
from playground.models import Run

pytestmark = pytest.mark.usefixtures("catalog")
SMALL = Path(__file__).parent.parent / "data" / "small-catalog.json"


def test_a_collection_follows_its_rule(admin_client: Client) -> None:
    speech = Collection.objects.get(slug="speech")
    assert save(admin_client, address(speech), name="Embeddings", rule="/models?modality=embedding").status_code == 302
    assert Collection.objects.get(slug="speech").rule == "modality=embedding"
    shown = page("orbit/embed")
    assert "Embeddings" in shown
    assert "orbit/embed" in admin_client.get(address(speech)).content.decode()


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("modality=smell", "modality “smell” is not known"),
        ("modalty=chat", "modalty is not known. Known: modality"),
        ("price=free&provider=nobody", "provider “nobody” is not known"),
        ("sort=smell", "sort “smell” is not known"),
        ("sort=name", "This rule narrows nothing"),
        ("released_within=soon", "is not a whole number of days from 1 to 3660"),
        ("collection=frontier", "collection is not known. Known: modality"),
        ("price=known&each=none", "each must be a whole number from 1 to 50"),
    ],
)
def test_names_what_is_wrong_with_a_rule(admin_client: Client, rule: str, sentence: str) -> None:
    response = save(admin_client, address(Collection.objects.get(slug="speech")), rule=rule)
    assert response.status_code == 200
    assert sentence in response.content.decode()


def test_a_collection_has_what_its_rule_finds_and_what_was_picked(admin_client: Client) -> None:
    frontier = Collection.objects.get(slug="frontier")
    members = "acme/talk-free\r\norbit/embed\r\n"
    assert save(admin_client, address(frontier), rule="modality=speech", members=members).status_code == 302
    found = snapshot.refresh().groups["frontier"].members
    assert found == ("openai/tts-1-hd", "acme/talk-free", "orbit/embed")


def test_lists_collections_in_a_fixed_number_of_queries(admin_client: Client, django_assert_max_num_queries: Any) -> None:
    Collection.objects.bulk_create([Collection(slug=f"group-{n}", name=f"Group {n}", rule="price=free") for n in range(9)])
    Version.bump(())
    snapshot.refresh()
    with django_assert_max_num_queries(8):
        assert "group-8" in admin_client.get("/admin/catalog/collection/").content.decode()


def test_a_collection_names_members_that_nobody_is(admin_client: Client) -> None:
    response = save(admin_client, address(Collection.objects.get(slug="frontier")), members="acme/talk-large\nacme/talk-huge")
    assert "No model is called acme/talk-huge." in response.content.decode()


def test_shows_what_a_rule_would_find_while_it_is_typed(admin_client: Client) -> None:
    found = reverse("admin:catalog_collection_found")
    shown = admin_client.get(found, {"rule": "modality=speech", "members": "acme/talk-free"}).content.decode()
    assert "2 models on the site" in shown
    assert "openai/tts-1-hd" in shown
    assert "modality “smell” is not known" in admin_client.get(found, {"rule": "modality=smell"}).content.decode()
    assert Client().get(found).status_code == 302


def test_a_provider_may_be_renamed(admin_client: Client) -> None:
    assert save(admin_client, address(Provider.objects.get(slug="orbit")), name="Orbital").status_code == 302
    assert "Orbital" in Client().get("/providers/orbit").content.decode()
    small = json.loads(SMALL.read_text("utf-8"))
    bundle.load(small["files"], small["collections"])
    assert Provider.objects.get(slug="orbit").name == "Orbital"


@pytest.mark.parametrize("name", ["catalog_change", "catalog_usage", "playground_run"])
def test_what_the_site_writes_itself_is_only_read(admin_client: Client, name: str) -> None:
    assert admin_client.get(reverse(f"admin:{name}_changelist")).status_code == 200
    assert admin_client.get(reverse(f"admin:{name}_add")).status_code == 403


def test_changes_are_listed_in_words(admin_client: Client) -> None:
    edit(admin_client, **{row("input_tokens") + "amount": "1.5"})
    shown = admin_client.get(reverse("admin:catalog_change_changelist")).content.decode()
    assert all(words in shown for words in ("Price, input", "$1.25", "$1.50"))


def test_changes_say_who_made_them(admin_client: Client) -> None:
    edit(admin_client, context_window="300000")
    Change.objects.create(model=talk(), field="family", before="", after="chatter", source="litellm")
    shown = admin_client.get(reverse("admin:catalog_change_changelist")).content.decode()
    assert '<td class="field-who">admin</td>' in shown
    assert '<td class="field-who">the source itself</td>' in shown


def test_a_run_shows_no_bodies(admin_client: Client) -> None:
    run = Run.objects.create(
        visitor="7e1de9e2-4f2a-4f5b-9f0a-5b1f7d0d0001", model="acme/talk-large", endpoint="chat", state="complete",
        request_body="my secret question", response_body="a secret answer", output="a secret answer",
    )  # fmt: skip
    shown = admin_client.get(address(run)).content.decode()
    assert "acme/talk-large" in shown
    assert "secret" not in shown
    assert str(run.visitor) not in shown
