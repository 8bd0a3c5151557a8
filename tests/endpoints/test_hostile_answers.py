"""Whatever a gateway answers, an endpoint reads it, or says in the agreed exceptions that it cannot."""

import json
import time
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from django.template.loader import render_to_string
from hostile import damaged

from catalog.endpoints import ENDPOINTS, jobs, streams
from catalog.endpoints.answers import Media
from catalog.endpoints.uploads import Upload, filled
from gateway.sse import Event
from playground.inspection.result import SHOWN
from playground.models import Run
from playground.running.execution import UNSHAPED

SLOWEST = 5.0
STREAMED = [key for key in ENDPOINTS if streams(key)]


def as_kept(request: dict[str, Any]) -> dict[str, Any]:
    """A request as a run keeps it: files are not kept."""
    return {name: value for name, value in request.items() if not isinstance(value, Upload)}


def answers(module: ModuleType) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """`(request, answer)` of the examples that are answered in JSON."""
    request = filled(module.EXAMPLE) | {"model": "acme/one"}
    reply = module.reply(request)
    return [] if isinstance(reply, Media) else [(as_kept(request), reply)]


def cases(module: ModuleType) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Each example with its answer damaged, and with its request damaged: that may have been edited as raw JSON."""
    for request, answer in answers(module):
        yield from ((f"answer {what}", request, odd) for what, odd in damaged(answer))
        yield from ((f"request {what}", odd, answer) for what, odd in damaged(request))


def complaint(read: Callable[[], Any]) -> str:
    """What is wrong with how `read` ends, or blank."""
    start = time.monotonic()
    try:
        read()
    except UNSHAPED:
        return ""
    except Exception as error:
        return f"{error!r:.120}"
    return "slow" if time.monotonic() - start > SLOWEST else ""


def read(module: ModuleType, request: dict[str, Any], answer: dict[str, Any]) -> None:
    """Asks an endpoint all that a finished run asks it, and asserts that the parts are of the agreed types."""
    output = module.output(answer) if hasattr(module, "output") else None
    files = module.files(answer) if hasattr(module, "files") else []
    if output is not None and not isinstance(output, str):
        raise AssertionError(f"output is {output!r:.60}")
    if not all(isinstance(content, bytes) for content in files):
        raise AssertionError("files are bytes")
    json.dumps(module.usage(request, answer), allow_nan=False)


@pytest.mark.parametrize("key", ENDPOINTS)
def test_every_answer_is_read_or_found_unshaped(key):
    module = ENDPOINTS[key]
    found = [(what, complaint(lambda r=request, a=answer: read(module, r, a))) for what, request, answer in cases(module)]
    assert [(what, problem) for what, problem in found if problem] == []


@pytest.mark.parametrize("key", [key for key in ENDPOINTS if hasattr(ENDPOINTS[key], "view")])
def test_every_answer_is_shown_or_found_unshaped(key):
    """The template is no place for an exception: what `view` lets through, it shows."""
    module, run = ENDPOINTS[key], Run(endpoint=key, state="complete")
    wrong = []
    for what, request, answer in cases(module):
        try:
            view = module.view(request, answer)
        except UNSHAPED:
            continue
        start = time.monotonic()
        render_to_string(f"playground/{key}.html", {"run": run, "view": view, "artifacts": [], "shown_part": f":{SHOWN}"})
        wrong += [what] if time.monotonic() - start > SLOWEST else []
    assert wrong == []


@pytest.mark.parametrize("key", [key for key in ENDPOINTS if hasattr(ENDPOINTS[key], "JOB")])
def test_every_answer_of_a_job_is_read_or_found_unshaped(key):
    found = [(what, complaint(lambda a=answer: jobs.read(a))) for what, _, answer in cases(ENDPOINTS[key])]
    assert [(what, problem) for what, problem in found if problem] == []


@pytest.mark.parametrize("key", STREAMED)
def test_no_event_breaks_a_stream(key):
    """What comes before an odd event is kept: nothing rises, not even what a whole answer may raise."""
    module = ENDPOINTS[key]
    for sent in module.reply(module.EXAMPLE | {"model": "acme/one", "stream": True}):
        for _, odd in damaged(sent):
            event = Event(str(sent.get("type", "message")), json.dumps(odd), "")
            assert isinstance(module.delta(event), str)
            whole = module.whole([event])
            module.usage({}, {"usage": whole["usage"]})


@pytest.mark.parametrize("data", ["", "[DONE]", "null", "5", '"text"', "[]", "{", "[" * 100_000, "9" * 5000, "NaN", "\ud800"])
@pytest.mark.parametrize("key", STREAMED)
def test_data_that_is_no_event_adds_nothing(key, data):
    module, event = ENDPOINTS[key], Event("message", data, "")
    assert module.delta(event) == ""
    assert module.whole([event])["finish_reason"] is None
