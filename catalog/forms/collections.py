"""A collection, its rule and members."""

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy

from catalog import snapshot
from catalog.forms.fields import SlugsField
from catalog.models import Collection, Model
from catalog.search.rules import read_rule

LIVE = {"hx-get": reverse_lazy("admin:catalog_collection_found"), "hx-target": "#found", "hx-sync": "closest form:replace"}
TYPED = "input changed delay:300ms"


class CollectionForm(forms.ModelForm):
    """What it would hold is shown while its rule and its members are typed."""

    rule = forms.CharField(
        required=False, max_length=300, help_text=Collection._meta.get_field("rule").help_text,
        widget=forms.TextInput(LIVE | {"class": "vTextField", "hx-trigger": TYPED, "hx-include": "[name=members]"}),
    )  # fmt: skip
    members = SlugsField(
        Model.objects.all(), required=False, help_text="Slugs, one a line, beside those that the rule finds.",
        widget=forms.Textarea(LIVE | {"rows": 5, "hx-trigger": TYPED, "hx-include": "[name=rule]"}),
    )  # fmt: skip

    def clean_rule(self) -> str:
        """The rule as a query string; the address of a browse page is as good."""
        rule = self.cleaned_data["rule"].rpartition("?")[2]
        if rule and (errors := read_rule(rule, snapshot.refresh().index)[1]):
            raise ValidationError(errors)
        return rule
