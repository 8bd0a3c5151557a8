"""The forms of the admin: facts as people write them, checked so that every refusal names the word it is about."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from catalog import facts, figures, pins, snapshot
from catalog.endpoints import ENDPOINTS
from catalog.endpoints.parameters import problem
from catalog.evidence import change_words, field_words
from catalog.models import Alias, Claim, Model
from catalog.search.rules import read_rule
from catalog.vocabulary import CAPABILITIES, KINDS, SOURCES

CAN = "can_"  # before a capability's key: the name of its form field


class ListField(forms.CharField):
    """A list of words in one text: by commas, or one a line in a text area. `known` closes the list."""

    def __init__(self, *, known: Iterable[str] = (), lines: bool = False, empty_value: Any = None, **options: Any):
        self.known, self.lines = list(known), lines
        widget = forms.Textarea({"rows": 4}) if lines else forms.TextInput({"class": "vTextField"})
        super().__init__(required=False, empty_value=empty_value, widget=widget, **options)

    def prepare_value(self, value: Any) -> Any:
        return ("\n" if self.lines else ", ").join(value) if isinstance(value, list) else value

    def to_python(self, value: str | None) -> list[str] | None:
        words = (word.strip() for word in (value or "").split("\n" if self.lines else ","))
        return list(dict.fromkeys(word for word in words if word)) or self.empty_value

    def validate(self, value: list[str] | None) -> None:
        unknown = [word for word in value or () if self.known and word not in self.known]
        if unknown:
            raise ValidationError(f"Unknown: {', '.join(unknown)}. Known: {', '.join(self.known)}.")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (self.to_python(data) or []) != (initial or [])


class KindsField(forms.TypedMultipleChoiceField):
    """Tick boxes of kinds. None ticked: unknown."""

    def __init__(self, **options: Any):
        boxes = forms.CheckboxSelectMultiple
        super().__init__(choices=list(KINDS.items()), widget=boxes, required=False, empty_value=None, coerce=str, **options)


class FactsForm(forms.ModelForm):
    """A model and its facts. `edits()` tells which facts a person changed; nothing here writes."""

    endpoints = ListField(
        known=ENDPOINTS,
        help_text=f"Keys by commas, the native one first. Blank: the modality's own. Known: {', '.join(ENDPOINTS)}.",
    )
    listed_endpoints = ListField(
        label="Listed, not verified", known=ENDPOINTS, empty_value=[], help_text="Others that the gateway lists for it."
    )
    input_kinds = KindsField(label="Takes in", help_text="None ticked: unknown.")
    output_kinds = KindsField(label="Gives back", help_text="None ticked: unknown.")
    strengths = ListField(lines=True, empty_value=[], help_text="One a line.")
    use_cases = ListField(lines=True, empty_value=[], help_text="One a line.")
    unpin = forms.MultipleChoiceField(
        label="Take pins back", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="Tick what should follow its sources again. A tick here wins over an edit of the same field above.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        unverified = self.instance.listed_endpoints
        self.initial["endpoints"] = [key for key in self.instance.endpoints if key not in unverified]
        self.initial |= {CAN + key: self.instance.capabilities.get(key) for key in CAPABILITIES}
        self.fields["unpin"].choices = pinned(self.instance)
        for name in self.fields.keys() & (facts.UNKNOWN.keys() | CAN_FIELDS.keys()):
            self.fields[name].show_hidden_initial = True  # so that what a load changed meanwhile is nobody's edit

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"]
        if owner := Alias.objects.filter(slug=slug).select_related("model").first():
            raise ValidationError(f"{slug} is an alias of {owner.model}.")
        return slug

    def clean_parameters(self) -> dict[str, Any]:
        value = self.cleaned_data["parameters"] or {}
        if wrong := problem(value):
            raise ValidationError(wrong)
        return value

    def clean_replacement(self) -> str:
        name = self.cleaned_data["replacement"]
        found = Model.objects.filter(Q(slug=name) | Q(aliases__slug=name)).first()
        if name and "replacement" in self.changed_data and not found:
            raise ValidationError(f"No model is called {name}.")
        return found.slug if found else name

    def edits(self) -> dict[str, Any]:
        """`{field: value}` of the facts that differ from what the form showed."""
        changed = {name: self.cleaned_data[name] for name in self.changed_data if name in facts.UNKNOWN}
        if any(name.startswith(CAN) for name in self.changed_data):
            states = {key: self.cleaned_data[CAN + key] for key in CAPABILITIES}
            changed["capabilities"] = {key: state for key, state in states.items() if state is not None}
        return changed


def capability(label: str) -> forms.NullBooleanField:
    return forms.NullBooleanField(label=label, required=False)


# One select per capability, in the vocabulary's order.
CAN_FIELDS = {CAN + key: capability(label) for key, label in CAPABILITIES.items()}
ModelForm = type("ModelForm", (FactsForm,), dict(CAN_FIELDS))


def pinned(model: Model) -> list[tuple[str, str]]:
    """A choice for every pin of a model, with what would be shown without it."""
    found = facts.by_field(model.claims.all()) if model.pk else {}
    return [(field, without_pin(*said)) for field, said in sorted(found.items()) if said[0].source == pins.PIN]


def without_pin(pin: Claim, *others: Claim) -> str:
    value = facts.shown(list(others)) if others else None
    if isinstance(pin.value, dict):
        value = {part: (value or {}).get(part, "unknown") for part in pin.value}
    source = f" ({SOURCES.get(others[0].source, others[0].source)})" if others else ""
    return f"{field_words(pin.field)}, back to: {change_words(pin.field, value) or 'unknown'}{source}"


class AliasForm(forms.ModelForm):
    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"]
        if Model.objects.filter(slug=slug).exists():
            raise ValidationError(f"{slug} is a model itself.")
        return slug


class PriceForm(forms.ModelForm):
    amount = forms.DecimalField(
        min_value=0, max_digits=24, decimal_places=12, label="US dollars", help_text="List price for the unit. 0: free."
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["amount"] = Decimal(figures.plain(self.instance.amount))

    def validate_constraints(self) -> None:
        """Nothing: a row is never saved as it stands, `pins` closes it and opens another. Doubles are the formset's to find."""


class PriceFormSet(forms.BaseInlineFormSet):
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


class CollectionForm(forms.ModelForm):
    def clean_rule(self) -> str:
        """The rule as a query string; the address of a browse page is as good."""
        rule = self.cleaned_data["rule"].rpartition("?")[2]
        if rule and (errors := read_rule(rule, snapshot.refresh().index)[1]):
            raise ValidationError(errors)
        return rule
