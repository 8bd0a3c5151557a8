"""Presets over HTTP: the list, saving the playground's form as one, renaming, deleting, export and import."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog import snapshot
from playground.bounds import limits
from playground.models import Preset
from playground.presets import files, presets
from playground.rendering import render
from playground.visitors import address, owner
from playground.workbench import forms
from playground.workbench.forms import Submission
from playground.workbench.page import context


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def all_presets(request: HttpRequest) -> HttpResponse:
    """This visitor's presets and the published ones. A POST keeps the playground's form as one more."""
    return save(request) if request.method == "POST" else listed(request)


def listed(request: HttpRequest, errors: dict[str, str] | None = None) -> HttpResponse:
    own = list(Preset.objects.of(owner(request)))
    shown = {
        "own": own, "published": presets.published(), "most": presets.MOST, "errors": errors,
        "snapshot": snapshot.refresh(), "days": presets.KEPT_FOR.days,
    }  # fmt: skip
    return render(request, "playground/presets.html", shown, status=422 if errors else 200)


def save(request: HttpRequest) -> HttpResponse:
    """Keeps what the form holds under `preset_name`."""
    found = forms.read(request.POST, request.FILES, snapshot.refresh())
    name = request.POST.get("preset_name", "").strip()
    barred = limits.access(request)
    found.errors = {"preset_name": barred.message} if barred else presets.refusals(found, name)
    found.errors = found.errors or presets.room(owner(request), [name]) or presets.pace(address(request), 1)
    if not found.errors:
        found.preset = presets.made(found, name)
        presets.keep(owner(request, make=True), [found.preset])
    return saved(request, found)


def saved(request: HttpRequest, found: Submission) -> HttpResponse:
    """What became of saving: a note for htmx, else the page again, from the preset or with what was typed and refused."""
    if request.htmx.request_type == "partial":
        shown = {"preset": found.preset, "errors": found.errors}
        return render(request, "playground/preset_saved.html", shown, status=422 if found.errors else 200)
    if found.preset:
        return redirect(found.preset)
    more = {"preset_name": request.POST.get("preset_name"), "barred": limits.access(request)}
    return render(request, "playground/page.html", context(snapshot.refresh(), found) | more, status=422)


def own_preset(request: HttpRequest, token: str) -> Preset:
    """Unknown and foreign presets are the same 404."""
    preset = Preset.objects.of(owner(request)).at(token).first()
    if preset is None:
        raise Http404("There is no such preset of yours.")
    return preset


@require_POST
def rename(request: HttpRequest, token: str) -> HttpResponse:
    preset = own_preset(request, token)
    told = {"name": request.POST.get("name", "").strip(), "note": request.POST.get("note", "").strip()}
    if errors := presets.wording(**told):
        return listed(request, {f"{name} of “{preset.name}”": wrong for name, wrong in errors.items()})
    Preset.objects.filter(pk=preset.pk).update(**told)
    messages.success(request, f"Saved as “{told['name']}”.")
    return redirect("presets")


@require_POST
def delete(request: HttpRequest, token: str) -> HttpResponse:
    preset = own_preset(request, token)
    preset.delete()
    messages.success(request, f"“{preset.name}” is deleted.")
    return redirect("presets")


@never_cache
@require_safe
def export(request: HttpRequest, token: str = "") -> HttpResponse:  # blank is no token  # nosec B107
    """All presets of this visitor, or one of anyone's whose token is known, as a file that can be imported."""
    rows = list(Preset.objects.at(token) if token else Preset.objects.of(owner(request)))
    if token and not rows:
        raise Http404("There is no such preset.")
    answer = JsonResponse(files.written(rows), json_dumps_params={"indent": 1, "ensure_ascii": False})
    answer["Content-Disposition"] = content_disposition_header(True, "preset.json" if token else "presets.json")
    return answer


@require_POST
def take_in(request: HttpRequest) -> HttpResponse:
    """Keeps the presets of an uploaded file, all or none."""
    if barred := limits.access(request):
        return listed(request, {"file": barred.message})
    rows, errors = files.read(request.FILES.get("file"), snapshot.refresh())
    errors = errors or presets.room(owner(request), [row.name for row in rows]) or presets.pace(address(request), len(rows))
    if errors:
        return listed(request, errors)
    presets.keep(owner(request, make=True), rows)
    messages.success(request, f"{len(rows)} preset{'' if len(rows) == 1 else 's'} imported.")
    return redirect("presets")
