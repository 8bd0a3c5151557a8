"""A connection for each call, closed with it whatever becomes of the call.

On a connection that is used again, what a gateway sends beyond one visitor's answer would be read as the answer to the next.
A pool shared by all calls now and then keeps the connection of a call that was given up while it was being made.
"""

import functools
import ssl
from collections.abc import AsyncIterator

import httpx

ONE = httpx.Limits(max_connections=1, max_keepalive_connections=0)


class Separate(httpx.AsyncBaseTransport):
    """An httpx transport that has another one for each request."""

    def __init__(self) -> None:
        self.open: set[httpx.AsyncHTTPTransport] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        inner = httpx.AsyncHTTPTransport(verify=trusted(), limits=ONE)
        self.open.add(inner)
        try:
            response = await inner.handle_async_request(request)
        except BaseException:
            await self.end(inner)
            raise
        assert isinstance(response.stream, httpx.AsyncByteStream)
        response.stream = Stream(response.stream, self, inner)
        return response

    async def end(self, inner: httpx.AsyncHTTPTransport) -> None:
        self.open.discard(inner)
        await inner.aclose()

    async def aclose(self) -> None:
        for inner in list(self.open):
            await self.end(inner)


class Stream(httpx.AsyncByteStream):
    """The body of an answer, with whose end its connection ends."""

    def __init__(self, body: httpx.AsyncByteStream, transport: Separate, inner: httpx.AsyncHTTPTransport):
        self.body, self.transport, self.inner = body, transport, inner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self.body:
            yield chunk

    async def aclose(self) -> None:
        try:
            await self.body.aclose()
        finally:
            await self.transport.end(self.inner)


@functools.cache
def trusted() -> ssl.SSLContext:
    """certifi's authorities and the system's (with SSL_CERT_FILE): a self-hosted gateway may have a private one."""
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context
