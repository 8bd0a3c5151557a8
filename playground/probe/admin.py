"""An operator has models asked what they can do, and sees what came of it. The site goes on asking while the page is left."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse

from catalog import snapshot
from catalog.admin.published import ReadOnly
from catalog.figures import money
from catalog.models import Model, Proof
from catalog.truth import proofs
from playground.models import Probe
from playground.probe import background, questions

MOST = 100  # models of one probe
EDITORS = Decimal("0.50")  # US dollars of one probe, for those who may not set what the site spends


class ProbeForm(forms.ModelForm):
    slugs = forms.CharField(label="Models", widget=forms.Textarea, help_text="Slugs, one a line, asked one after the other.")
    abilities = forms.MultipleChoiceField(
        choices=[(kind, proofs.label(kind)) for kind in questions.KINDS], required=False,
        widget=forms.CheckboxSelectMultiple, help_text="None ticked: all but those that every source denies.",
    )  # fmt: skip
    budget = forms.DecimalField(
        initial=EDITORS, min_value=0, max_value=1000, decimal_places=6, help_text="US dollars, never passed.",
    )  # fmt: skip

    most: Decimal | None = None

    class Meta:
        model = Probe
        fields = ("slugs", "abilities", "budget")

    def clean_slugs(self) -> list[str]:
        """Slugs of listed models, whatever they were named by."""
        named = list(dict.fromkeys(self.cleaned_data["slugs"].split()))
        now = snapshot.refresh()
        if strange := [name for name in named if not now.find(name)]:
            raise ValidationError(f"No listed model is called {strange[0][:200]}.")
        if len(named) > MOST:
            raise ValidationError(f"{len(named)} models; at most {MOST} are asked in one probe.")
        return list(dict.fromkeys(now.find(name).slug for name in named))

    def clean_budget(self) -> Decimal:
        budget = self.cleaned_data["budget"]
        if self.most is not None and budget > self.most:
            raise ValidationError(f"An editor's probe may spend {money(self.most)} at most.")
        return budget

    def clean(self) -> dict[str, Any]:
        if Probe.objects.under_way().exists():
            raise ValidationError("A probe is under way. Wait until it is over, so that the two do not spend at once.")
        return super().clean() or {}


@admin.register(Probe)
class ProbeAdmin(ReadOnly, admin.ModelAdmin):
    form = ProbeForm
    list_display = ("started", "by", "asked", "how", "cost")
    readonly_fields = ("told",)

    class Media:
        css = {"all": ["css/admin.css"]}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return admin.ModelAdmin.has_add_permission(self, request)

    def get_form(self, request: HttpRequest, obj: Probe | None = None, **options: Any) -> type[forms.ModelForm]:
        form = super().get_form(request, obj, **options)  # a new class each time
        form.most = None if request.user.has_perm("catalog.change_source") else EDITORS
        return form

    def get_fields(self, request: HttpRequest, obj: Probe | None = None) -> tuple[str, ...]:
        return ("started", "by", "cost", "told") if obj else ProbeForm.Meta.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Probe | None = None) -> tuple[str, ...]:
        return self.get_fields(request, obj) if obj else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"slugs": "\n".join(request.GET.get("slugs", "").split(","))}

    @admin.display(description="models")
    def asked(self, probe: Probe) -> str:
        first, *more = probe.slugs
        return f"{first} and {len(more)} more" if more else first

    @admin.display(description="state")
    def how(self, probe: Probe) -> str:
        if probe.is_under_way:
            return f"under way, {len(probe.results)} answered"
        return "stopped" if probe.stopped or not probe.finished else "done"

    @admin.display(description="spent")
    def cost(self, probe: Probe) -> str:
        return f"{money(probe.spent)} of {money(probe.budget)}" if probe.gateway else "nothing: the sandbox was asked"

    @admin.display(description="results")
    def told(self, probe: Probe) -> str:
        rows = [(model, proofs.label(ability), state, reason) for model, ability, state, reason in probe.results]
        return render_to_string("admin/playground/probe/results.html", {"probe": probe, "rows": rows})

    def save_model(self, request: HttpRequest, obj: Probe, form: Any, change: bool) -> None:
        obj.by, obj.gateway = request.user.get_username(), settings.GATEWAY_URL
        obj.save()
        transaction.on_commit(lambda: background.start(obj))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().add_view(request, form_url, {"title": "Ask models what they can do"} | (extra_context or {}))

    def response_add(self, request: HttpRequest, obj: Probe, post_url_continue: str | None = None) -> HttpResponse:
        """The probe's own page, which fills while it is reloaded."""
        return redirect("admin:playground_probe_change", obj.pk)


@admin.register(Proof)
class ProofAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("model", "shows", "passed", "at", "asked", "reason")
    list_filter = ("passed", "ability", "at")
    list_select_related = ("model",)
    search_fields = ("model__slug", "ability")

    @admin.display(description="ability", ordering="ability")
    def shows(self, proof: Proof) -> str:
        return proofs.label(proof.ability)

    @admin.display(description="gateway", ordering="gateway")
    def asked(self, proof: Proof) -> str:
        return proof.gateway or "the sandbox"


@admin.action(description="Ask the gateway what they can do", permissions=["probe"])
def ask(model_admin: Any, request: HttpRequest, chosen: QuerySet[Model]) -> HttpResponse | None:
    """Leads to the form, since asking may cost money."""
    slugs = list(chosen.listed().values_list("slug", flat=True)[: MOST + 1])
    if not slugs or len(slugs) > MOST:
        model_admin.message_user(request, f"Choose 1 to {MOST} models that are listed.", messages.ERROR)
        return None
    return redirect(f"{reverse('admin:playground_probe_add')}?{urlencode({'slugs': ','.join(slugs)})}")


# The catalog does not know who asks; its list of models gets the action from here.
_models = admin.site.get_model_admin(Model)
_models.actions = [*_models.actions, ask]
_models.has_probe_permission = lambda request: request.user.has_perm("playground.add_probe")
