import asyncio
import gc
import socket
import weakref
from collections.abc import Callable

import pytest
from bad_server import BadServer

from gateway.call import Call
from gateway.client import Gateway
from gateway.errors import GatewayError, json_of
from gateway.exchange import Exchange

pytestmark = pytest.mark.anyio


async def failure(gateway: Gateway, path: str) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        await gateway.send(Call(path, {}))
    assert caught.value.exchange.total_ms is not None
    return caught.value


@pytest.mark.parametrize(
    ("path", "type", "status", "ended"),
    [
        ("/aborted", "connection_lost", None, ""),
        ("/no_answer", "connection_lost", None, ""),
        ("/half_closed", "connection_lost", 200, "cut"),
        ("/truncated_body", "connection_lost", 200, "cut"),
        ("/truncated_chunk", "connection_lost", 200, "cut"),
        ("/bad_chunk_size", "bad_response", 200, "cut"),
        ("/no_http", "bad_response", None, ""),
        ("/huge_header", "too_large", None, ""),
        ("/large_header", "too_large", 200, "limited"),
        ("/zipped", "encoding_refused", 200, "stopped"),
        ("/redirect", "redirect_refused", 302, "complete"),
        ("/error_in_200", "insufficient_quota", 200, "complete"),
        ("/error_string", "error", 503, "complete"),
        ("/plain_503", "http_503", 503, "complete"),
        ("/html_502", "http_502", 502, "complete"),
        ("/huge_error", "http_500", 500, "limited"),
    ],
)
async def test_what_a_gateway_gets_wrong(
    gateway: Gateway, path: str, type: str, status: int | None, ended: str
) -> None:
    error = await failure(gateway, path)
    assert (error.type, error.status, error.exchange.ended) == (type, status, ended)


@pytest.mark.parametrize(
    ("path", "type", "limits"),
    [
        ("/silent", "first_byte_timeout", {"first_byte": 0.1}),
        ("/drip_head", "first_byte_timeout", {"first_byte": 0.1}),
        ("/silent", "total_timeout", {"total": 0.1}),
        ("/silent_body", "idle_timeout", {"idle": 0.1}),
        ("/drip_body", "total_timeout", {"idle": 0.1, "total": 0.3}),
    ],
)
async def test_a_clock_runs_out(
    server: BadServer, connect: Callable[..., Gateway], path: str, type: str, limits: dict[str, float]
) -> None:
    error = await failure(connect(**limits), path)
    assert error.type == type
    assert error.exchange.total_ms < 1500
    await asyncio.wait_for(server.hung_up.wait(), 2)


async def test_the_first_byte_clock_starts_when_the_request_is_out(connect: Callable[..., Gateway]) -> None:
    error = await failure(connect(connect=3.0, first_byte=0.1), "/silent")
    assert error.exchange.total_ms < 1500


async def test_a_connection_is_refused(connect: Callable[..., Gateway]) -> None:
    with socket.socket() as unheard:  # bound, so that nobody else takes the port, but not listening
        unheard.bind(("127.0.0.1", 0))
        error = await failure(connect(f"http://127.0.0.1:{unheard.getsockname()[1]}/v1"), "/ok")
    assert (error.type, error.status, error.exchange.status) == ("connection_refused", None, None)


async def test_a_host_is_unknown(monkeypatch: pytest.MonkeyPatch, connect: Callable[..., Gateway]) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert (await failure(connect("http://gateway.invalid/v1"), "/ok")).type == "dns_error"


async def test_the_gateway_speaks_no_tls(server: BadServer, connect: Callable[..., Gateway]) -> None:
    async def plain(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(plain, "127.0.0.1", 0) as other:
        port = other.sockets[0].getsockname()[1]
        error = await failure(connect(f"https://127.0.0.1:{port}/v1"), "/ok")
    assert (error.type, "does not speak TLS" in error.message) == ("tls_error", True)


async def test_a_handshake_is_never_answered(connect: Callable[..., Gateway]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:  # the kernel accepts, nobody answers
        url = f"https://127.0.0.1:{mute.getsockname()[1]}/v1"
        assert (await failure(connect(url, connect=0.1), "/ok")).type == "connect_timeout"


async def test_an_upload_stalls(connect: Callable[..., Gateway]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        gateway = connect(f"http://127.0.0.1:{mute.getsockname()[1]}/v1", connect=0.1, first_byte=0.1)
        with pytest.raises(GatewayError, match="first_byte_timeout"):
            await gateway.send(Call("/x", body="x" * 20_000_000))


async def test_a_huge_body_is_cut_at_the_cap(server: BadServer, connect: Callable[..., Gateway]) -> None:
    error = await failure(connect(wire_bytes=100_000), "/huge_body")
    assert (error.type, error.exchange.ended, error.exchange.truncated) == ("too_large", "limited", True)
    assert len(error.exchange.body) == 100_000
    await asyncio.wait_for(server.hung_up.wait(), 2)


async def test_a_body_of_exactly_the_cap_is_whole(connect: Callable[..., Gateway]) -> None:
    exchange = await connect(wire_bytes=12).send(Call("/ok", {}))
    assert (exchange.ended, exchange.truncated) == ("complete", False)


async def test_a_huge_error_is_read_only_in_part(connect: Callable[..., Gateway]) -> None:
    error = await failure(connect(error_bytes=1000), "/huge_error")
    assert len(error.exchange.body) == 1000
    assert error.message == "x" * 500


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/plain_503", "upstream is away"),
        ("/html_502", "The gateway answered 502 Bad Gateway."),
        ("/error_string", "model is loading"),
        ("/rate_seconds", "slow down"),
        ("/redirect", "The gateway answered with a redirect, which is not followed."),
    ],
)
async def test_the_message_of_an_error_status(gateway: Gateway, path: str, message: str) -> None:
    assert (await failure(gateway, path)).message == message


async def test_a_redirect_is_shown_and_not_followed(server: BadServer, gateway: Gateway) -> None:
    error = await failure(gateway, "/redirect")
    assert error.exchange.header("location") == "/v1/ok"
    assert len(server.requests) == 1


async def test_retry_after(gateway: Gateway) -> None:
    error = await failure(gateway, "/rate_seconds")
    assert (error.type, error.status, error.retry_after) == ("rate_limit_error", 429, 7)
    assert (await failure(gateway, "/rate_date")).retry_after in range(85, 91)
    assert (await failure(gateway, "/rate_absurd")).retry_after is None
    assert (await failure(gateway, "/rate_negative")).retry_after is None
    assert (await failure(gateway, "/plain_503")).retry_after is None


async def test_nothing_is_sent_twice(server: BadServer, gateway: Gateway) -> None:
    await failure(gateway, "/no_answer")
    await failure(gateway, "/rate_seconds")
    assert len(server.requests) == 2


async def test_a_failed_job_is_an_answer(gateway: Gateway) -> None:
    assert json_of(await gateway.send(Call("/failed_job", method="GET")))["status"] == "failed"


async def test_the_client_lives_on_after_failures(gateway: Gateway) -> None:
    for path in ("/aborted", "/half_closed", "/bad_chunk_size", "/large_header"):
        await failure(gateway, path)
    assert (await gateway.send(Call("/ok", {}))).status == 200


LET_GO = ["ok", "one_write", "truncated_body", "aborted_midway", "silent_body", "hung_after_done", "rate_date"]


@pytest.mark.parametrize("scenario", LET_GO)
async def test_an_answer_is_let_go_without_a_garbage_collection(
    server: BadServer, connect: Callable[..., Gateway], scenario: str
) -> None:
    server.go_on.set()
    gc.collect()
    gc.disable()
    try:
        answer = await answered_and_gone(connect(idle=0.2, total=0.4), scenario)
        await asyncio.sleep(0)
        assert answer() is None
    finally:
        gc.enable()


async def answered_and_gone(gateway: Gateway, scenario: str) -> weakref.ref[Exchange]:
    try:
        async with gateway.stream(Call(f"/{scenario}", json={}, stream=True)) as exchange:
            found = weakref.ref(exchange)
            if exchange.is_event_stream:
                assert [batch async for batch in exchange.events()]
            else:
                await exchange.read()
    except GatewayError as error:
        assert error.exchange
        found = weakref.ref(error.exchange)
    return found
