"""What belongs to the visitor who asks; unknown and foreign are the same 404."""

import uuid

from django.http import Http404, HttpRequest

from playground.models import Artifact, Run, RunGroup
from playground.visitors import owner


def own_run(request: HttpRequest, run_id: uuid.UUID) -> Run:
    """Unknown and foreign runs are the same 404."""
    run = Run.objects.of(owner(request)).filter(id=run_id).first()
    if run is None:
        raise Http404("There is no such run here.")
    return run


def own_artifact(request: HttpRequest, run_id: uuid.UUID, n: int) -> Artifact:
    found = own_run(request, run_id).artifacts.select_related("run").filter(n=n).first()
    if found is None or not found.file.exists():
        raise Http404("There is no such file here.")
    return found


def own_group(request: HttpRequest, group_id: uuid.UUID) -> tuple[RunGroup, list[Run]]:
    """A group of runs and its runs in their order."""
    found = RunGroup.objects.of(owner(request)).filter(id=group_id).first()
    if found is None:
        raise Http404("There is no such group of runs here.")
    return found, list(found.runs.prefetch_related("artifacts").order_by("position"))
