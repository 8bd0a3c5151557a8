"""A gateway on a socket whose every answer is a stream without end, as fast as it is taken."""

import asyncio
import contextlib
import json
import threading

CHOICE = {"index": 0, "delta": {"content": "word " * 800}, "finish_reason": None}
EVENT = f"data: {json.dumps({'choices': [CHOICE]})}\n\n".encode()


class Torrent:
    """`with Torrent() as gateway`: at `gateway.url`; `gateway.sent` are the bytes that were taken, `gateway.open` the streams."""

    def __init__(self) -> None:
        self.loop, self.sent, self.open = asyncio.new_event_loop(), 0, 0

    def __enter__(self) -> "Torrent":
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        server = asyncio.run_coroutine_threadsafe(asyncio.start_server(self.serve, "127.0.0.1", 0), self.loop).result(10)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        return self

    def __exit__(self, *_: object) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
        self.open += 1
        with contextlib.suppress(ConnectionError):
            while True:
                writer.write(EVENT)
                await writer.drain()
                self.sent += len(EVENT)
        self.open -= 1
