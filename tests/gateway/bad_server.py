"""An HTTP server that does what gateways should not, in raw bytes. The last part of the path names the scenario."""

import asyncio
import gzip
import json
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

KEY = "sk-test-0123456789abcdef"
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
    """`async with BadServer() as server`: listens at `server.url`, keeps every request, notices who hangs up."""

    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    open: dict[asyncio.Task[None], Writer] = field(default_factory=dict)
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)  # a test lets a scenario continue

    async def __aenter__(self) -> "BadServer":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"
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
                if not await SCENARIOS[request.scenario](self, request, reader, writer):
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


def head(status: str = "200 OK", type: str = "application/json", **headers: str | int) -> bytes:
    pairs = {"Content-Type": type, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return "".join([f"HTTP/1.1 {status}\r\n", *(f"{k}: {v}\r\n" for k, v in pairs.items()), "\r\n"]).encode()


def full(body: bytes, status: str = "200 OK", type: str = "application/json", **headers: str | int) -> bytes:
    return head(status, type, Content_Length=len(body), **headers) + body


def events(body: bytes) -> bytes:
    return full(body, type="text/event-stream; charset=utf-8")


STREAM = head(type="text/event-stream", Transfer_Encoding="chunked")


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def failed(message: str, status: str, **headers: str | int) -> bytes:
    error = {"error": {"message": message, "type": "rate_limit_error", "code": "slow_down"}}
    return full(json.dumps(error).encode(), status, **headers)


def later() -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)


async def until_hung_up(server: BadServer, reader: Reader) -> bool:
    await reader.read()
    server.hung_up.set()
    return False


def reset(writer: Writer) -> None:
    """Closes with RST instead of FIN."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


# Whole answers, after which the connection is closed.
ANSWERS: dict[str, Callable[[], bytes]] = {
    "empty": lambda: full(b""),
    "html": lambda: full(b"<!doctype html>\n<title>Welcome</title>", type="text/html"),
    "html_502": lambda: full(b"<!doctype html>\n<h1>Bad gateway</h1>", "502 Bad Gateway", "text/html"),
    "plain_503": lambda: full(b"\nupstream is away\nsecond line", "503 Service Unavailable", "text/plain"),
    "error_string": lambda: full(b'{"error": "model is loading"}', "503 Service Unavailable"),
    "error_in_200": lambda: full(b'{"error": {"message": "no credits", "type": "insufficient_quota"}}'),
    "failed_job": lambda: full(b'{"id": "job-1", "status": "failed", "error": {"message": "blurred"}}'),
    "error_event": lambda: events(b'data: {"a":1}\n\ndata: {"error": {"message": "overloaded", "code": 529}}\n\n'),
    "huge_error": lambda: full(b"x" * 300_000, "500 Internal Server Error", "text/plain"),
    "rate_seconds": lambda: failed("slow down", "429 Too Many Requests", Retry_After=7),
    "rate_date": lambda: failed("slow down", "429 Too Many Requests", Retry_After=later()),
    "rate_absurd": lambda: failed("slow down", "429 Too Many Requests", Retry_After="9" * 5000),
    "rate_negative": lambda: failed("slow down", "429 Too Many Requests", Retry_After=-5),
    "redirect": lambda: full(b"", "302 Found", Location="/v1/ok"),
    "zipped": lambda: full(gzip.compress(b"{}"), Content_Encoding="gzip"),
    "large_header": lambda: full(b"{}", X_Large="x" * 70_000),
    "huge_header": lambda: full(b"{}", X_Huge="x" * 500_000),
    "no_http": lambda: b"SSH-2.0-OpenSSH_9.9\r\n\r\n",
    "bad_chunk_size": lambda: STREAM + chunk(b"data: 1\n\n") + b"zz\r\nabc\r\n",
    "truncated_chunk": lambda: STREAM + chunk(b"data: 1\n\n") + b"40\r\ndata: 2",
    "truncated_body": lambda: head(Content_Length=100) + b'{"a":',
    "cut_after_done": lambda: STREAM + chunk(b"data: 1\n\n") + chunk(b"data: [DONE]\n\n"),
    "one_write": lambda: STREAM + b"".join(chunk(b"data: %d\n\n" % n) for n in (1, 2, 3)) + chunk(b""),
    "flood": lambda: STREAM + chunk(b"data: 1\n\n" * 20_000) + chunk(b""),
    "huge_event": lambda: events(b"data: small\n\ndata: " + b"x" * 50_000 + b"\n\n"),
    "invalid_utf8": lambda: events(b"data: a\xff\xfeb\n\n"),
    "separators": lambda: events('data: {"t":"a\u2028b\u2029c\x85d"}\n\n'.encode()),
    "bom": lambda: events(b"\xef\xbb\xbfdata: first\n\ndata: second\n\n"),
    "cr_only": lambda: events(b"data: 1\r\rdata: 2\r\r"),
    "unfinished": lambda: events(b"data: 1\n\ndata: 2"),
    "nul": lambda: events(b"data: a\0b\n\n"),
    "audio": lambda: full(b"ID3\x04\x00", type="audio/mpeg"),
}


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
