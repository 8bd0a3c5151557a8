"""Two pages on which a source is read: what would change, then the part of it that is ticked is applied."""

from tempfile import NamedTemporaryFile
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_POST

from catalog import bundle, imports, syncing
from catalog.admin import planned
from catalog.imports import Plan, drafts
from catalog.models import Import, Model
from catalog.sources.fetching import Unreadable
from catalog.vocabulary import SOURCES
from gateway.errors import GatewayError

MOST_MB = 3 * settings.MAX_FILE_MB  # what the body of a form may hold, see `config.body_limit`
LINKED = 5
OWN_FILES = ("csv", "json")
WHAT = {
    "bundle": "The catalog that comes with this version of the site. It is newer than the one that was loaded last.",
    "gateway": "What the configured gateway lists, and its own prices.",
    "litellm": "Prices, limits and abilities, from makers, hosts and resellers.",
    "models_dev": "Facts and prices, from makers, hosts and resellers.",
    "openrouter": "What OpenRouter lists, and its prices.",
    "json": "Models exported as JSON, from here or another such site.",
    "csv": "Models exported as CSV, perhaps edited in a spreadsheet.",
}
PLACES = {"bundle": "the site's own files", "json": "a file from you", "csv": "a file from you"}


class ReadForm(forms.Form):
    source = forms.ChoiceField(choices=lambda: [(one, one) for one in offered()])
    file = forms.FileField(required=False, label="File in place of the address", help_text=f"{MOST_MB} MB at most.")
    as_of = forms.DateField(
        required=False, label="Day of the file", widget=forms.DateInput({"type": "date"}),
        help_text="Of when it is, where it does not say so itself. Blank: today.",
    )  # fmt: skip

    def clean_file(self) -> UploadedFile | None:
        file = self.cleaned_data["file"]
        if file and file.size > MOST_MB * 1024 * 1024:
            raise forms.ValidationError(f"The file is larger than {MOST_MB} MB. `manage.py import_catalog` takes larger ones.")
        return file

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("source") in OWN_FILES and "file" in said and not said["file"]:
            self.add_error("file", "This source is a file: choose one.")
        if said.get("source") == "bundle" and said.get("file"):
            self.add_error("file", "The bundled catalog is not read from a file of yours. Clear the choice of a file.")
        return said


def offered() -> list[str]:
    left_out = {"gateway": not settings.GATEWAY_URL, "bundle": not bundle.is_newer()}
    return [reader for reader in WHAT if not left_out.get(reader)]


def choices() -> list[dict[str, Any]]:
    rows = Import.objects.defer("rows", "report")
    return [
        {
            "reader": reader, "what": WHAT[reader], "name": name_of(key := syncing.key_of(reader)),
            "place": PLACES.get(reader) or syncing.place_of(reader),
            "last": rows.filter(source=key).exclude(state="planned").first(),
            "draft": rows.filter(source=key, state="planned").first(),
        }
        for reader in offered()
    ]  # fmt: skip


def name_of(key: str) -> str:
    return SOURCES.get(key, key.upper())


class Reading(admin.ModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("read/", wrap(self.read_view), name="catalog_import_read"),
            path("<int:pk>/plan/", wrap(self.plan_view), name="catalog_import_plan"),
            path("<int:pk>/discard/", wrap(require_POST(self.discard_view)), name="catalog_import_discard"),
        ]
        return [*own, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Import]:
        return super().get_queryset(request).defer("rows")  # those that wait hold a whole source

    def read_view(self, request: HttpRequest) -> HttpResponse:
        """Asks which source, reads it, and goes to the plan. Writes nothing of the catalog."""
        allowed(request)
        form = ReadForm(request.POST or None, request.FILES or None)
        if form.is_valid() and (draft := read(form, request.user.get_username())):
            return HttpResponseRedirect(reverse("admin:catalog_import_plan", args=[draft.pk]))
        told = {"title": "Read a source", "form": form, "choices": choices(), "url": settings.GATEWAY_URL}
        return self.page(request, "read", told)

    def plan_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Shows what would change now; applies what is ticked where that is still what was shown."""
        allowed(request)
        draft = Import.objects.filter(pk=pk, state="planned").first()
        if draft is None:
            self.message_user(request, "That plan was applied or discarded, or its source was read again.", messages.WARNING)
            return to_reading()
        plan = drafts.planned(draft)
        digest = drafts.digest(plan)
        if request.method == "POST" and self.agreed(request, plan, digest):
            return self.applied(request, draft, plan)
        return self.preview(request, draft, plan, digest)

    def preview(self, request: HttpRequest, draft: Import, plan: Plan, digest: str) -> HttpResponse:
        find = request.POST.get("find", request.GET.get("find", "")).strip()
        told = {
            "title": f"What would change: {name_of(plan.source)}", "draft": draft, "plan": plan,
            "groups": planned.groups(plan, find), "find": find, "digest": digest, "shown": planned.SHOWN,
            "tick": request.GET.get("tick") != "none", "counts": counts(plan),
        }  # fmt: skip
        return self.page(request, "plan", told)

    def agreed(self, request: HttpRequest, plan: Plan, digest: str) -> bool:
        """Whether what would be applied was shown, and is meant."""
        fault = None
        if request.POST.get("digest") != digest:
            fault = "The catalog changed since this plan was shown. Nothing was applied; this is the plan as it is now."
        elif plan.shrunk and "allow_shrink" not in request.POST:
            fault = "Nothing was applied: the source states far less than before. Tick that this is meant, or discard the plan."
        if fault:
            self.message_user(request, fault, messages.WARNING)
        return fault is None

    def applied(self, request: HttpRequest, draft: Import, plan: Plan) -> HttpResponse:
        said = request.POST
        ticked = planned.chosen(
            plan, said.get("find", "").strip(), said.getlist("slug"), said.getlist("group"), said.getlist("rest")
        )
        try:
            options = {"by": request.user.get_username(), "place": draft.place, "allow_shrink": "allow_shrink" in said}
            done = imports.apply(plan, ticked=ticked, **options)
        except imports.Busy as wait:
            self.message_user(request, f"{wait} Nothing was applied; the plan waits here.", messages.WARNING)
            return HttpResponseRedirect(request.path)
        if plan.reader == "bundle":
            bundle.note_loaded()
        self.message_user(request, told(done, ticked), messages.SUCCESS)
        return self.left(request, draft, {*plan.created, *plan.changed, *plan.hidden} - ticked)

    def left(self, request: HttpRequest, draft: Import, unticked: set[str]) -> HttpResponse:
        """What was not ticked goes on waiting."""
        if not unticked:
            draft.delete()
            return to_reading()
        self.message_user(request, f"{len(unticked):,} models that were not ticked stayed as they were, and wait here.")
        return HttpResponseRedirect(reverse("admin:catalog_import_plan", args=[draft.pk]))

    def discard_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        allowed(request)
        Import.objects.filter(pk=pk, state="planned").delete()
        self.message_user(request, "The plan is discarded. The catalog stayed as it was.")
        return to_reading()

    def page(self, request: HttpRequest, name: str, told: dict[str, Any]) -> HttpResponse:
        context = self.admin_site.each_context(request) | {"opts": self.opts} | told
        return TemplateResponse(request, f"admin/catalog/import/{name}.html", context)


def allowed(request: HttpRequest) -> None:
    if not request.user.has_perm("catalog.change_model"):
        raise PermissionDenied


def to_reading() -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:catalog_import_read"))


def read(form: ReadForm, by: str) -> Import | None:
    """Reads and plans; None where that failed, and the form says why."""
    said = form.cleaned_data
    reader, file = said["source"], said["file"]
    try:
        plan = uploaded(reader, file, said["as_of"]) if file else imports.read(reader)
    except (Unreadable, GatewayError) as fault:
        fetched = "" if file else " Try again later, or fetch the file yourself and choose it below."
        form.add_error(None, f"{getattr(fault, 'message', fault)} Nothing was changed.{fetched}")
        return None
    return drafts.keep(plan, by, file.name if file else syncing.place_of(reader))


def uploaded(reader: str, file: UploadedFile, as_of: Any) -> Plan:
    """Sources are read from a path, whose name says nothing to people."""
    with NamedTemporaryFile() as copy:
        for piece in file.chunks():
            copy.write(piece)
        copy.flush()
        try:
            return imports.read(reader, copy.name, as_of=as_of)
        except Unreadable as fault:
            raise Unreadable(str(fault).replace(copy.name, file.name or "The file")) from None


def counts(plan: Plan) -> list[tuple[str, int]]:
    names = {"stated": "rows stated"} | {name: name for name in planned.TITLES}
    names |= {"doubtful": "waiting for a person", "unchanged": "unchanged"}
    return [(words, plan.counts[name]) for name, words in names.items()]


def told(done: Import, ticked: set[str]) -> str:
    """What was done, with links to it."""
    parts = ", ".join(f"{done.counts[name]:,} {name}" for name in planned.BOXED if done.counts[name])
    some = Model.objects.filter(slug__in=sorted(ticked)[:LINKED])
    changes = f"{reverse('admin:catalog_change_changelist')}?source={done.source}"
    links = [(changes, "Changes"), (reverse("admin:catalog_model_changelist"), "Models")]
    links += [(reverse("admin:catalog_model_change", args=[model.pk]), model.slug) for model in some]
    return format_html("Applied: {}. {}", parts or "nothing changed", format_html_join(" · ", '<a href="{}">{}</a>', links))
