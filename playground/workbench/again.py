"""A run's request, back in the form: to be sent again, changed, or gone on with from its answer."""

import json
from typing import Any

from catalog.endpoints import call, can_run
from catalog.snapshot import Snapshot
from playground.inspection.result import SHOWN, answer_of, view
from playground.models import Run
from playground.records import store
from playground.workbench import conversation
from playground.workbench.forms import Submission, fields_of, read_body, start


def again(run: Run, now: Snapshot, choice: int | None = None, upto: int | None = None) -> Submission:
    """The form as it made `run`; with a choice, its answer stands among the messages and the next one is to be written.

    With `upto`, the conversation is that run's first so many messages, and goes on from there.
    """
    card = now.find(run.model)
    if card is None:
        return Submission(errors={"model": f"{run.model} is no longer in the catalog. Choose another model."})
    key = run.endpoint if run.endpoint in card.endpoints else next(iter(card.endpoints), "")
    body = begun(sent(run), upto)
    if body is None or not can_run(key):
        return start(card, key)
    found = Submission(card, key)
    found.typed = fields_of(body, found)
    unknown = body.keys() - found.typed.keys() - {"model", "stream_options"}
    if run.request_body and (is_long(found) or (unknown and choice is None)):
        return raw(found, run.request_body if upto is None else json.dumps(body, ensure_ascii=False))
    found.resumed = upto is not None
    if choice is not None:
        go_on(found, run, choice)
    found.call = call(key, card, found.typed)
    return found


def is_long(found: Submission) -> bool:
    """Whether there are more messages than the form shows, the next ones included."""
    messages = found.typed.get("messages")
    return isinstance(messages, list) and len(messages) >= conversation.MAX_MESSAGES


def raw(found: Submission, text: str) -> Submission:
    """What the fields cannot show, as the body that it was."""
    read_body(found, text)
    if is_long(found):
        del found.typed["messages"]
    return found


def begun(body: dict[str, Any] | None, upto: int | None) -> dict[str, Any] | None:
    """A request with the first so many of its messages, and room for the next; whole where none are counted."""
    messages = (body or {}).get("messages")
    if body is None or upto is None or not isinstance(messages, list) or not all(isinstance(m, dict) for m in messages):
        return body
    return body | {"messages": conversation.awaiting(messages[:upto])}


def sent(run: Run) -> dict[str, Any] | None:
    """What was sent, by field: a form's texts without its files. None where it is no longer kept."""
    if run.request_parts:
        return {part["name"]: part["value"] for part in run.request_parts if "value" in part}
    return store.body_as_json(run)


def go_on(found: Submission, run: Run, index: int) -> None:
    """Puts the answer into the conversation, if it can be read and the form can show it and the messages."""
    choice = next((choice for choice in view(run, answer_of(run)).get("choices", []) if choice["index"] == index), None)
    messages = found.typed.get("messages")
    fits = choice is not None and len(choice["text"] or "") <= SHOWN
    if fits and isinstance(messages, list) and all(isinstance(message, dict) for message in messages):
        found.typed["messages"] = conversation.continued(messages, choice)
        found.resumed = True
