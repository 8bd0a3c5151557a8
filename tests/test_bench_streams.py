"""The bench's fake gateway and its visitor, over a real socket: what is asked for comes whole, and leaving is seen."""

import asyncio
from contextlib import asynccontextmanager

from bench import fake_gateway, visitor


@asynccontextmanager
async def gateway(monkeypatch):
    monkeypatch.setattr(fake_gateway, "seen", fake_gateway.Seen())
    async with await asyncio.start_server(fake_gateway.converse, "127.0.0.1", 0) as server:
        yield visitor.direct("direct", server.sockets[0].getsockname()[1])


def test_a_stream_is_whole_only_with_all_its_chunks(monkeypatch):
    async def streams():
        async with gateway(monkeypatch) as way:
            reader, writer = await visitor.open_stream(way, "n=3 ms=0")
            stamps, ended = await visitor.stamped(reader)
            writer.close()
            return len(stamps), ended, (await visitor.read(way, 300, 0)).whole

    assert asyncio.run(streams()) == (3, True, True)


def test_the_end_of_a_stamp_is_no_stamp():
    async def found(padding):
        reader = asyncio.StreamReader()
        reading = asyncio.create_task(visitor.stamped(reader))
        for part in (b"1234567890123 " + b"." * padding, b"." + visitor.END):
            reader.feed_data(part)
            while reader._buffer:
                await asyncio.sleep(0)
        return list((await reading)[0])

    assert [asyncio.run(found(padding)) for padding in range(visitor.LONGEST)] == [[1234567890123]] * visitor.LONGEST


def test_streams_held_together_go_on_once_all_are_open(monkeypatch):
    async def streams():
        async with gateway(monkeypatch) as way:
            read = await asyncio.gather(*(visitor.read(way, 2, 0, together=20) for _ in range(20)))
            return [one.whole for one in read], fake_gateway.seen.most

    assert asyncio.run(streams()) == ([True] * 20, 20)


def test_the_gateway_sees_when_a_visitor_leaves(monkeypatch):
    async def left():
        async with gateway(monkeypatch) as way:
            moment = await visitor.leave(way, "one")
            while fake_gateway.seen.open:
                await asyncio.sleep(0.001)
            return fake_gateway.seen.cut["one"] >= moment

    assert asyncio.run(left())
