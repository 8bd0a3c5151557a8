"""A gateway that can be synced, and a catalog that is watched."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from listing_gateway import ListingGateway, configured

from catalog import snapshot


@pytest.fixture
def lists(settings) -> Iterator[ListingGateway]:
    """The configured gateway, on a real socket, which serves nothing yet."""
    with configured(settings) as server:
        server.lists()
        yield server


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalog of version 1 whose version is watched, as in a running site."""
    monkeypatch.setattr(snapshot, "watched", True)
    monkeypatch.setattr(snapshot, "_current", SimpleNamespace(edition=(1,)))
