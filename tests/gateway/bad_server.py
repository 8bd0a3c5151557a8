"""An HTTP server that does what gateways should not, in raw bytes. The last part of the path names the scenario."""

import asyncio
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bad_answers import ANSWERS, KEY, STREAM, chunk, failed, full, head, said

__all__ = ["KEY", "SCENARIOS", "BadServer"]
DRIP = 0.02  # seconds between the bytes of a slow answer

Reader, Writer = asyncio.StreamReader, asyncio.StreamWriter


@dataclass
class Request:
    line: str
    headers: dict[str, str]  # names in lower case
    body: bytes

    @property
    def scenario(self) -> str:
        return self.line.split(" ")[1].rpartition("/")[2]


@dataclass
class BadServer:
    """`async with BadServer() as server`: listens at `server.url`, keeps every request, notices who hangs up.

    tls: with which certificate. always: the scenario of every path.
    """

    tls: ssl.SSLContext | None = None
    always: str = ""

    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    open: dict[asyncio.Task[None], Writer] = field(default_factory=dict)
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)  # a test lets a scenario continue

    async def __aenter__(self) -> "BadServer":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.tls)
        self.url = f"http{'s' if self.tls else ''}://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.go_on.set()
        for writer in self.open.values():
            writer.transport.abort()
        await asyncio.gather(*self.open, return_exceptions=True)

    async def _serve(self, reader: Reader, writer: Writer) -> None:
        self.connections += 1
        self.open[asyncio.current_task()] = writer
        try:
            while request := await _read(reader):
                self.requests.append(request)
                if not await SCENARIOS[self.always or request.scenario](self, request, reader, writer):
                    break
        except ConnectionError:
            self.hung_up.set()
        finally:
            writer.close()
            del self.open[asyncio.current_task()]


async def _read(reader: Reader) -> Request | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    line, *rest = head.strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in rest)}
    return Request(line, headers, await reader.readexactly(int(headers.get("content-length", 0))))


# A scenario answers one request and tells whether the connection is kept.
Scenario = Callable[[BadServer, Request, Reader, Writer], Awaitable[bool]]
SCENARIOS: dict[str, Scenario] = {}


def scenario(answer: Scenario) -> Scenario:
    SCENARIOS[answer.__name__] = answer
    return answer


async def until_hung_up(server: BadServer, reader: Reader) -> bool:
    await reader.read()
    server.hung_up.set()
    return False


def reset(writer: Writer) -> None:
    """Closes with RST instead of FIN."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def answering(answer: Callable[[], bytes]) -> Scenario:
    async def write(_server: BadServer, _request: Request, _reader: Reader, writer: Writer) -> bool:
        writer.write(answer())
        await writer.drain()
        return False

    return write


SCENARIOS |= {name: answering(answer) for name, answer in ANSWERS.items()}


@scenario
async def ok(server: BadServer, request: Request, reader: Reader, writer: Writer) -> bool:
    writer.write(full(b'{"ok": true}', X_Request_Id="r-1", Set_Cookie="session=abc; Path=/"))
    return True


@scenario
async def two_answers(server: BadServer, request: Request, reader: Reader, writer: Writer) -> bool:
    """One more answer than was asked for, on a connection that is kept."""
    writer.write(full(b'{"for": "the first"}') + full(b'{"for": "nobody"}'))
    return True


@scenario
async def echo(server: BadServer, request: Request, reader: Reader, writer: Writer) -> bool:
    """The request's headers, key and all, in a header, the body and an error."""
    key = request.headers["authorization"]
    writer.write(failed(f"no such key: {key}", "401 Unauthorized", X_Echo=key))
    return True


@scenario
async def echo_events(server: BadServer, request: Request, reader: Reader, writer: Writer) -> bool:
    """The key in an event, cut in two by the wire."""
    event = f"data: {request.headers['authorization']}!\n\n".encode()
    writer.write(STREAM + chunk(event[:20]))
    await writer.drain()
    await server.go_on.wait()
    writer.write(chunk(event[20:]) + chunk(b""))
    return True


@scenario
async def split_character(server: BadServer, request: Request, reader: Reader, writer: Writer) -> bool:
    event = "data: 1\n\ndata: é\n\n".encode()
    writer.write(STREAM + chunk(event[:-3]))
    await writer.drain()
    await server.go_on.wait()
    writer.write(chunk(event[-3:]) + chunk(b""))
    return True


@scenario
async def aborted(server: BadServer, request: Request, reader: Reader, writer: Writer) -> bool:
    reset(writer)
    return False


@scenario
async def aborted_midway(server: BadServer, request: Request, reader: Reader, writer: Writer) -> bool:
    writer.write(STREAM + chunk(b"data: 1\n\n"))
    await writer.drain()
    await server.go_on.wait()
    reset(writer)
    return False


@scenario
async def no_answer(server: BadServer, request: Request, reader: Reader, writer: Writer) -> bool:
    return False


@scenario
async def half_closed(server: BadServer, request: Request, reader: Reader, writer: Writer) -> bool:
    """Ends its half after a part of the body, and keeps the other half open."""
    writer.write(head(Content_Length=100) + b'{"a":')
    writer.write_eof()
    return await until_hung_up(server, reader)


@scenario
async def silent(server: BadServer, request: Request, reader: Reader, writer: Writer) -> bool:
    return await until_hung_up(server, reader)


@scenario
async def silent_body(server: BadServer, request: Request, reader: Reader, writer: Writer) -> bool:
    writer.write(head(Content_Length=100))
    return await until_hung_up(server, reader)


@scenario
async def held(server: BadServer, request: Request, reader: Reader, writer: Writer) -> bool:
    """One event, then silence until the client hangs up."""
    writer.write(STREAM + chunk(b"data: 1\n\n"))
    return await until_hung_up(server, reader)


@scenario
async def hung_after_done(server: BadServer, request: Request, reader: Reader, writer: Writer) -> bool:
    writer.write(STREAM + chunk(b"data: 1\n\n") + chunk(b"data: [DONE]\n\n"))
    return await until_hung_up(server, reader)


async def _drip(writer: Writer, data: bytes) -> None:
    while True:
        writer.write(chunk(data))
        await writer.drain()
        await asyncio.sleep(DRIP)


@scenario
async def drip_comments(server: BadServer, request: Request, reader: Reader, writer: Writer) -> bool:
    writer.write(STREAM + chunk(b"data: 1\n\n"))
    await _drip(writer, b": ping\n\n")
    return False


@scenario
async def drip_bytes(server: BadServer, request: Request, reader: Reader, writer: Writer) -> bool:
    """An event that never ends, a byte at a time."""
    writer.write(STREAM + chunk(b"data: 1\n\ndata: "))
    await _drip(writer, b"x")
    return False


@scenario
async def drip_events(server: BadServer, request: Request, reader: Reader, writer: Writer) -> bool:
    writer.write(STREAM)
    await _drip(writer, b"data: 1\n\n")
    return False


@scenario
async def drip_body(server: BadServer, request: Request, reader: Reader, writer: Writer) -> bool:
    writer.write(head(Transfer_Encoding="chunked"))
    await _drip(writer, b" ")
    return False


@scenario
async def drip_head(server: BadServer, request: Request, reader: Reader, writer: Writer) -> bool:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-Drip: 1\r\n")
        await writer.drain()
        await asyncio.sleep(DRIP)


@scenario
async def huge_body(server: BadServer, request: Request, reader: Reader, writer: Writer) -> bool:
    writer.write(head(Transfer_Encoding="chunked"))
    while True:
        writer.write(chunk(b"x" * 65_536))
        await writer.drain()


@scenario
async def huge_stream(server: BadServer, request: Request, reader: Reader, writer: Writer) -> bool:
    writer.write(STREAM)
    while True:
        writer.write(chunk(b"data: 12345\n\n" * 1000))
        await writer.drain()


@scenario
async def hints_without_end(server: BadServer, request: Request, reader: Reader, writer: Writer) -> bool:
    """A flood of 1xx answers, none of which is the answer."""
    while True:
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)
        await writer.drain()
        await asyncio.sleep(DRIP)


@scenario
async def spelled_key(server: BadServer, request: Request, reader: Reader, writer: Writer) -> bool:
    """The key as a model would say it, each event a read of its own."""
    writer.write(STREAM)
    for text in ("Well, ", KEY[:7], KEY[7:13], KEY[13:], " it is"):
        writer.write(chunk(f"data: {said(text)}\n\n".encode()))
        await writer.drain()
        await asyncio.sleep(DRIP)
    writer.write(chunk(b"data: [DONE]\n\n") + chunk(b""))
    return True


@scenario
async def said_then_held(server: BadServer, request: Request, reader: Reader, writer: Writer) -> bool:
    writer.write(STREAM + chunk(f"data: {said('Well')}\n\n".encode()))
    return await until_hung_up(server, reader)


@scenario
async def said_then_reset(server: BadServer, request: Request, reader: Reader, writer: Writer) -> bool:
    writer.write(STREAM + chunk(f"data: {said('Well')}\n\n".encode()))
    await writer.drain()
    await asyncio.sleep(5 * DRIP)  # a reset overtakes what was not read yet
    reset(writer)
    return False
