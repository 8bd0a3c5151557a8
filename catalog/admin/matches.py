"""Ids of sources that wait for a person to say which model they stand for."""

import json
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from catalog import imports
from catalog.models import Match, Model

OWN, IGNORE, OTHER = "own", "ignore", "other"
APPLIED = "Decided, and applied."
LATER = "Decided. It holds from the next sync on."
BUSY = "Decided. Another import is under way: it holds from the next sync on."


class WaitingFilter(admin.SimpleListFilter):
    """What waits, unless something else is asked for."""

    title, parameter_name = "decision", "decided"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Decided"), ("all", "All")]

    def choices(self, changelist: ChangeList) -> Any:
        waiting = changelist.get_query_string(remove=["decided"])
        yield {"selected": self.value() is None, "query_string": waiting, "display": "Waits"}
        yield from [*super().choices(changelist)][1:]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        chosen = {"yes": {"decided__isnull": False}, "all": {}}.get(self.value() or "", {"decided__isnull": True})
        return queryset.filter(**chosen)


class MatchForm(forms.ModelForm):
    """What an id stands for: one of its candidates, any other model, one of its own, or nothing."""

    decision = forms.ChoiceField(widget=forms.RadioSelect, label="It is")
    other = forms.CharField(required=False, max_length=200, label="The other model", help_text="Its slug.")

    class Meta:
        model = Match
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        known = [(slug, slug) for slug in self.instance.candidates]
        rest = [(OTHER, "another model"), (OWN, "a model of its own, to be added"), (IGNORE, "nothing that is to be listed")]
        self.fields["decision"].choices = [*known, *rest]
        self.fields["decision"].initial = self.decided()
        if self.fields["decision"].initial == OTHER:
            self.fields["other"].initial = self.instance.model.slug

    def decided(self) -> str | None:
        match = self.instance
        if match.decided is None:
            return None
        if match.model is None:
            return IGNORE if match.ignored else OWN
        return match.model.slug if match.model.slug in match.candidates else OTHER

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        decision = found.get("decision")
        slug = found.get("other") if decision == OTHER else None if decision in (OWN, IGNORE) else decision
        found["model"] = Model.objects.named(slug).first() if slug else None
        if decision == OTHER and not found["model"]:
            self.add_error("other", "No model has this slug.")
        return found


@admin.register(Match)
class MatchAdmin(admin.ModelAdmin):
    form = MatchForm
    list_display = ("upstream_id", "source", "may_be", "found", "decision")
    list_filter = (WaitingFilter, "source")
    search_fields = ("upstream_id",)
    readonly_fields = ("upstream_id", "source", "may_be", "stated", "found", "decided", "by")
    fields = ("upstream_id", "source", "may_be", "decision", "other", "stated", "found", "decided", "by")
    actions = ("is_first", "is_own", "is_nothing")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description="may be")
    def may_be(self, match: Match) -> str:
        pairs = ((reverse("model", args=[slug]), slug) for slug in match.candidates)
        return format_html_join(", ", '<a href="{}">{}</a>', pairs) or "none of ours"

    @admin.display(description="what is said of it")
    def stated(self, match: Match) -> str:
        return format_html("<pre>{}</pre>", json.dumps(match.row, indent=1, ensure_ascii=False))

    @admin.display(description="decision")
    def decision(self, match: Match) -> str:
        if match.decided is None:
            return "waits"
        return match.model.slug if match.model else "left out" if match.ignored else "its own model"

    def save_model(self, request: HttpRequest, obj: Match, form: MatchForm, change: bool) -> None:
        said = form.cleaned_data
        self.decide(request, [(obj, said["model"])], said["decision"] == IGNORE)

    @admin.action(description="It is the first candidate", permissions=["change"])
    def is_first(self, request: HttpRequest, queryset: QuerySet) -> None:
        slugs = {match.candidates[0] for match in queryset if match.candidates}
        models = {model.slug: model for model in Model.objects.filter(slug__in=slugs)}
        found = [(match, models.get(match.candidates[0])) for match in queryset if match.candidates]
        self.decide(request, [(match, model) for match, model in found if model])

    @admin.action(description="It is a model of its own", permissions=["change"])
    def is_own(self, request: HttpRequest, queryset: QuerySet) -> None:
        self.decide(request, [(match, None) for match in queryset])

    @admin.action(description="Leave it out", permissions=["change"])
    def is_nothing(self, request: HttpRequest, queryset: QuerySet) -> None:
        self.decide(request, [(match, None) for match in queryset], ignored=True)

    def decide(self, request: HttpRequest, pairs: list[tuple[Match, Model | None]], ignored: bool = False) -> None:
        """Applies what is new. What an id stood for before is known to the source alone, which says so when it is read."""
        by, new = request.user.get_username(), [match for match, _ in pairs if match.decided is None]
        for match, model in pairs:
            match.model, match.ignored, match.decided, match.by = model, ignored, timezone.now(), by
            match.save()
        try:
            imports.apply_decided(new, by)
        except imports.Busy:
            self.message_user(request, BUSY, messages.WARNING)
        else:
            self.message_user(request, APPLIED if len(new) == len(pairs) else LATER)
