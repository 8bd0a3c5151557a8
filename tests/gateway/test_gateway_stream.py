import asyncio
import gc
from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from bad_server import KEY, BadServer

from gateway.call import Call
from gateway.client import Gateway
from gateway.connection import MOST_AT_ONCE
from gateway.errors import GatewayError, reported
from gateway.exchange import Exchange
from gateway.sse import Event

pytestmark = pytest.mark.anyio


class Heard:
    """What a stream gave before it ended or failed."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.events: list[Event] = []
        self.exchange: Exchange | None = None
        self.error = ""

    @property
    def data(self) -> list[str]:
        return [event.data for event in self.events]


async def listen(gateway: Gateway, path: str) -> Heard:
    heard = Heard()
    try:
        async with gateway.stream(Call(path, {}, stream=True)) as heard.exchange:
            async for batch in heard.exchange.events():
                heard.batches.append([event.data for event in batch])
                heard.events += batch
    except GatewayError as error:
        heard.error = error.type
    return heard


def sandbox(body: AsyncIterator[bytes]) -> Gateway:
    answer = httpx.Response(200, content=body, headers={"content-type": "text/event-stream"})
    return Gateway("http://sandbox/v1", transport=httpx.MockTransport(lambda _: answer))


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/invalid_utf8", ["a\ufffd\ufffdb"]),
        ("/separators", ['{"t":"a\u2028b\u2029c\x85d"}']),
        ("/bom", ["first", "second"]),
        ("/cr_only", ["1", "2"]),
        ("/unfinished", ["1", "2"]),
        ("/nul", ["a\0b"]),
        ("/cut_after_done", ["1", "[DONE]"]),
    ],
)
async def test_odd_streams_are_read_whole(gateway: Gateway, path: str, data: list[str]) -> None:
    heard = await listen(gateway, path)
    assert (heard.data, heard.error, heard.exchange.ended) == (data, "", "complete")


@pytest.mark.parametrize(
    ("path", "error", "ended"),
    [
        ("/truncated_chunk", "connection_lost", "cut"),
        ("/bad_chunk_size", "bad_response", "cut"),
    ],
)
async def test_what_came_before_a_break_is_kept(gateway: Gateway, path: str, error: str, ended: str) -> None:
    heard = await listen(gateway, path)
    assert (heard.data, heard.error, heard.exchange.ended) == (["1"], error, ended)
    assert heard.exchange.text().startswith("data: 1\n\n")


async def test_a_reset_in_the_middle(server: BadServer, gateway: Gateway) -> None:
    async with gateway.stream(Call("/aborted_midway", {})) as exchange:
        events = exchange.events()
        assert len(await anext(events)) == 1
        server.go_on.set()
        with pytest.raises(GatewayError, match="connection_lost") as caught:
            await anext(events)
    assert caught.value.exchange is exchange
    assert (exchange.ended, exchange.body) == ("cut", b"data: 1\n\n")


async def test_events_of_one_read_come_together(gateway: Gateway) -> None:
    assert (await listen(gateway, "/one_write")).batches == [["1", "2", "3"]]


async def test_a_flood_is_read_in_parts_so_that_others_get_their_turn(server: BadServer, gateway: Gateway) -> None:
    heard = await listen(gateway, "/flood")
    assert heard.data == ["1"] * 20_000 and max(map(len, heard.batches)) <= MOST_AT_ONCE / len("data: 1\n\n") + 1


async def test_events_come_as_they_are_sent(server: BadServer, gateway: Gateway) -> None:
    async with gateway.stream(Call("/split_character", {}, stream=True)) as exchange:
        batches = exchange.events()
        assert [event.data for event in await anext(batches)] == ["1"]
        server.go_on.set()
        assert [event.data for event in await anext(batches)] == ["é"]
        assert await anext(batches, None) is None
    assert exchange.text() == "data: 1\n\ndata: é\n\n"


async def test_events_know_when_they_came(server: BadServer, gateway: Gateway) -> None:
    server.go_on.set()
    heard = await listen(gateway, "/split_character")
    times = [heard.exchange.first_byte_ms, *(event.at for event in heard.events), heard.exchange.total_ms]
    assert times == sorted(times)


async def test_a_stream_asks_for_events(server: BadServer, gateway: Gateway) -> None:
    await listen(gateway, "/unfinished")
    assert server.requests[0].headers["accept"].startswith("text/event-stream")


@pytest.mark.parametrize("path", ["/drip_comments", "/drip_bytes", "/held"])
async def test_only_events_keep_a_stream_alive(server: BadServer, connect: Callable[..., Gateway], path: str) -> None:
    heard = await listen(connect(idle=0.2), path)
    assert (heard.data, heard.error, heard.exchange.ended) == (["1"], "idle_timeout", "limited")
    await asyncio.wait_for(server.hung_up.wait(), 2)


async def test_steady_events_end_with_the_whole_run(connect: Callable[..., Gateway]) -> None:
    heard = await listen(connect(idle=0.2, total=0.4), "/drip_events")
    assert (heard.error, heard.exchange.ended) == ("total_timeout", "limited")
    assert len(heard.data) > 2


async def test_a_slow_reader_is_no_stalled_gateway(server: BadServer, connect: Callable[..., Gateway]) -> None:
    async with connect(idle=0.1).stream(Call("/split_character", {})) as exchange:
        async for _ in exchange.events():
            await asyncio.sleep(0.15)  # busy, not waiting: longer than the idle clock
            server.go_on.set()
    assert exchange.ended == "complete"


async def test_a_stream_that_never_pauses_still_meets_the_total(connect: Callable[..., Gateway]) -> None:
    heard = await listen(connect(total=0.2, wire_bytes=2**40), "/huge_stream")
    assert (heard.error, heard.exchange.ended) == ("total_timeout", "limited")


async def test_a_reader_slower_than_the_stream_still_meets_the_total(connect: Callable[..., Gateway]) -> None:
    async def read() -> None:
        async with connect(total=0.2).stream(Call("/drip_events", {})) as exchange:
            events = exchange.events()
            for _ in range(20):
                await anext(events)
                await asyncio.sleep(0.04)  # twice the server's pace: there is always something to take

    with pytest.raises(GatewayError, match="total_timeout"):
        await read()


async def test_a_huge_event(connect: Callable[..., Gateway]) -> None:
    heard = await listen(connect(event_bytes=10_000), "/huge_event")
    assert (heard.data, heard.error, heard.exchange.ended) == (["small"], "too_large", "limited")


async def test_a_huge_stream_gives_its_events_up_to_the_cap(connect: Callable[..., Gateway]) -> None:
    heard = await listen(connect(wire_bytes=100_000), "/huge_stream")
    assert (heard.error, heard.exchange.ended, heard.exchange.truncated) == ("too_large", "limited", True)
    assert len(heard.data) == 100_000 // len("data: 12345\n\n")


async def test_a_stream_left_open_after_its_done(connect: Callable[..., Gateway]) -> None:
    heard = await listen(connect(idle=0.1), "/hung_after_done")
    assert (heard.data, heard.error, heard.exchange.ended) == (["1", "[DONE]"], "", "complete")


async def test_leaving_hangs_up_at_once(server: BadServer, gateway: Gateway) -> None:
    async with gateway.stream(Call("/held", {})) as exchange:
        async for _ in exchange.events():
            break
    await asyncio.wait_for(server.hung_up.wait(), 1)
    assert (exchange.ended, exchange.text()) == ("stopped", "data: 1\n\n")


async def test_leaving_unread_hangs_up_too(server: BadServer, gateway: Gateway) -> None:
    async with gateway.stream(Call("/held", {})) as exchange:
        assert exchange.status == 200
    await asyncio.wait_for(server.hung_up.wait(), 1)


@pytest.mark.parametrize("path", ["/held", "/silent"])
async def test_cancelling_hangs_up_at_once(server: BadServer, gateway: Gateway, path: str) -> None:
    task = asyncio.create_task(listen(gateway, path))
    while not server.requests:
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.wait_for(server.hung_up.wait(), 1)


async def test_an_error_of_the_reader_hangs_up_and_rises(server: BadServer, gateway: Gateway) -> None:
    async def read() -> None:
        async with gateway.stream(Call("/held", {})) as exchange:
            async for _ in exchange.events():
                raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await read()
    await asyncio.wait_for(server.hung_up.wait(), 1)


async def test_a_break_after_leaving_is_not_logged_as_forgotten(caplog: pytest.LogCaptureFixture) -> None:
    async def body() -> AsyncIterator[bytes]:
        yield b"data: 1\n\n"
        raise httpx.ReadError("gone")

    async with sandbox(body()).stream(Call("/x", {})) as exchange:
        assert len(await anext(exchange.events())) == 1
    del exchange
    for _ in range(5):  # the reader's generators are closed by the loop, one after the other
        gc.collect()
        await asyncio.sleep(0)
    assert [record for record in caplog.records if record.name == "asyncio"] == []


async def test_an_exchange_cannot_be_read_after_its_end(gateway: Gateway) -> None:
    async with gateway.stream(Call("/unfinished", {})) as exchange:
        pass
    with pytest.raises(RuntimeError, match="over"):
        exchange.events()


async def test_a_page_where_a_stream_was_due(gateway: Gateway) -> None:
    async with gateway.stream(Call("/html", {}, stream=True)) as exchange:
        assert not exchange.is_event_stream
        assert (await exchange.read()).startswith(b"<!doctype html>")
    assert exchange.ended == "complete"
    assert (await listen(gateway, "/html")).error == "bad_response"


async def test_an_error_status_of_a_stream_is_read(gateway: Gateway) -> None:
    with pytest.raises(GatewayError) as caught:
        async with gateway.stream(Call("/rate_seconds", {}, stream=True)):
            pytest.fail("an error status has no stream")
    assert (caught.value.type, caught.value.status, caught.value.retry_after) == ("rate_limit_error", 429, 7)
    assert "slow down" in caught.value.exchange.text()


async def test_an_error_inside_a_stream(gateway: Gateway) -> None:
    heard = await listen(gateway, "/error_event")
    assert reported(heard.data[0]) is None
    assert (reported(heard.data[1]).type, reported(heard.data[1]).message) == ("529", "overloaded")


async def test_a_key_in_an_event_is_masked(server: BadServer, gateway: Gateway) -> None:
    server.go_on.set()
    heard = await listen(gateway, "/echo_events")
    assert heard.data == ["Bearer ****!"]
    assert heard.exchange.text() == "data: Bearer ****!\n\n"
    assert KEY not in f"{heard.events} {vars(heard.exchange)}"


async def test_a_transport_may_stream() -> None:
    async def body() -> AsyncIterator[bytes]:
        yield b"data: 1\n\n"
        yield b"data: 2\n\n"

    heard = await listen(sandbox(body()), "/chat/completions")
    assert (heard.data, heard.exchange.ended) == (["1", "2"], "complete")
