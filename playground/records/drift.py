"""A run held against the shared answer that it repeats: what became of each, and where requests and answers differ."""

from typing import Any

from playground.inspection import comparison
from playground.models import Run
from playground.records import shares


def context(run: Run, reference: str) -> dict[str, Any]:
    """`{"drift": {"stored", "shared", "found", "same"}}`; empty for a run under way, without a share, or where it was closed."""
    shared = shares.find(reference) if reference and run.state != "running" else None
    if shared is None:
        return {}
    found = comparison.of(shared.run, run, differ=True)
    return {"drift": {"stored": shared.run, "shared": shared, "found": found, "same": found.parts[0].same}}
