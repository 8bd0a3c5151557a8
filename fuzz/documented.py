"""Requests that the OpenAPI document allows, and some that it forbids, drawn by schemathesis."""

import contextlib
from collections.abc import Iterator

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from fuzz.asked import TOKEN, server_error

Operation = schemathesis.schemas.APIOperation
HEADERS = {"Authorization": "Bearer fuzz", "X-CSRFToken": TOKEN, "Cookie": f"csrftoken={TOKEN}"}


def operations(site: str, **wanted: str) -> list[Operation]:
    """The document's operations, all of them or those of a `method` or `tag`."""
    schema = schemathesis.openapi.from_url(f"{site}/openapi.json")
    return [found.ok() for found in (schema.include(**wanted) if wanted else schema).get_all_operations()]


def faults(operation: Operation, cases: int, number: int, model: str = "", forbidden: bool = False) -> Iterator[str]:
    """Sends up to so many cases, the same ones for the same `number`; gives what is wrong with each, blank where nothing is.

    model: put into bodies, of which most would name none that there is. forbidden: cases that the document does not allow, of
    which an operation without parameters has none.
    """
    found: list[str] = []
    mode = GenerationMode.NEGATIVE if forbidden else GenerationMode.POSITIVE
    unhurried = settings(deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))

    @seed(number)
    @settings(unhurried, max_examples=cases)
    @given(case=operation.as_strategy(generation_mode=mode))
    def asked(case: schemathesis.Case) -> None:
        if model and isinstance(case.body, dict):
            case.body["model"] = model
        found.append(fault(case))

    with contextlib.suppress(Unsatisfiable):
        asked()
    yield from found


def fault(case: schemathesis.Case) -> str:
    answer = case.call(headers=HEADERS)
    wrong = server_error(answer.status_code, "retry-after" in answer.headers)
    return wrong and f"{wrong}: {case.as_curl_command(headers=HEADERS)}"
