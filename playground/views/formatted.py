"""An answer as formatted text, made when it is asked for."""

import uuid

from asgiref.sync import sync_to_async
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog import snapshot
from playground.bounds import room
from playground.inspection.result import answer_of, view
from playground.models import Run
from playground.rendering import render
from playground.views.owned import own_run


@never_cache
@require_safe
@room.bounded(room.reading)
async def formatted_answer(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """The answer `?choice=` of a run of this visitor: alone for htmx, else as a page."""
    from playground.inspection.formatted import LARGEST, formatted  # Markdown's reader, which a start need not wait for

    run = await sync_to_async(own_run)(request, run_id)
    text = await sync_to_async(answer)(run, request.GET.get("choice", "0"))
    # Long texts take a second: in a thread of its own, that no database waits for.
    html = await sync_to_async(formatted, thread_sensitive=False)(text)
    shown = {"run": run, "html": html, "cut": len(text) > LARGEST, "largest": LARGEST, "snapshot": await snapshot.current()}
    part = request.htmx.request_type == "partial"
    return render(request, f"playground/formatted{'' if part else '_page'}.html", shown)


def answer(run: Run, choice: str) -> str:
    """The text of one answer of a run. Raises Http404 where there is none."""
    choices = {str(found["index"]): found["text"] for found in view(run, answer_of(run)).get("choices", [])}
    text = choices.get(choice) if choices else run.output
    if not text:
        raise Http404("There is no such answer.")
    return text
