"""The admin through the client: what staff save is on the public page, and holds."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from admin_forms import address, edit, form_of, page, row, save, talk
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from catalog import bundle
from catalog.models import Alias, Change, Claim, Collection, Model, Provider, Version

pytestmark = pytest.mark.usefixtures("catalog")
SMALL = Path(__file__).parent.parent / "data" / "small-catalog.json"


# Who may


def test_keeps_visitors_and_plain_users_out(client: Client, django_user_model: Any) -> None:
    assert client.get("/admin/catalog/model/").url.startswith("/admin/login/")
    client.force_login(django_user_model.objects.create_user("visitor"))
    assert client.get(address(talk())).status_code == 302
    assert client.post(address(talk()), {"name": "Mine"}).status_code == 302
    assert talk().name == "Talk Large"


def test_signs_in_at_its_own_address(client: Client, admin_user: Any) -> None:
    response = client.post("/admin/login/", {"username": "admin", "password": "password", "next": "/admin/"})
    assert response.url == "/admin/"
    assert "Modelry" in client.get("/admin/").content.decode()


def test_staff_who_may_only_look_see_a_page_without_form(client: Client, django_user_model: Any) -> None:
    user = django_user_model.objects.create_user("reader", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(user)
    for shown in (talk(), Collection.objects.first(), Provider.objects.first()):
        assert client.get(address(shown)).status_code == 200
    assert client.post(address(talk()), {"name": "Mine"}).status_code == 403


# Facts


def test_a_collection_may_have_a_per_cent_in_its_name(admin_client: Client) -> None:
    Collection.objects.create(slug="cheap", name="50% off (and %s)")
    assert "Add to collection: 50% off (and %s)" in admin_client.get("/admin/catalog/model/").content.decode()


def test_an_edit_shows_on_the_page(admin_client: Client) -> None:
    before = Version.current()
    edit(admin_client, name="Talk Larger", context_window="300000", can_pdf="true", strengths="Long talks\nShort talks\n")
    shown = page("acme/talk-large")
    assert all(words in shown for words in ("Talk Larger", "300K", "PDF", "Long talks"))
    assert Version.current() > before
    assert {claim.field: claim.value for claim in Claim.objects.filter(source="pin")} == {
        "name": "Talk Larger", "context_window": 300_000, "capabilities": {"pdf": True},
        "strengths": ["Long talks", "Short talks"],
    }  # fmt: skip
    assert Change.objects.filter(source="pin").count() == 4


def test_saving_untouched_pins_nothing(admin_client: Client) -> None:
    for model in Model.objects.all():
        assert save(admin_client, address(model)).status_code == 302
    assert not Claim.objects.filter(source="pin").exists()
    assert not Change.objects.exists()


def test_what_a_load_changed_meanwhile_is_not_pinned(admin_client: Client) -> None:
    opened = form_of(admin_client.get(address(talk())))
    Model.objects.filter(slug="acme/talk-large").update(context_window=500_000)
    Claim.objects.filter(field="context_window", source="litellm").update(value=500_000)
    assert admin_client.post(address(talk()), opened | {"family": "chatter"}).status_code == 302
    assert (talk().context_window, talk().family) == (500_000, "chatter")
    assert Claim.objects.get(source="pin").field == "family"


def test_an_edit_survives_a_load(admin_client: Client) -> None:
    gone, changed = row("cache_read_tokens"), row("input_tokens")
    edit(admin_client, **{
        "name": "Talk Larger", "can_tools": "false", "can_vision": "unknown", "released": "",
        gone + "DELETE": "on", changed + "amount": "1.5",
    })  # fmt: skip
    Claim.objects.exclude(source="pin").delete()  # so that the load writes every claim anew
    small = json.loads(SMALL.read_text("utf-8"))
    bundle.load(small["files"], small["collections"])
    model = talk()
    assert (model.name, model.capabilities, model.released) == ("Talk Larger", {"tools": False, "streaming": True}, None)
    amounts = {price.meter: price.amount for price in model.prices.current().headline()}
    assert amounts == {"input_tokens": 1.5, "output_tokens": 10}


def unpin_buttons(client: Client) -> dict[str, str]:
    """What each button on the page would take back: `{field: what would be shown then}`."""
    shown = client.get(address(talk())).content.decode()
    return dict(re.findall(r'name="unpin" value="([^"]+)"[^>]*>Unpin</button> Back to: ([^<]*)<', shown))


def test_a_pin_is_shown_at_its_field_and_taken_back_there(admin_client: Client) -> None:
    gone, changed = row("cache_read_tokens"), row("input_tokens")
    prices = {changed + "amount": "1.5", gone + "DELETE": "on"}
    edit(admin_client, context_window="300000", can_tools="false", can_pdf="true", **prices)
    assert unpin_buttons(admin_client) == {
        "context_window": "400,000 (LiteLLM price map)", "capabilities.tools": "yes (LiteLLM price map)",
        "capabilities.pdf": "unknown", "price.input_tokens": "$1.25 (LiteLLM price map)",
        "price.cache_read_tokens": "$0.125 (LiteLLM price map)",
    }  # fmt: skip
    for name in ("context_window", "capabilities.pdf", "price.input_tokens", "price.cache_read_tokens"):
        response = save(admin_client, address(talk()), unpin=[name])
        assert response.url == address(talk())
    assert (talk().context_window, talk().capabilities["tools"], "pdf" in talk().capabilities) == (400_000, False, False)
    assert {price.source for price in talk().prices.current()} == {"litellm"}
    assert list(unpin_buttons(admin_client)) == ["capabilities.tools"]


def test_says_what_each_source_says(admin_client: Client) -> None:
    shown = admin_client.get(address(talk())).content.decode()
    assert "<strong>400,000</strong>" in shown
    assert "256,000" in shown
    assert "disagrees" in shown


def test_unverified_endpoints_stay_apart(admin_client: Client) -> None:
    url = address(Model.objects.get(slug="openai/tts-1-hd"))
    assert form_of(admin_client.get(url))["endpoints"] == "speech"
    assert save(admin_client, url, listed_endpoints="").status_code == 302
    speech = Model.objects.get(slug="openai/tts-1-hd")
    assert (speech.endpoints, speech.listed_endpoints) == (["speech"], [])
    assert "listed, not verified" not in page("openai/tts-1-hd")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"endpoints": "chat\nsmell"}, "Unknown: smell. Known: chat, responses"),
        ({"listed_endpoints": "taste"}, "Unknown: taste."),
        ({"input_kinds": ["text", "smell"]}, "smell is not one of the available choices"),
        ({"parameters": '{\n"reject": [}'}, "Line 2, column 12: Expecting value."),
        ({"parameters": '{"bend": 1}'}, "&quot;reject&quot; and &quot;rename&quot;, nothing else"),
        ({"parameters": '{"rename": {"a": 1}}'}, "&quot;rename&quot; is an object"),
        ({"parameters": "[]x"}, "Enter a valid JSON"),
        ({"replacement": "acme/nothing"}, "No model is called acme/nothing"),
        ({"context_window": "-1"}, "greater than or equal to 0"),
        ({"aliases-1-slug": "orbit/embed"}, "orbit/embed is a model itself"),
        ({"aliases-1-slug": "embed"}, "Two or more parts"),
    ],
)
def test_names_what_is_wrong(admin_client: Client, changes: dict[str, Any], sentence: str) -> None:
    response = save(admin_client, address(talk()), **changes)
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert not Claim.objects.filter(source="pin").exists()


# Models that come and go


def test_a_model_made_here_is_shown_and_may_be_deleted(admin_client: Client) -> None:
    provider = Provider.objects.get(slug="orbit").pk
    url = reverse("admin:catalog_model_add")
    fields = {"slug": "orbit/sing", "provider": provider, "name": "Sing", "modality": "music", "released": "2026-10-01"}
    assert save(admin_client, url, **fields, **{"prices-0-meter": "audio_seconds", "prices-0-amount": "0.01"}).status_code == 302
    model = Model.objects.get(slug="orbit/sing")
    assert model.endpoints == ["music"]
    assert "$0.010" in page("orbit/sing")
    assert admin_client.post(reverse("admin:catalog_model_delete", args=[model.pk]), {"post": "yes"}).status_code == 302
    assert Client().get("/models/orbit/sing").status_code == 404


def test_a_new_model_may_not_take_an_alias(admin_client: Client) -> None:
    fields = {"slug": "openai/tts-hd", "provider": Provider.objects.get(slug="openai").pk, "name": "Other"}
    response = save(admin_client, reverse("admin:catalog_model_add"), **fields)
    assert "openai/tts-hd is an alias of openai/tts-1-hd." in response.content.decode()


def test_a_bundled_model_is_hidden_not_deleted(admin_client: Client) -> None:
    model = talk()
    assert admin_client.post(reverse("admin:catalog_model_delete", args=[model.pk]), {"post": "yes"}).status_code == 403
    act = {"action": "hide", "_selected_action": [model.pk]}
    assert admin_client.post(reverse("admin:catalog_model_changelist"), act).status_code == 302
    assert Client().get("/models/acme/talk-large").status_code == 404
    admin_client.post(reverse("admin:catalog_model_changelist"), act | {"action": "show"})
    assert Client().get("/models/acme/talk-large").status_code == 200


def test_an_alias_redirects_at_once(admin_client: Client) -> None:
    edit(admin_client, **{"aliases-1-slug": "acme/tl"})
    assert Alias.objects.get(slug="acme/tl").model == talk()
    assert Client().get("/models/acme/tl").url == "/models/acme/talk-large"
