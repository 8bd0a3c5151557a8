"""A connection for each call, closed with it whatever becomes of the call.

On a connection that is used again, what a gateway sends beyond one visitor's answer would be read as the answer to the next.
"""

import asyncio
import functools
import ipaddress
import re
import socket
import ssl
from typing import Any

import httpx

from gateway.connection import Connection

NAME, VALUE = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"), re.compile(rb"[^\0\r\n]*")
PORTS = {"http": 80, "https": 443}


class Separate(httpx.AsyncBaseTransport):
    """An httpx transport. It reads three extensions of a request: `timeout` as httpx has it, and `connected` and `sent`, which
    are called at these moments. An answer's `arrived` tells the loop's time of its last bytes.
    """

    def __init__(self) -> None:
        self.open: set[Connection] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        content = head(request) + request.content
        connection = await connected(request)
        self.open.add(connection)
        try:
            await connection.request(content)
            request.extensions["sent"]()
            await connection.head()
        except BaseException:
            self.end(connection)
            raise
        told = {"http_version": b"HTTP/" + connection.version.encode(), "arrived": lambda: connection.arrived}
        return httpx.Response(connection.status, headers=connection.headers, stream=Body(self, connection), extensions=told)

    def end(self, connection: Connection) -> None:
        self.open.discard(connection)
        connection.hang_up()

    async def aclose(self) -> None:
        for connection in list(self.open):
            self.end(connection)


class Body(httpx.AsyncByteStream):
    """The body of an answer, with whose end its connection ends."""

    def __init__(self, transport: Separate, connection: Connection):
        self.transport, self.connection = transport, connection

    def __aiter__(self) -> Any:
        return self

    async def __anext__(self) -> bytes:
        if part := await self.connection.read():
            return part
        raise StopAsyncIteration

    async def aclose(self) -> None:
        self.transport.end(self.connection)


def head(request: httpx.Request) -> bytes:
    """The request's line and headers. Raises httpx.LocalProtocolError for one that would be more than a header."""
    if not all(NAME.fullmatch(name) and VALUE.fullmatch(value) for name, value in request.headers.raw):
        raise httpx.LocalProtocolError("no header")
    lines = b"".join(b"%b: %b\r\n" % pair for pair in request.headers.raw)
    return b"%b %b HTTP/1.1\r\n%b\r\n" % (request.method.encode(), request.url.raw_path, lines)


async def connected(request: httpx.Request) -> Connection:
    """A connection, secure where the address says so. Raises httpx.ConnectTimeout, OSError."""
    seconds, host = request.extensions["timeout"]["connect"], request.url.raw_host.decode()
    port = request.url.port or PORTS[request.url.scheme]
    try:
        connection = await reached(host, port, seconds)
        request.extensions["connected"]()
        if request.url.scheme == "https":
            await secure(connection, host, seconds)
            request.extensions["connected"]()
    except TimeoutError:
        raise httpx.ConnectTimeout("no connection in time") from None
    return connection


async def reached(host: str, port: int, seconds: float) -> Connection:
    """By the first of the host's addresses that answers; each has its share of the time."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(seconds):
        addresses = await found(host, port)
        for address in addresses:
            try:
                async with asyncio.timeout(seconds / len(addresses)):
                    return (await loop.create_connection(Connection, address, port))[1]
            except OSError:
                if address == addresses[-1]:
                    raise
    raise OSError("no address")


async def found(host: str, port: int) -> list[str]:
    """The addresses of a host, in the system's order."""
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        told = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return list(dict.fromkeys(str(address[0]) for *_, address in told))


async def secure(connection: Connection, host: str, seconds: float) -> None:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(seconds):
            connection.transport = await loop.start_tls(connection.transport, connection, trusted(), server_hostname=host)
            connection.transport.set_write_buffer_limits(high=0)
    except BaseException:
        connection.hang_up()
        raise


@functools.cache
def trusted() -> ssl.SSLContext:
    """certifi's authorities and the system's (with SSL_CERT_FILE): a self-hosted gateway may have a private one."""
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    context.set_alpn_protocols(["http/1.1"])
    return context
