"""A TCP proxy in front of a server, which a test takes away, makes silent and gives back."""

import asyncio
import contextlib
import threading


class Proxy:
    """`with Proxy(5432) as proxy`: `proxy.port` leads there. `away()` hangs up and refuses, `silent()` says nothing."""

    def __init__(self, target: int):
        self.target, self.mode, self.port = target, "there", 0
        self.writers: set[asyncio.StreamWriter] = set()
        self.loop = asyncio.new_event_loop()

    def __enter__(self) -> "Proxy":
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        self.do(self.listen())
        return self

    def __exit__(self, *_: object) -> None:
        self.mode = "there"
        self.away()
        self.loop.call_soon_threadsafe(self.loop.stop)

    def do(self, work) -> None:
        asyncio.run_coroutine_threadsafe(work, self.loop).result(10)

    async def listen(self) -> None:
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", self.port)
        self.port = self.server.sockets[0].getsockname()[1]

    def away(self) -> None:
        self.do(self.close())

    async def close(self) -> None:
        self.server.close()
        for writer in list(self.writers):
            writer.transport.abort()

    def silent(self) -> None:
        self.mode = "silent"

    def there(self) -> None:
        self.mode = "there"
        if not self.server.is_serving():
            self.do(self.listen())

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        back, to = await asyncio.open_connection("127.0.0.1", self.target)
        self.writers |= {writer, to}
        with contextlib.suppress(ConnectionError):
            await asyncio.gather(self.pour(reader, to), self.pour(back, writer))
        self.writers -= {writer, to}

    async def pour(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            while self.mode == "silent":
                await asyncio.sleep(0.05)
            sink.write(data)
            await sink.drain()
        sink.close()
