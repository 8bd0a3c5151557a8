"""A misbehaving gateway on a socket, and a client of it whose clocks are short."""

from collections.abc import AsyncIterator, Callable

import pytest
from bad_server import KEY, BadServer

from gateway.client import Gateway
from gateway.wire import Limits


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def server(anyio_backend: str) -> AsyncIterator[BadServer]:
    async with BadServer() as bad:
        yield bad


@pytest.fixture
async def connect(server: BadServer) -> AsyncIterator[Callable[..., Gateway]]:
    """connect(**limits) -> a Gateway of the server; all are closed at the end."""
    gateways: list[Gateway] = []

    def make(base_url: str = server.url, key: str = KEY, **limits: float) -> Gateway:
        short = {"connect": 2.0, "first_byte": 2.0, "idle": 2.0, "total": 4.0} | limits
        gateways.append(Gateway(base_url, key, limits=Limits(**short)))
        return gateways[-1]

    yield make
    for gateway in gateways:
        await gateway.aclose()


@pytest.fixture
async def gateway(connect: Callable[..., Gateway]) -> Gateway:
    return connect()
