"""The page on which a visitor gives a key of their own, or takes it back."""

from urllib.parse import urlencode, urlsplit

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from catalog import snapshot
from playground.running import own_key
from playground.running.upstream import is_sandbox

LONGEST_NAME = 200  # characters of the model to go back to


@never_cache
@sensitive_post_parameters("key")
@require_http_methods(["GET", "HEAD", "POST"])
async def page(request: HttpRequest) -> HttpResponse:
    """The form for a key; a POST keeps it, or removes the one that is kept."""
    if not own_key.is_open():
        raise Http404("This site takes no keys of visitors.")
    if request.method == "POST" and "remove" in request.POST:
        await sync_to_async(own_key.remove)(request)
        return back(request, "own_key")
    if request.method == "POST":
        return await given(request)
    return await shown(request)


async def given(request: HttpRequest) -> HttpResponse:
    key = own_key.Key(request.POST.get("key", "").strip())
    if problem := own_key.fault(key):
        return await shown(request, problem)
    await sync_to_async(own_key.keep)(request, key)
    return back(request, "playground")


async def shown(request: HttpRequest, problem: str = "") -> HttpResponse:
    """The page. What was typed is not given back: a key is shown to nobody."""
    context = {
        "snapshot": await snapshot.current(), "problem": problem, "hours": own_key.KEPT_HOURS, "longest": own_key.LONGEST,
        "host": urlsplit(settings.GATEWAY_URL).netloc, "model": model(request), "sandbox": is_sandbox(),
    }  # fmt: skip
    context |= await sync_to_async(own_key.told)(request)
    return render(request, "playground/own_key.html", context, status=422 if problem else 200)


def model(request: HttpRequest) -> str:
    """The model that the visitor came from."""
    return (request.POST if request.method == "POST" else request.GET).get("model", "")[:LONGEST_NAME]


def back(request: HttpRequest, name: str) -> HttpResponse:
    query = urlencode({"model": model(request)}, safe="/:@") if model(request) else ""
    return HttpResponseRedirect(f"{reverse(name)}?{query}".rstrip("?"), status=303)
