"""The rows of tables: other slugs of a model, its prices."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from catalog import figures
from catalog.models import Model
from catalog.truth.evidence import field_words


class Labelled(forms.ModelForm):
    """A row of a table: each field is named by its column and the row that it is in."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            row = self.instance if self.instance.pk else "a new row"
            field.widget.attrs["aria-label"] = f"{field.label or field_words(name)} of {row}"


class LabelledSet(forms.BaseInlineFormSet):
    """Rows of a table, each with a box to delete it that says what it deletes."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].widget.attrs["aria-label"] = f"Delete {form.instance if form.instance.pk else 'a new row'}"


class AliasForm(Labelled):
    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"]
        if Model.objects.filter(slug=slug).exists():
            raise ValidationError(f"{slug} is a model itself.")
        return slug


class PriceForm(Labelled):
    amount = forms.DecimalField(
        min_value=0, max_digits=24, decimal_places=12, label="US dollars", help_text="List price for the unit. 0: free."
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["amount"] = Decimal(figures.plain(self.instance.amount))

    def validate_constraints(self) -> None:
        """Nothing: a row is never saved as it stands, `pins` closes it and opens another. Doubles are the formset's to find."""


class PriceFormSet(LabelledSet):
    """The current prices of a model. `amounts()` tells what a person made of them; nothing here writes."""

    def clean(self) -> None:
        super().clean()
        seen = set()
        for form in self.left():
            price = key(form.cleaned_data)
            if price in seen:
                form.add_error("condition", "This meter has another price under the same condition.")
            seen.add(price)

    def left(self) -> list[PriceForm]:
        """The forms that stand for a price once those to be deleted and the blank ones are gone."""
        kept = [form for form in self.forms if form not in self.deleted_forms and form.is_valid()]
        return [form for form in kept if form.cleaned_data.get("meter")]

    def amounts(self) -> dict[tuple[str, str], Decimal | None]:
        """`{(meter, condition): amount}` of what changed; None for a price that was taken away."""
        gone = {key(form.initial): None for form in self.initial_forms if form in self.deleted_forms or form.has_changed()}
        return gone | {key(form.cleaned_data): form.cleaned_data["amount"] for form in self.left() if form.has_changed()}


def key(values: dict[str, Any]) -> tuple[str, str]:
    return values["meter"], values["condition"]
