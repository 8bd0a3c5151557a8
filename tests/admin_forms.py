"""Change pages of the admin as a browser sends them back, and the model that tests edit."""

from typing import Any

from django.forms import BoundField
from django.test import Client
from django.urls import reverse

from catalog.models import Model, Price


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
