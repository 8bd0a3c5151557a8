"""The admin through the client: what staff save is on the public page, and holds."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.forms import BoundField
from django.test import Client
from django.urls import reverse

from catalog import bundle, snapshot
from catalog.models import Alias, Change, Claim, Collection, Model, Price, Provider, Version
from playground.models import Run

pytestmark = pytest.mark.usefixtures("catalog")
SMALL = Path(__file__).parent.parent / "data" / "small-catalog.json"


def page(model: str) -> str:
    return Client().get(f"/models/{model}").content.decode()


def address(row: Any) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def form_of(response: Any) -> dict[str, Any]:
    """What a browser would send back of a change page that nobody touched."""
    formsets = [inline.formset for inline in response.context["inline_admin_formsets"]]
    forms = [response.context["adminform"].form, *(part for f in formsets for part in (f.management_form, *f.forms))]
    fields = [field for form in forms for field in form]
    hidden = [field for field in fields if field.field.show_hidden_initial]
    return {field.html_name: value_of(field) for field in fields} | {f.html_initial_name: value_of(f) for f in hidden}


def value_of(field: BoundField) -> Any:
    value = field.value()
    blank = [] if getattr(field.field.widget, "allow_multiple_selected", False) else ""
    return blank if value is None else value


def save(client: Client, url: str, **changes: Any) -> Any:
    response = client.get(url)
    assert response.status_code == 200
    return client.post(url, form_of(response) | changes)


def talk() -> Model:
    return Model.objects.get(slug="acme/talk-large")


def edit(client: Client, **changes: Any) -> Model:
    response = save(client, address(talk()), **changes)
    assert response.status_code == 302, errors(response)
    return talk()


def errors(response: Any) -> str:
    context = response.context
    formsets = [inline.formset.errors for inline in context.get("inline_admin_formsets", ())]
    return f"{context['adminform'].form.errors} {formsets}"


def row(meter: str, condition: str = "") -> str:
    """The prefix of a current price in the form."""
    current = list(Price.objects.current().filter(model=talk()).order_by("model", "meter", "condition", "valid_from"))
    return next(f"prices-{n}-" for n, price in enumerate(current) if (price.meter, price.condition) == (meter, condition))


def added(**values: str) -> dict[str, Any]:
    """One more price at the end of the form."""
    n = Price.objects.current().filter(model=talk()).count()
    return {f"prices-{n}-{name}": value for name, value in values.items()}


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


# Prices


def test_a_price_edit_shows_and_keeps_the_old_one(admin_client: Client) -> None:
    edit(admin_client, **{row("input_tokens") + "amount": "1.75"})
    assert "$1.75" in page("acme/talk-large")
    shown = admin_client.get(address(talk())).context["inline_admin_formsets"]
    assert [form.instance.amount for form in shown[2].formset.forms] == [1.25]
    edit(admin_client, **{row("input_tokens") + "amount": "2"})
    assert Price.objects.closed().count() == 2


def test_a_price_may_be_added_moved_and_deleted(admin_client: Client) -> None:
    moved, gone = row("input_tokens", "batch"), row("cache_read_tokens")
    edit(admin_client, **{moved + "condition": "flex", gone + "DELETE": "on"}, **added(meter="images", amount="0.04"))
    current = {(p.meter, p.condition): p.amount for p in Price.objects.current().filter(model=talk())}
    assert ("input_tokens", "batch") not in current
    assert ("cache_read_tokens", "") not in current
    assert (str(current["input_tokens", "flex"].normalize()), str(current["images", ""].normalize())) == ("0.625", "0.04")
    assert Claim.objects.get(field="price.input_tokens@batch", source="pin").value is None


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"meter": "images", "amount": "-1"}, "greater than or equal to 0"),
        ({"meter": "images", "condition": "sometimes", "amount": "1"}, "Blank, or batch, priority"),
        ({"meter": "input_tokens", "amount": "1"}, "another price under the same condition"),
    ],
)
def test_refuses_a_wrong_price(admin_client: Client, values: dict[str, str], sentence: str) -> None:
    response = save(admin_client, address(talk()), **added(**values))
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert Price.objects.closed().count() == 0


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


# Lists


def test_lists_models_in_a_fixed_number_of_queries(admin_client: Client, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(14):
        shown = admin_client.get(reverse("admin:catalog_model_changelist")).content.decode()
    assert "$1.25 / 1M tokens" in shown


def test_finds_models_by_alias_pin_and_price(admin_client: Client) -> None:
    edit(admin_client, context_window="300000")

    def found(query: str) -> list[str]:
        response = admin_client.get(f"{reverse('admin:catalog_model_changelist')}?{query}")
        return [model.slug for model in response.context["cl"].queryset]

    assert found("q=tts-hd") == ["openai/tts-1-hd"]
    assert found("pinned=yes") == ["acme/talk-large"]
    assert found("price=unknown") == ["orbit/mystery", "orbit/paint"]


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("modality__exact=speech", ["openai/tts-1-hd"]),
        ("provider__id__exact={orbit}", ["orbit/embed", "orbit/mystery", "orbit/paint"]),
        ("served__exact=1", ["acme/talk-free"]),
        ("unknown=context_window", ["openai/tts-1-hd", "orbit/mystery", "orbit/paint"]),
        ("unknown=capabilities", ["openai/tts-1-hd", "orbit/embed", "orbit/mystery", "orbit/paint"]),
        ("unknown=modality", ["orbit/mystery"]),
        ("sources=disagree", ["acme/talk-large"]),
        ("retiring=soon", ["orbit/paint"]),
        ("retiring=past", ["orbit/embed"]),
        ("q=upstream-name", ["acme/talk-free"]),
    ],
)
def test_narrows_the_list(admin_client: Client, query: str, slugs: list[str]) -> None:
    Model.objects.filter(slug="acme/talk-free").update(served=True, upstream_id="upstream-name")
    Model.objects.filter(slug="orbit/embed").update(status="retired")
    asked = query.format(orbit=Provider.objects.get(slug="orbit").pk)
    response = admin_client.get(f"{reverse('admin:catalog_model_changelist')}?{asked}")
    assert [model.slug for model in response.context["cl"].queryset] == slugs


def line_forms(client: Client) -> dict[str, Any]:
    formset = client.get(reverse("admin:catalog_model_changelist")).context["cl"].formset
    fields = [field for form in (formset.management_form, *formset.forms) for field in form]
    hidden = {field.html_initial_name: value_of(field) for field in fields if field.field.show_hidden_initial}
    return {field.html_name: value_of(field) for field in fields} | hidden | {"_save": "Save"}


def test_an_edit_in_the_list_is_a_pin_too(admin_client: Client) -> None:
    sent = line_forms(admin_client)
    Model.objects.filter(slug="orbit/embed").update(context_window=9000)  # a load meanwhile
    Claim.objects.filter(model__slug="orbit/embed", field="context_window").update(value=9000)
    n = next(key.split("-")[1] for key, value in sent.items() if key.endswith("-id") and value == talk().pk)
    changes = {f"form-{n}-context_window": "300000", f"form-{n}-status": "preview"}
    assert admin_client.post(reverse("admin:catalog_model_changelist"), sent | changes).status_code == 302
    assert (talk().context_window, talk().status) == (300_000, "preview")
    pins = Claim.objects.filter(source="pin")
    assert {(claim.model.slug, claim.field) for claim in pins} == {("acme/talk-large", f) for f in ("context_window", "status")}
    assert {change.by for change in Change.objects.filter(source="pin")} == {"admin"}


# Collections, providers and what is only read


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
