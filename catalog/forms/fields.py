"""Fields for lists, JSON, kinds and slugs."""

import json
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from catalog.models import Model
from catalog.vocabulary import KINDS


class ListField(forms.CharField):
    """A list of words, one a line. `known` closes the list."""

    def __init__(self, *, known: Iterable[str] = (), empty_value: Any = None, rows: int = 4, **options: Any):
        self.known = list(known)
        super().__init__(required=False, empty_value=empty_value, widget=forms.Textarea({"rows": rows}), **options)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: str | None) -> list[str] | None:
        words = (word.strip() for word in (value or "").split("\n"))
        return list(dict.fromkeys(word for word in words if word)) or self.empty_value

    def validate(self, value: list[str] | None) -> None:
        unknown = [word for word in value or () if self.known and word not in self.known]
        if unknown:
            raise ValidationError(f"Unknown: {', '.join(unknown)}. Known: {', '.join(self.known)}.")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (self.to_python(data) or []) != (initial or [])


class ObjectField(forms.JSONField):
    """JSON that says where it is wrong."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except ValidationError:
            raise ValidationError(f"Enter a valid JSON object. {fault(value)}") from None


def fault(text: str) -> str:
    try:
        json.loads(text)
    except json.JSONDecodeError as wrong:
        return f"Line {wrong.lineno}, column {wrong.colno}: {wrong.msg}."
    return ""


class KindsField(forms.TypedMultipleChoiceField):
    """Tick boxes of kinds. None ticked: unknown."""

    def __init__(self, **options: Any):
        boxes = forms.CheckboxSelectMultiple
        super().__init__(choices=list(KINDS.items()), widget=boxes, required=False, empty_value=None, coerce=str, **options)


class SlugsField(forms.ModelMultipleChoiceField):
    """Models by their slugs or aliases, one a line."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(model.slug for model in value) if isinstance(value, list) else value

    def clean(self, value: str | None) -> list[Model]:
        names = dict.fromkeys((value or "").split())
        found = {name: model_called(name) for name in names}
        if unknown := [name for name, model in found.items() if not model]:
            raise ValidationError(f"No model is called {', '.join(unknown)}.")
        return list(found.values())

    def has_changed(self, initial: Any, data: Any) -> bool:
        return {model.slug for model in initial or ()} != set((data or "").split())


def model_called(name: str) -> Model | None:
    return Model.objects.filter(Q(slug=name) | Q(aliases__slug=name)).first()
