"""A run held against the shared answer that it repeats: what became of each, and how their texts differ."""

from typing import Any

from playground import shares
from playground.models import Run


def context(run: Run, reference: str) -> dict[str, Any]:
    """`{"drift": {"stored", "shared"}}` for a finished run; empty without a share, or where it has been closed meanwhile."""
    shared = shares.find(reference) if reference and run.state != "running" else None
    return {"drift": {"stored": shared.run, "shared": shared}} if shared else {}
