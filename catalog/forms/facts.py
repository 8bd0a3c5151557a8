"""A model and its facts, on a page of its own or as a line of the list."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html

from catalog.claims import facts
from catalog.endpoints import ENDPOINTS
from catalog.endpoints.parameters import problem
from catalog.forms.fields import KindsField, ListField, ObjectField, model_called
from catalog.forms.pinned import pinned, unpin_button
from catalog.forms.rows import Labelled
from catalog.models import Alias
from catalog.vocabulary import CAPABILITIES

CAN = "can_"  # before a capability's key: the name of its form field


class Edited(forms.ModelForm):
    """A form of facts. `edits()` tells which a person changed; nothing here writes."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name in self.fields.keys() & (facts.UNKNOWN.keys() | CAN_FIELDS.keys() | {"listed"}):
            self.fields[name].show_hidden_initial = True  # so that what a load changed meanwhile is nobody's edit

    def edits(self) -> dict[str, Any]:
        """`{field: value}` of the facts that differ from what the form showed."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name in facts.UNKNOWN}


class LineForm(Labelled, Edited):
    """A model in the list of all: the facts that are edited most."""


class FactsForm(Edited):
    """A model and all its facts, each pinned one with a button that takes the pin back."""

    endpoints = ListField(
        known=ENDPOINTS, rows=2,
        help_text=f"One a line, the native one first. Blank: the modality's own. Known: {', '.join(ENDPOINTS)}.",
    )
    listed_endpoints = ListField(
        label="Listed, not verified", known=ENDPOINTS, empty_value=[], rows=2,
        help_text="One a line: others that the gateway lists for it.",
    )  # fmt: skip
    input_kinds = KindsField(label="Takes in", help_text="None ticked: unknown.")
    output_kinds = KindsField(label="Gives back", help_text="None ticked: unknown.")
    strengths = ListField(empty_value=[], help_text="One a line.")
    use_cases = ListField(empty_value=[], help_text="One a line.")
    parameters = ObjectField(required=False, help_text='{"reject": […], "rename": {…}}', widget=forms.Textarea({"rows": 3}))
    unpin = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        unverified = self.instance.listed_endpoints
        self.initial["endpoints"] = [key for key in self.instance.endpoints if key not in unverified]
        self.initial |= {CAN + key: self.instance.capabilities.get(key) for key in CAPABILITIES}
        pins = pinned(self.instance)
        self.fields["unpin"].choices = [(name, name) for name in pins]
        for name, back in pins.items():
            if field := self.fields.get(name.replace("capabilities.", CAN)):
                field.help_text = format_html("{} {}", field.help_text, unpin_button(name, back))

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
        found = model_called(name)
        if name and "replacement" in self.changed_data and not found:
            raise ValidationError(f"No model is called {name}.")
        return found.slug if found else name

    def edits(self) -> dict[str, Any]:
        """`{field: value}` of the facts that differ from what the form showed."""
        changed = super().edits()
        if any(name.startswith(CAN) for name in self.changed_data):
            states = {key: self.cleaned_data[CAN + key] for key in CAPABILITIES}
            changed["capabilities"] = {key: state for key, state in states.items() if state is not None}
        return changed


def capability(label: str) -> forms.NullBooleanField:
    return forms.NullBooleanField(label=label, required=False)


# One select per capability, in the vocabulary's order.
CAN_FIELDS = {CAN + key: capability(label) for key, label in CAPABILITIES.items()}
ModelForm = type("ModelForm", (FactsForm,), dict(CAN_FIELDS))
