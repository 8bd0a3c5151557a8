"""The admin's list of models: found, narrowed and edited in place."""

from typing import Any

import pytest
from admin_forms import edit, talk, value_of
from django.test import Client
from django.urls import reverse

from catalog.models import Change, Claim, Model, Provider

pytestmark = pytest.mark.usefixtures("catalog")


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
