"""What becomes of a run when the gateway misbehaves. Nothing is ever sent twice, and no key is ever shown."""

import asyncio
import json
import threading
from collections.abc import Iterator

import bad_server
import httpx
import pytest
from fake_network import ADDRESS, COUNTS, END, KEY, word

from gateway.client import Gateway
from gateway.wire import Limits
from playground.models import Run
from playground.running import upstream


def test_counted_stream_is_complete_with_usage_and_cost(run, network):
    network.streams(word("Well"), word(" then"), END, COUNTS, "[DONE]")
    record = run(stream="on").json()
    assert (record["state"], record["output"], record["error"]) == ("complete", "Well then", None)
    assert record["usage"] == {"input_tokens": 1000, "output_tokens": 100}
    assert record["cost"]["list"] == "0.00225"


def test_stream_asks_for_its_usage(run, network):
    network.streams(word("a"), END)
    run(stream="on")
    assert json.loads(network.requests[0].content)["stream_options"] == {"include_usage": True}


def test_stream_without_an_end_is_incomplete(run, network):
    network.streams(word("Well"), word(" th"))
    record = run(stream="on").json()
    assert (record["state"], record["output"], record["usage"], record["cost"]) == ("incomplete", "Well th", None, None)


@pytest.mark.parametrize("end", [END, "[DONE]"])
def test_a_finish_reason_or_the_mark_is_an_end(run, network, end):
    network.streams(word("Well"), end)
    assert run(stream="on").json()["state"] == "complete"


def test_broken_stream_keeps_what_came(run, network):
    network.streams(word("Well"), then=httpx.ReadError("reset"))
    record = run(stream="on").json()
    assert (record["state"], record["output"]) == ("incomplete", "Well")
    assert record["error"]["type"] == "connection_lost"
    assert record["response"]["body"].startswith("data: ")


def test_stream_that_breaks_before_any_text_is_an_error(run, network):
    network.streams(then=httpx.ReadError("reset"))
    record = run(stream="on").json()
    assert (record["state"], record["output"]) == ("error", None)


def test_error_in_a_stream_is_an_error(run, network):
    network.streams({"error": {"message": "overloaded", "type": "server_error"}})
    record = run(stream="on").json()
    assert (record["state"], record["error"]["type"], record["error"]["message"]) == ("error", "server_error", "overloaded")


def test_error_after_some_text_leaves_it_incomplete(run, network):
    network.streams(word("Well"), {"error": {"message": "overloaded", "type": "server_error"}}, "[DONE]")
    record = run(stream="on").json()
    assert (record["state"], record["output"], record["error"]["message"]) == ("incomplete", "Well", "overloaded")


def test_error_in_a_200_is_an_error(run, network):
    network.says({"error": {"message": "no credits", "type": "insufficient_quota"}})
    record = run().json()
    assert (record["state"], record["error"]["type"], record["response"]["status"]) == ("error", "insufficient_quota", 200)


@pytest.mark.parametrize("text", ["<!doctype html><title>Welcome</title>", "[1, 2]", '"text"', ""])
def test_what_is_no_json_object_is_a_bad_response(run, network, text):
    network.answer = httpx.Response(200, text=text)
    record = run().json()
    assert (record["state"], record["error"]["type"]) == ("error", "bad_response")
    assert record["response"]["body"] == text


@pytest.mark.parametrize(
    "odd",
    [{}, {"choices": None}, {"choices": [None]}, {"choices": [{"message": {"content": 7}}]}, {"choices": {"a": 1}}, {"usage": 5}],
)
def test_odd_json_has_no_text(run, network, odd):
    network.says(odd)
    record = run().json()
    assert (record["state"], record["usage"]) == ("complete", None)
    assert not record["output"]


@pytest.mark.parametrize(
    "odd",
    [{"choices": 5}, {"choices": [5]}, {"choices": [{"delta": 5}]}, {"usage": 5}, {"usage": {"prompt_tokens_details": 5}}, 5],
)
def test_odd_events_do_no_harm(run, network, odd):
    network.streams(word("Well"), odd, END)
    record = run(stream="on").json()
    assert (record["state"], record["output"]) == ("complete", "Well")


def test_answer_nested_deep_is_shown_as_it_came(run, network):
    deep = '{"choices": ' + "[" * 500 + "]" * 500 + "}"
    network.answer = httpx.Response(200, text=deep, headers={"content-type": "application/json"})
    assert "[" * 500 in run(accept="text/html").content.decode()


def test_large_answer_is_shown_in_part(run, network):
    network.says({"choices": [{"message": {"content": "Well"}}], "more": "x" * 2_000_000})
    page = run(accept="text/html").content.decode()
    assert "The first 500,000 of 2,000," in page and len(page) < 1_000_000


def test_event_larger_than_is_read_ends_the_answer(run, network, client):
    network.streams(word("Well"), word("x" * 1_100_000), END)
    record = run(stream="on").json()
    assert (record["state"], record["output"]) == ("limited", "Well")
    assert client.get(f"/playground/runs/{record['run']}").status_code == 200


@pytest.mark.parametrize("count", [10**30, 10**400, True])
def test_counts_that_no_answer_can_have_are_none(run, network, count):
    network.says({"choices": [{"message": {"content": "Hello!"}}], "usage": {"prompt_tokens": count, "completion_tokens": 2}})
    record = run().json()
    assert (record["output"], record["usage"], record["cost"]) == ("Hello!", None, None)


@pytest.mark.parametrize(("odd", "shown"), [("a\ud800b", "a\ufffdb"), ("a\0b", "a\u2400b"), ("\U0001f600", "\U0001f600")])
def test_text_that_no_table_holds_is_marked(run, network, odd, shown):
    body = json.dumps({"choices": [{"message": {"content": odd}}]}).encode()
    network.answer = httpx.Response(200, content=body, headers={"content-type": "application/json"})
    assert run().json()["output"] == shown
    network.requests.clear()
    network.streams(word(odd), END)
    assert run(stream="on").json()["output"] == shown


@pytest.mark.parametrize("answer", [{"choices": [{"message": {"content": "\ud800"}}]}, {"error": {"message": "\ud800"}}])
def test_text_that_no_page_holds_is_marked(run, network, client, answer):
    network.answer = httpx.Response(200, content=json.dumps(answer).encode(), headers={"content-type": "application/json"})
    page = client.get(f"/playground/runs/{run().json()['run']}")
    assert page.status_code == 200 and "\\ud800" in page.content.decode()


@pytest.mark.parametrize("accept", ["text/html", "text/event-stream", "application/json"])
def test_request_that_no_page_holds_is_run(run, accept):
    messages = [{"role": "user", "content": "Say \ud800 twice"}]
    assert run(accept, body=json.dumps({"model": "acme/talk-large", "messages": messages})).status_code == 200


@pytest.mark.parametrize(("body", "words"), [(b"", "answered nothing"), (b"data: {}", "is not valid JSON")])
def test_answer_that_is_no_json_is_called_what_it_is(run, network, body, words):
    network.answer = httpx.Response(200, content=body, headers={"content-type": "application/json"})
    assert words in run().json()["error"]["message"]


def test_json_behind_a_byte_order_mark_is_shown(run, network, client):
    answer = b'\xef\xbb\xbf{"choices": [{"message": {"content": "Well"}}]}'
    network.answer = httpx.Response(200, content=answer, headers={"content-type": "application/json"})
    assert "Continue</a>" in run(accept="text/html").content.decode()


def test_redirect_is_not_followed(run, network):
    network.answer = httpx.Response(302, headers={"location": "https://elsewhere.example/"})
    record = run().json()
    assert (record["state"], record["error"]["type"], record["error"]["status"]) == ("error", "redirect_refused", 302)


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (httpx.ConnectError("refused"), "connection_lost"),
        (httpx.ConnectTimeout("slow"), "connect_timeout"),
        (httpx.ReadTimeout("slow"), "first_byte_timeout"),
        (httpx.ReadError("closed"), "connection_lost"),
        (httpx.RemoteProtocolError("no HTTP"), "bad_response"),
    ],
)
def test_no_answer_is_an_error_without_a_status(run, network, raised, kind):
    network.answer = raised
    record = run().json()
    assert (record["state"], record["error"]["type"]) == ("error", kind)
    assert record["response"] == {"status": None, "headers": [], "body": None}


def test_retry_after_of_the_gateway_is_handed_on(run, network):
    network.says({"error": {"message": "slow down", "type": "rate_limit_error"}}, 429, retry_after="7")
    assert run().json()["error"] == {"status": 429, "type": "rate_limit_error", "message": "slow down", "retry_after": 7}


def test_huge_answer_is_limited(run, network, monkeypatch):
    small = Limits(wire_bytes=2000)
    monkeypatch.setattr(upstream, "connect", lambda: Gateway(ADDRESS, KEY, network, small))
    network.streams(*[word("word ")] * 100, END)
    record = run(stream="on").json()
    assert (record["state"], record["error"]["type"]) == ("limited", "too_large")
    assert record["output"].startswith("word word")


def test_huge_answer_in_one_piece_is_limited(run, network, monkeypatch):
    small = Limits(wire_bytes=2000)
    monkeypatch.setattr(upstream, "connect", lambda: Gateway(ADDRESS, KEY, network, small))
    network.says({"choices": [{"message": {"content": "x" * 5000}}]})
    assert run().json()["state"] == "limited"


def test_text_where_audio_is_due_is_a_bad_response(speak, network):
    network.answer = httpx.Response(200, text="<h1>Sorry</h1>", headers={"content-type": "text/html"})
    record = speak().json()
    assert (record["state"], record["error"]["type"], record["artifacts"]) == ("error", "bad_response", [])


def test_events_where_none_are_due_are_a_bad_response(speak, network):
    network.streams({"type": "speech.audio.delta", "audio": "UklGRg=="}, "[DONE]")
    record = speak().json()
    assert (record["state"], record["error"]["type"]) == ("error", "bad_response")
    assert "text/event-stream" in record["error"]["message"] and "speech.audio.delta" in record["response"]["body"]


def test_type_of_a_file_is_what_its_bytes_show(speak, network):
    network.answer = httpx.Response(200, content=b"ID3\x04\x00\x00", headers={"content-type": "audio/wav"})
    assert speak().json()["artifacts"][0]["type"] == "audio/mpeg"


def test_script_in_disguise_is_a_download(speak, network, client):
    network.answer = httpx.Response(200, content=b"<svg onload=alert(1)>", headers={"content-type": "audio/wav"})
    [artifact] = speak().json()["artifacts"]
    file = client.get(artifact["url"])
    assert (file["Content-Type"], file["Content-Security-Policy"]) == ("application/octet-stream", "default-src 'none'; sandbox")


def test_canceled_call_leaves_no_running_row(run, network):
    network.streams(word("Well"), then=asyncio.CancelledError())
    assert (run(stream="on").json()["state"], Run.objects.get().state) == ("stopped", "stopped")


def test_key_is_sent_and_never_shown(run, network, client):
    network.says({"error": {"message": f"no such key: {KEY}", "type": "authentication_error"}}, 401, x_echo=KEY)
    answer = run()
    page = client.get(f"/playground/runs/{answer.json()['run']}")
    assert network.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert KEY not in answer.content.decode() + page.content.decode() + str(Run.objects.values())
    assert "****" in answer.json()["error"]["message"]


def test_key_in_a_stream_is_masked(stream, network):
    network.streams(word(f"<{KEY}>"), END)
    shown = stream()
    assert KEY not in shown + str(Run.objects.values())
    assert "<****>" in shown


@pytest.fixture
def address() -> Iterator[str]:
    """A gateway on a socket of its own thread that answers every path by telling the key back, in 401."""
    loop, ready, urls = asyncio.new_event_loop(), threading.Event(), []

    async def serve() -> None:
        async with bad_server.BadServer() as server:
            urls.append(server.url)
            ready.set()
            await asyncio.Event().wait()

    task = loop.create_task(serve())
    thread = threading.Thread(target=lambda: loop.run_until_complete(asyncio.gather(task, return_exceptions=True)))
    thread.start()
    assert ready.wait(5)
    yield urls[0]
    loop.call_soon_threadsafe(task.cancel)
    thread.join(5)


def test_real_socket_is_spoken_to_by_the_settings(run, address, settings, monkeypatch):
    monkeypatch.setitem(bad_server.SCENARIOS, "completions", bad_server.SCENARIOS["echo"])
    settings.GATEWAY_URL = settings.PUBLIC_GATEWAY_URL = address
    settings.GATEWAY_KEY = KEY
    answer = run()
    record = answer.json()
    assert record["request"]["url"] == f"{address}/chat/completions"
    assert (record["error"]["status"], record["error"]["message"]) == (401, "no such key: Bearer ****")
    assert KEY not in answer.content.decode()
