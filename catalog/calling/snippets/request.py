"""What the code of every language needs to know of a request: where it goes, which fields are files, what comes back."""

import json
import re
import textwrap
from typing import Any

from django.conf import settings

from catalog.calling.snippets.values import WIDTH
from catalog.endpoints import ENDPOINTS, jobs
from catalog.endpoints.parameters import FILES

Body = dict[str, Any]
POLL_EVERY = 2  # seconds


def base_url() -> str:
    return settings.PUBLIC_GATEWAY_URL


def url(key: str) -> str:
    return base_url() + ENDPOINTS[key].PATH


def is_multipart(key: str) -> bool:
    return hasattr(ENDPOINTS[key], "REQUEST_TYPE")


def uploaded(key: str, name: str, value: Any) -> str:
    """The name of the file that a field of the body stands for, or blank for a field that is no file."""
    fields = {parameter.name for parameter in ENDPOINTS[key].PARAMETERS if parameter.kind in FILES}
    return value[1:] if name in fields and isinstance(value, str) and value.startswith("@") else ""


def typed(key: str, body: Body) -> Body:
    """A body as the SDKs take it: of a multipart form, whose values are all texts, numbers are numbers."""
    if not is_multipart(key):
        return body
    kinds = {parameter.name: parameter.kind for parameter in ENDPOINTS[key].PARAMETERS}
    return {name: as_number(value) if kinds.get(name) in ("number", "integer") else value for name, value in body.items()}


def as_number(value: Any) -> Any:
    found = re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?", value) if isinstance(value, str) else None
    return json.loads(value) if found else value


def file_name(key: str, body: Body) -> str:
    """Where a binary answer goes: `speech.wav`. Blank where the answer is text."""
    stem = getattr(ENDPOINTS[key], "SDK", {}).get("file")
    return f"{stem}.{re.sub(r'[^a-z0-9]', '', str(body.get('response_format', 'mp3')).lower())}" if stem else ""


def under_way(indent: str) -> str:
    """The states of a job that is not over, in every spelling, a few on a line."""
    names = (json.dumps(name) for name, state in jobs.STATES.items() if state not in jobs.OVER)
    return textwrap.fill(f"{', '.join(names)},", WIDTH, initial_indent=indent, subsequent_indent=indent)


def is_plain(sdk: Body, body: Body) -> bool:
    """Whether the SDKs give the answer as bare text."""
    return body.get("response_format") in sdk.get("plain", ())
