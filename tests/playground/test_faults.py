"""Real sockets that misbehave, seen by a visitor: the record, the page, and the events on the way. `faults` is the table."""

import asyncio
import json
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any

import certificates
import pytest
from asgiref.sync import async_to_sync
from bad_answers import ODD_EVENTS, ODD_JSON
from bad_server import KEY, BadServer
from faults import FAULTS, STREAM, Fault

from gateway.client import Gateway
from gateway.sse import Splitter
from gateway.wire import Limits
from playground.models import Run
from playground.running import upstream

OUR_WORDS = re.compile("The gateway|An event is larger|The whole answer|The headers of")


@contextmanager
def running(tls: ssl.SSLContext | None = None) -> Iterator[BadServer]:
    """A misbehaving gateway on a thread of its own."""
    loop, ready, made = asyncio.new_event_loop(), threading.Event(), BadServer(tls)

    async def serve() -> None:
        async with made:
            ready.set()
            await asyncio.Event().wait()

    task = loop.create_task(serve())
    thread = threading.Thread(target=lambda: loop.run_until_complete(asyncio.gather(task, return_exceptions=True)))
    thread.start()
    assert ready.wait(5)
    yield made
    loop.call_soon_threadsafe(task.cancel)
    thread.join(5)


@pytest.fixture(scope="module")
def server() -> Iterator[BadServer]:
    with running() as found:
        yield found


@pytest.fixture
def point(settings, monkeypatch) -> Callable[..., None]:
    """point(url, **limits): the site's gateway is there, and its client has these limits."""
    settings.RUNS_PER_MINUTE = 1_000_000

    def at(url: str, **limits: float) -> None:
        settings.GATEWAY_URL, settings.GATEWAY_KEY = url, KEY
        monkeypatch.setattr(upstream, "connect", lambda: Gateway(url, KEY, limits=Limits(**{"total": 20.0} | limits)))

    return at


@pytest.fixture
def meet(server, point, run) -> Callable[..., Any]:
    """meet(scenario, **fields): a run at a gateway that does this."""

    def post(scenario: str, *accept: str, **limits: float) -> Any:
        point(server.url, **FAULTS[scenario].limits | limits)
        server.always, server.go_on = scenario, asyncio.Event()
        return run(*accept, **FAULTS[scenario].asked)

    return post


def page_of(client: Any, record: dict[str, Any]) -> str:
    answer = client.get(f"/playground/runs/{record['run']}")
    assert answer.status_code == 200
    return answer.text


def words(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub("<[^>]*>", " ", page)))


@pytest.mark.parametrize("scenario", FAULTS)
def test_what_a_visitor_gets(meet, client, scenario):
    fault: Fault = FAULTS[scenario]
    record = meet(scenario).json()
    error = record["error"] or {"type": "", "message": "", "status": None}
    assert (record["state"], error["type"], record["output"]) == (fault.state, fault.type, fault.output)
    page = page_of(client, record)
    assert fault.words in words(page) and Run.objects.get().finished
    assert KEY not in page + json.dumps(record) + str(Run.objects.values())
    # Nobody is told that our words were the gateway's.
    assert ("The message is the gateway's own." in page) <= (not OUR_WORDS.match(error["message"]))


def test_every_event_of_an_odd_stream_is_shown_as_it_came(meet, client):
    record = meet("odd_events").json()
    received = ODD_EVENTS.decode("utf-8", "replace").replace("\0", "\u2400")  # tables hold no NUL
    assert record["response"]["body"] == received and record["usage"] == {"input_tokens": 1000, "output_tokens": 100}
    # HTML has one kind of line end.
    assert re.sub("\r\n?", "\n", received) in re.sub("\r\n?", "\n", unescape(page_of(client, record)))


def test_odd_json_is_shown_character_for_character(meet, client):
    record = meet("odd_json").json()
    assert record["response"]["body"] == ODD_JSON.decode()
    assert ODD_JSON.decode() in unescape(page_of(client, record))


def test_a_key_that_is_spelled_out_is_in_no_event_on_the_way(meet):
    found = meet("spelled_key", "text/event-stream")

    async def read() -> bytes:
        return b"".join([piece async for piece in found.streaming_content])

    splitter = Splitter()
    events = splitter.feed(async_to_sync(read)()) + splitter.end()
    pieces = [json.loads(event.data) for event in events if event.name == "piece"]
    assert "".join(piece["text"] for piece in pieces) == "Well, **** it is"
    # Not even the parts of it, from which it could be put together.
    assert not [part for part in (KEY[:7], KEY[7:13], KEY[13:]) for piece in pieces if part in json.dumps(piece)]


@pytest.mark.parametrize(("scenario", "kind"), [("mp3_as_wav", "audio/mpeg"), ("svg_as_wav", "application/octet-stream")])
def test_a_file_is_served_as_what_its_bytes_show(meet, client, scenario, kind):
    [artifact] = meet(scenario).json()["artifacts"]
    answer = client.get(artifact["url"])
    assert (artifact["type"], answer["Content-Type"]) == (kind, kind)
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert ("attachment" in answer["Content-Disposition"]) == (kind == "application/octet-stream")


def test_no_connection(point, run, client):
    with socket.socket() as unheard:  # bound, so that nobody else takes the port, but not listening
        unheard.bind(("127.0.0.1", 0))
        point(f"http://127.0.0.1:{unheard.getsockname()[1]}/v1")
        record = run(**STREAM).json()
    assert (record["state"], record["error"]["type"]) == ("error", "connection_refused")
    assert "The gateway is down or starting." in words(page_of(client, record))


def test_no_such_host(point, run, client):
    point("http://gateway.invalid/v1")
    record = run(**STREAM).json()
    assert (record["state"], record["error"]["type"]) == ("error", "dns_error")
    assert "The gateway's host name is not known." in words(page_of(client, record))


def test_no_handshake(point, run, client):
    with socket.create_server(("127.0.0.1", 0)) as mute:  # the kernel accepts, nobody answers
        point(f"https://127.0.0.1:{mute.getsockname()[1]}/v1", connect=0.1)
        record = run(**STREAM).json()
    assert (record["state"], record["error"]["type"]) == ("error", "connect_timeout")
    assert "The connection to the gateway took too long." in words(page_of(client, record))


def test_a_certificate_of_nobody(point, run, client, tmp_path):
    with running(certificates.servers(tmp_path)["right"]) as server:
        point(server.url)
        record = run(**STREAM).json()
    assert (record["state"], record["error"]["type"]) == ("error", "tls_error")
    assert "The gateway's certificate is not signed by an authority that this site trusts." in words(page_of(client, record))


def test_reasoning_refusals_and_calls_of_a_stream_are_shown(meet, client):
    page = words(page_of(client, meet("deltas").json()))
    for shown in ("Reasoning Let me see.", "The model refused. I had rather not.", "get_weather call-1", '"city" : "Oslo"'):
        assert shown in page


def test_a_private_address_of_the_gateway_is_not_told(meet, client, settings, server):
    settings.PUBLIC_GATEWAY_URL = "https://api.example/v1"
    for scenario in ("chat_json", "no_answer"):
        record = meet(scenario).json()
        assert record["request"]["url"] == "https://api.example/v1/chat/completions"
        assert "127.0.0.1" not in json.dumps(record) + page_of(client, record)
