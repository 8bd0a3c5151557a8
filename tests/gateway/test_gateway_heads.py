"""What is wrong before or around the body: status lines, headers, lengths, chunks, encodings, and other people's protocols."""

import asyncio
from collections.abc import Callable

import pytest
from bad_server import BadServer

from gateway.call import Call
from gateway.client import Gateway
from gateway.errors import FAILURES, GatewayError

pytestmark = pytest.mark.anyio


async def failure(gateway: Gateway, path: str, stream: bool = False) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        async with gateway.stream(Call(path, {}, stream=stream)) as exchange:
            if exchange.is_event_stream:
                async for _ in exchange.events():
                    pass
            await exchange.read()
    return caught.value


@pytest.mark.parametrize(
    ("path", "type", "status"),
    [
        ("/many_headers", "too_large", 200),
        ("/huge_status_line", "too_large", None),
        ("/huge_chunk_size", "too_large", 200),
        ("/huge_chunk_extension", "too_large", 200),
        ("/huge_trailers", "too_large", 200),
        ("/absurd_length", "bad_response", None),
        ("/two_lengths", "bad_response", None),
        ("/negative_length", "bad_response", None),
        ("/zipped_transfer", "bad_response", None),
        ("/no_colon", "bad_response", None),
        ("/nul_in_header", "bad_response", None),
        ("/http_2", "bad_response", None),
        ("/switching", "bad_response", None),
        ("/status_000", "bad_response", None),
        ("/status_304", "http_304", 304),
        ("/status_999", "http_999", 999),
        ("/redirect_nowhere", "redirect_refused", 302),
        ("/redirect_to_itself", "redirect_refused", 307),
    ],
)
async def test_a_head_that_is_wrong(server: BadServer, gateway: Gateway, path: str, type: str, status: int | None) -> None:
    error = await failure(gateway, path)
    assert (error.type, error.status, len(server.requests)) == (type, status, 1)


@pytest.mark.parametrize("path", ["/hints", "/old_http", "/identity"])
async def test_a_head_that_is_merely_unusual(gateway: Gateway, path: str) -> None:
    exchange = await gateway.send(Call(path, {}))
    assert (exchange.text(), exchange.ended) == ('{"ok": true}', "complete")


async def test_trailers_are_read_over(gateway: Gateway) -> None:
    async with gateway.stream(Call("/trailers", {}, stream=True)) as exchange:
        heard = [event.data async for batch in exchange.events() for event in batch]
    assert (heard, exchange.ended, exchange.header("x-trailer")) == (["1", "[DONE]"], "complete", None)


async def test_of_too_many_headers_the_first_are_kept(connect: Callable[..., Gateway]) -> None:
    assert len((await failure(connect(header_count=20), "/many_headers")).exchange.response_headers) == 20


ZIPPED = ["zipped", "brotli", "zstandard", "zipped_stream", "zipped_error", "nested_encodings", "bomb"]


@pytest.mark.parametrize("path", ZIPPED)
async def test_an_encoding_that_was_not_asked_for_is_refused(server: BadServer, gateway: Gateway, path: str) -> None:
    error = await failure(gateway, f"/{path}")
    assert (error.type, error.message) == ("encoding_refused", FAILURES["encoding_refused"])
    assert (server.requests[0].headers["accept-encoding"], error.exchange.body) == ("identity", b"")


async def test_hints_without_end_meet_the_first_byte_clock(server: BadServer, connect: Callable[..., Gateway]) -> None:
    error = await failure(connect(first_byte=0.2), "/hints_without_end")
    assert (error.type, error.status) == ("first_byte_timeout", None)
    await asyncio.wait_for(server.hung_up.wait(), 2)


async def test_chunks_of_a_byte_are_put_together(gateway: Gateway) -> None:
    async with gateway.stream(Call("/tiny_chunks", {}, stream=True)) as exchange:
        assert [event.data async for batch in exchange.events() for event in batch] == ["1"]
    assert (exchange.ended, len(exchange.body)) == ("complete", len("data: 1\n\n") + 3000 + 2)
