"""A small catalog: chat with tiers and an alias, a free one, speech, an embedding, no known price, no known kind."""

import json
from pathlib import Path

import pytest

from catalog import bundle, snapshot

SMALL = Path(__file__).parent.parent / "data" / "small-catalog.json"


@pytest.fixture
def catalog(db, monkeypatch) -> snapshot.Snapshot:
    """The six models of `tests/data/small-catalog.json` in the tables, and their snapshot."""
    # A rolled back test leaves a snapshot of rows that are gone, under a version that the next test has again.
    monkeypatch.setattr(snapshot, "_current", None)
    small = json.loads(SMALL.read_text("utf-8"))
    bundle.load(small["files"], small["collections"])
    return snapshot.refresh()
