"""A gateway that can be synced."""

from collections.abc import Iterator

import pytest
from listing_gateway import ListingGateway, configured


@pytest.fixture
def lists(settings) -> Iterator[ListingGateway]:
    """The configured gateway, on a real socket, which serves nothing yet."""
    with configured(settings) as server:
        server.lists()
        yield server
