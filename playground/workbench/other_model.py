"""The form for another model: its example, and in it what was typed for the model before."""

from typing import Any

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from catalog.cards import Card
from catalog.endpoints import call, can_run, form
from catalog.endpoints.uploads import filled
from catalog.snapshot import Snapshot
from playground.workbench import variables
from playground.workbench.forms import Submission, read, start


def moved(post: QueryDict, files: MultiValueDict, now: Snapshot) -> Submission:
    """The form that was posted for `model`, for `next_model`; one that nobody has is named, and the form stays as it was."""
    post, wanted = post.copy(), post.get("next_model", "").strip()
    card = now.find(wanted)
    if card:
        post["model"], post["endpoint"] = card.slug, endpoint(post, card, card is now.find(post.get("model", "")))
    found = carried(post, files, now)
    if wanted and not card:
        found.errors, found.named = {"model": f"No model is called “{wanted[:200]}”. Choose one of the list."}, wanted
    return found


def endpoint(post: QueryDict, card: Card, same: bool) -> str:
    """The endpoint to go on with, blank for the model's own: another model's that is merely listed has to be chosen there."""
    key = post.get("next_endpoint", post.get("endpoint", ""))
    return key if key in card.endpoints and (same or key not in card.listed_endpoints) else ""


def carried(post: QueryDict, files: MultiValueDict, now: Snapshot) -> Submission:
    """The form for the posted model, with what is right of what was typed."""
    card = now.find(post.get("model", "").strip())
    same_form = card is not None and post.get("endpoint", "") in card.endpoints
    if card and not same_form:
        post["endpoint"] = next(iter(card.endpoints), "")
    found = read(post, files, now)
    if card is None:
        return found
    if not can_run(found.key):
        return Submission(card, found.key)
    return filled_in(found, kept(found, same_form))


def kept(found: Submission, same_form: bool) -> dict[str, Any]:
    """What goes along: what is right, cleared fields too where the form is the same, but no names of the model's own."""
    own = {p.name for p, _ in form(found.key, found.card) if p.stand_in}
    right = {name: value for name, value in found.typed.items() if name not in found.errors and name not in own}
    return right if same_form else {name: value for name, value in right.items() if value}


def filled_in(found: Submission, typed: dict[str, Any]) -> Submission:
    fresh = start(found.card, found.key)
    data = {name: value for name, value in (filled(fresh.typed) | typed).items() if value not in (None, "", [])}
    fresh.typed |= typed
    fresh.sandbox_error, fresh.variables = found.sandbox_error, found.variables
    fresh.call = call(found.key, found.card, variables.filled(data, variables.given(found.variables)))
    return fresh
