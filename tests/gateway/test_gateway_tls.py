"""A gateway whose certificate is wrong: what is wrong with it is said, and nothing is sent."""

from collections.abc import Callable, Iterator
from pathlib import Path

import certificates
import pytest
from bad_server import BadServer

from gateway import transport
from gateway.call import Call
from gateway.client import Gateway
from gateway.errors import GatewayError

pytestmark = pytest.mark.anyio


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The tests' authority is trusted as an operator's private one would be."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.trust(tmp_path)))
    transport.trusted.cache_clear()
    yield
    transport.trusted.cache_clear()


async def said(make: Callable[..., Gateway], shown: str, folder: Path) -> tuple[str, str, int]:
    """What becomes of a call to a server with that certificate: the error's type and words, and how many requests came."""
    async with BadServer(tls=certificates.servers(folder)[shown]) as server:
        with pytest.raises(GatewayError) as caught:
            await make(server.url).send(Call("/ok", {}))
        return caught.value.type, caught.value.message, len(server.requests)


@pytest.mark.parametrize("shown", ["another host", "expired", "not valid yet"])
async def test_a_wrong_certificate_is_called_what_it_is(
    trusted: None, connect: Callable[..., Gateway], tmp_path: Path, shown: str
) -> None:
    type, message, requests = await said(connect, shown, tmp_path)
    assert (type, requests) == ("tls_error", 0)
    assert shown in message and message.startswith("The gateway's certificate")


async def test_a_certificate_of_nobody_is_not_trusted(connect: Callable[..., Gateway], tmp_path: Path) -> None:
    type, message, requests = await said(connect, "right", tmp_path)
    assert (type, requests) == ("tls_error", 0)
    assert message == "The gateway's certificate is not signed by an authority that this site trusts."


async def test_a_private_authority_is_trusted(trusted: None, connect: Callable[..., Gateway], tmp_path: Path) -> None:
    async with BadServer(tls=certificates.servers(tmp_path)["right"]) as server:
        assert (await connect(server.url).send(Call("/ok", {}))).status == 200
