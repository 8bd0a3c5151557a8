"""Which source's word is shown follows the order that the operator gives them."""

import pytest
from django.core.management import call_command
from django.test import Client

from catalog import bundle, snapshot
from catalog.claims import pins
from catalog.models import Change, Model, Price, Source, Version
from catalog.vocabulary import PIN, SOURCES

pytestmark = pytest.mark.usefixtures("catalog")
TALK = "acme/talk-large"
LIST = "/admin/catalog/source/"


def order(client: Client, **places: int):
    """Saves the list of sources with other places, by key."""
    rows = list(Source.objects.all())
    form = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": len(rows), "_save": "Save"}
    for n, row in enumerate(rows):
        form |= {f"form-{n}-id": row.pk, f"form-{n}-place": places.get(row.key.replace(".", "_"), row.place)}
    return client.post(LIST, form, follow=True)


def test_every_source_but_the_pin_has_a_place_after_migrating() -> None:
    assert list(Source.objects.values_list("key", flat=True)) == [key for key in SOURCES if key != PIN]
    Source.objects.filter(key="gateway").update(place=5)
    Source.objects.filter(key="bundle").delete()
    call_command("migrate", verbosity=0)
    assert Source.objects.get(key="gateway").place == 5
    assert Source.objects.filter(key="bundle").exists()


def test_another_order_shows_at_once_and_is_history(admin_client: Client) -> None:
    before = Version.current()
    answer = order(admin_client, models_dev=1)
    assert b"The order holds now" in answer.content
    model = Model.objects.get(slug=TALK)
    assert model.context_window == 256_000
    change = Change.objects.get(model=model, field="context_window")
    assert (change.before, change.after, change.source, change.by) == (400_000, 256_000, "models.dev", "admin")
    assert Version.current() == before + 1
    assert snapshot.refresh().by_slug[TALK].said("context_window")[0].source == "models.dev"


def test_the_same_order_changes_nothing(admin_client: Client) -> None:
    before = Version.current()
    assert b"The order holds now" not in order(admin_client).content
    assert Version.current() == before


def test_a_pin_is_above_all_whatever_the_order(admin_client: Client) -> None:
    pins.edit(Model.objects.get(slug=TALK), {"context_window": 5}, {})
    order(admin_client, models_dev=0, litellm=1)
    assert Model.objects.get(slug=TALK).context_window == 5


def test_a_price_of_another_source_holds_from_today(admin_client: Client) -> None:
    model = {"slug": "acme/two", "aliases": [], "claims": [
        {"source": source, "as_of": "2026-11-01", "url": None, "facts": {"modality": "chat"},
         "prices": [{"meter": "input_tokens", "amount": amount, "condition": ""}]}
        for source, amount in (("litellm", "1"), ("models.dev", "2"))
    ]}  # fmt: skip
    bundle.load([{"provider": {"slug": "acme", "name": "Acme", "url": ""}, "models": [model]}], [])
    order(admin_client, models_dev=1)
    old, new = Price.objects.filter(model__slug="acme/two").order_by("pk")
    assert (old.amount, new.amount, new.source, old.valid_to) == (1, 2, "models.dev", new.valid_from)
    assert new.valid_from > old.valid_from


def test_each_field_says_whose_place_it_is(admin_client: Client) -> None:
    page = admin_client.get(LIST).content.decode()
    assert all(f'aria-label="Place of {source}"' in page for source in ("this gateway", "LiteLLM price map"))


def test_only_who_may_change_sources_sees_the_list(client: Client) -> None:
    assert client.get(LIST).status_code == 302


def test_a_place_is_set_in_the_list_alone(admin_client: Client) -> None:
    """There models follow; the key of a source is what its claims are kept under."""
    before = list(Source.objects.values_list("key", "place"))
    row = Source.objects.get(key="models.dev")
    answer = admin_client.post(f"{LIST}{row.pk}/change/", {"key": "another", "place": "1"})
    assert answer["Location"] == LIST
    assert list(Source.objects.values_list("key", "place")) == before
