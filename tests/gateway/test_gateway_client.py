import json
from collections.abc import Callable

import httpx
import pytest
from bad_server import KEY, BadServer

from gateway.call import Call, File
from gateway.client import Gateway
from gateway.errors import GatewayError, json_of

pytestmark = pytest.mark.anyio


async def test_an_exchange_is_what_was_on_the_wire(server: BadServer, gateway: Gateway) -> None:
    exchange = await gateway.send(Call("/ok", {"input": "é"}, headers=(("X-Sandbox-Error", "429"),)))
    assert (exchange.method, exchange.url) == ("POST", f"{server.url}/ok")
    assert (exchange.status, exchange.http_version, exchange.ended) == (200, "HTTP/1.1", "complete")
    assert exchange.request_body == '{"input":"é"}' == server.requests[0].body.decode()
    assert exchange.text() == '{"ok": true}'
    assert json_of(exchange) == {"ok": True}
    assert ("X-Request-Id", "r-1") in exchange.response_headers
    assert exchange.header("x-request-id") == "r-1"


async def test_the_request_headers_are_those_sent(server: BadServer, gateway: Gateway) -> None:
    exchange = await gateway.send(Call("/ok", {}, headers=(("X-Sandbox-Error", "429"), ("X-Name", "Zoë"))))
    sent = server.requests[0].headers
    assert sent["authorization"] == f"Bearer {KEY}"
    assert sent["accept-encoding"] == "identity"
    assert sent["user-agent"] == "Modelry"
    assert sent["x-sandbox-error"] == "429"
    assert sent["content-type"] == "application/json"
    shown = {name.lower(): value for name, value in exchange.request_headers}
    assert shown.keys() == sent.keys()
    assert shown["authorization"] == "Bearer ****"
    assert shown["x-name"] == "Zoë"


async def test_multipart_arrives_as_built(server: BadServer, gateway: Gateway) -> None:
    call = Call("/ok", data=(("model", "m"),), files=(File("file", "a.mp3", "audio/mpeg", b"ID3\0"),))
    exchange = await gateway.send(call)
    assert server.requests[0].body == call.content()[1]
    assert server.requests[0].headers["content-type"] == call.content()[0][0][1]
    assert exchange.request_body is None


async def test_a_get_has_no_body(server: BadServer, gateway: Gateway) -> None:
    exchange = await gateway.send(Call("/ok", method="GET"))
    assert server.requests[0].line == "GET /v1/ok HTTP/1.1"
    assert "content-length" not in server.requests[0].headers
    assert exchange.request_body == ""


async def test_times_are_in_order(gateway: Gateway) -> None:
    exchange = await gateway.send(Call("/ok", {}))
    assert 0 < exchange.connect_ms <= exchange.first_byte_ms <= exchange.total_ms < 4000
    assert exchange.started > 1_700_000_000


async def test_no_answer_is_left_on_a_connection_for_the_next_visitor(server: BadServer, gateway: Gateway) -> None:
    assert json_of(await gateway.send(Call("/two_answers", {}))) == {"for": "the first"}
    assert json_of(await gateway.send(Call("/ok", {}))) == {"ok": True}
    assert (server.connections, server.requests[0].headers["connection"]) == (2, "close")


async def test_no_cookie_is_kept(server: BadServer, gateway: Gateway) -> None:
    exchange = await gateway.send(Call("/ok", {}))
    await gateway.send(Call("/ok", {}))
    assert "cookie" not in server.requests[1].headers
    assert ("Set-Cookie", "****") in exchange.response_headers


async def test_the_environment_is_not_asked_for_a_proxy(
    monkeypatch: pytest.MonkeyPatch, connect: Callable[..., Gateway]
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert (await connect().send(Call("/ok", {}))).status == 200


async def test_no_key_sends_no_authorization(server: BadServer, connect: Callable[..., Gateway]) -> None:
    await connect(key="").send(Call("/ok", {}))
    assert "authorization" not in server.requests[0].headers


async def test_an_echoed_key_is_masked_everywhere(gateway: Gateway) -> None:
    with pytest.raises(GatewayError) as caught:
        await gateway.send(Call("/echo", {"prompt": f"say {KEY}"}))
    error = caught.value
    assert error.message == "no such key: Bearer ****"
    assert error.exchange.header("x-echo") == "Bearer ****"
    assert KEY not in f"{error!r} {error} {error.exchange!r} {vars(error.exchange)} {gateway!r}"
    assert error.__cause__ is None


async def test_a_short_key_masks_no_ordinary_text(connect: Callable[..., Gateway]) -> None:
    exchange = await connect(key="ok").send(Call("/ok", {}))
    assert exchange.text() == '{"ok": true}'
    assert ("Authorization", "Bearer ****") in exchange.request_headers


async def test_a_header_that_cannot_be_sent_is_a_bad_request(server: BadServer, gateway: Gateway) -> None:
    with pytest.raises(GatewayError) as caught:
        await gateway.send(Call("/ok", {}, headers=(("X-Evil", "a\r\nX-More: b"),)))
    assert caught.value.type == "bad_request"
    assert server.requests == []


async def test_a_path_that_is_no_url_is_a_bad_request(gateway: Gateway) -> None:
    with pytest.raises(GatewayError) as caught:
        await gateway.send(Call("/jobs/a\nb", method="GET"))
    assert caught.value.type == "bad_request"


@pytest.mark.parametrize(
    "url",
    ["", "gateway", "ftp://host/v1", "http://", "http://u:secret@host/v1", "http://host/v1?key=secret", "http://host:x"],
)
def test_a_base_url_is_checked_without_being_quoted(url: str) -> None:
    with pytest.raises(ValueError, match="The gateway's address") as caught:
        Gateway(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("key", ["a b", "sk-é", "a\nb"])
def test_a_key_is_checked_without_being_quoted(key: str) -> None:
    with pytest.raises(ValueError, match="The gateway's key") as caught:
        Gateway("http://host/v1", key)
    assert key not in str(caught.value)


async def test_a_key_with_a_newline_at_its_end_is_trimmed(server: BadServer, connect: Callable[..., Gateway]) -> None:
    await connect(key=f" {KEY}\n", base_url=f"{server.url}/ ").send(Call("/ok", {}))
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert server.requests[0].line == "POST /v1/ok HTTP/1.1"


async def test_a_transport_stands_in_for_the_network() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"path": request.url.path, "sent": json.loads(request.content)})

    gateway = Gateway("http://sandbox/v1", transport=httpx.MockTransport(answer))
    exchange = await gateway.send(Call("/embeddings", {"input": "x"}))
    assert json_of(exchange) == {"path": "/v1/embeddings", "sent": {"input": "x"}}
    await gateway.aclose()


async def test_binary_has_no_text(gateway: Gateway) -> None:
    exchange = await gateway.send(Call("/audio", {}))
    assert exchange.text() is None
    assert exchange.body == b"ID3\x04\x00"


async def test_an_empty_body_is_empty_text(gateway: Gateway) -> None:
    exchange = await gateway.send(Call("/empty", {}))
    assert (exchange.text(), exchange.ended) == ("", "complete")


async def test_a_page_is_no_json(gateway: Gateway) -> None:
    exchange = await gateway.send(Call("/html", {}))
    with pytest.raises(GatewayError, match="text/html where JSON was due"):
        json_of(exchange)


@pytest.mark.parametrize(
    ("type", "body", "text"),
    [
        ("text/plain; charset=utf-8", b"a\0\xff", "a\0\ufffd"),
        ("application/problem+json", b"{}", "{}"),
        ("image/svg+xml", b"<svg/>", "<svg/>"),
        ("", "é".encode(), "é"),
        ("application/octet-stream", b"plain", "plain"),
        ("application/octet-stream", b"a\0", None),
        ("application/octet-stream", b"\xff", None),
        ("audio/mpeg", b"not really", None),
    ],
)
async def test_what_counts_as_text(type: str, body: bytes, text: str | None) -> None:
    answer = httpx.Response(200, content=body, headers={"content-type": type} if type else {})
    gateway = Gateway("http://sandbox/v1", transport=httpx.MockTransport(lambda _: answer))
    assert (await gateway.send(Call("/x", {}))).text() == text
    await gateway.aclose()
