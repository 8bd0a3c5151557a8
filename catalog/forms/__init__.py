"""The forms of the admin: facts as people write them, checked so that every refusal names the word it is about."""

from catalog.forms.collections import CollectionForm
from catalog.forms.facts import CAN_FIELDS, LineForm, ModelForm
from catalog.forms.pinned import pinned, unpin_button
from catalog.forms.rows import AliasForm, LabelledSet, PriceForm, PriceFormSet

__all__ = [
    "CAN_FIELDS", "AliasForm", "CollectionForm", "LabelledSet", "LineForm", "ModelForm", "PriceForm", "PriceFormSet", "pinned",
    "unpin_button",
]  # fmt: skip
