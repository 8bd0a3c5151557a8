"""A run held against the shared answer that it repeats: what became of each, and where requests and answers differ."""

from typing import Any

from playground import comparison, shares
from playground.models import Run


def context(run: Run, reference: str) -> dict[str, Any]:
    """`{"drift": {"stored", "shared", "found"}}` for a finished run; empty without a share, or where it was closed meanwhile."""
    shared = shares.find(reference) if reference and run.state != "running" else None
    if shared is None:
        return {}
    return {"drift": {"stored": shared.run, "shared": shared, "found": comparison.of(shared.run, run, differ=True)}}
