"""What the parts that answer a request tell whoever stands around them all: its route and, where it failed, by what."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KEY = "modelry.seen"  # in a request's scope, whose copies share it


@dataclass(slots=True)
class Seen:
    """`route`: the name of its address in the URLconf, or of what answered before that was asked. `fault`: the type of the
    exception that ended it.
    """

    route: str = "none"
    fault: str = ""


def of(scope: Mapping[str, Any]) -> Seen:
    """Django's test clients come without the application that asks, and nobody reads what they are told."""
    return scope.get(KEY) or Seen()
