"""The printed example of every endpoint, sent to the running site, is answered as the page prints it."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from catalog import snapshot
from catalog.calling.schema import STREAMED_EVENTS
from catalog.endpoints import ENDPOINTS, streams

TIMED = ("id", "created_at", "updated_at")  # of a job


@pytest.fixture(scope="module")
def web(site) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site, headers={"Authorization": "Bearer x"}, timeout=60) as client:
        yield client


def printed(web: httpx.Client, key: str) -> list[dict[str, Any]]:
    """The endpoint as models print it: one of every shape of request."""
    found = {}
    for card in snapshot.latest().cards:
        if key in card.endpoints:
            entries = web.get(f"/api/v1/models/{card.slug}/schema").json()["endpoints"]
            entry = next(entry for entry in entries if entry["key"] == key)
            found.setdefault(json.dumps(entry["request_example"] | {"model": ""}), entry)
    return list(found.values())


def sent(web: httpx.Client, entry: dict[str, Any], **more: Any) -> httpx.Response:
    """The answer to the printed request; a file is the sample that the page offers."""
    body = entry["request_example"] | more
    if entry["content_type"] == "application/json":
        return web.post(entry["url"], json=body)
    files = {name: value[1:] for name, value in body.items() if str(value).startswith("@")}
    texts = {name: value for name, value in body.items() if name not in files}
    parts = {name: (file, web.get(f"/samples/{file}").raise_for_status().content) for name, file in files.items()}
    return web.post(entry["url"], data=texts, files=parts)


@pytest.mark.parametrize("key", ENDPOINTS)
def test_printed_response_is_what_the_sandbox_answers(web, key):
    for entry in printed(web, key):
        given, shown = sent(web, entry), entry["response_example"]
        if isinstance(shown, str):
            assert (given.status_code, shown) == (200, f"({len(given.content):,} bytes of {given.headers['content-type']})")
        else:
            timeless = {name: shown[name] for name in TIMED} if hasattr(ENDPOINTS[key], "JOB") else {}
            assert given.status_code == (202 if timeless else 200), given.text
            assert given.json() | timeless == shown


@pytest.mark.parametrize("key", [key for key in ENDPOINTS if streams(key)])
def test_printed_stream_is_what_the_sandbox_sends(web, key):
    entry = printed(web, key)[0]
    events, shown = sent(web, entry, stream=True).text.strip().split("\n\n"), entry["streaming_example"].split("\n\n")
    assert shown[:STREAMED_EVENTS] == events[:STREAMED_EVENTS] and shown[-1] == events[-1]
    assert shown[STREAMED_EVENTS].startswith(": ") and shown[STREAMED_EVENTS].endswith(" more events")
