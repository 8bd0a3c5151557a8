"""What the documentation of one endpoint follows from. Of many models most are alike in it, and so can share what is made."""

import json
import re
from typing import Any, NamedTuple

from catalog.cards import Card
from catalog.endpoints import ENDPOINTS, can_run

MARK = "\ue000"  # for private use: no text has a meaning for it
WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:~@+/-]+")  # what JSON, HTML and shells alike take as it is


class Shape(NamedTuple):
    """Stands for a `Card` where an endpoint is documented: it has all that is asked of one there, and nothing else.

    `upstream_id` is `stand_in`, `first` the label of the endpoint to use instead of one that is only `listed`.
    """

    endpoint: str
    upstream_id: str
    listed: bool
    first: str
    input_kinds: tuple[str, ...] | None
    abilities: tuple[tuple[str, bool], ...]
    changes: str

    @property
    def capabilities(self) -> dict[str, bool]:
        return dict(self.abilities)

    @property
    def parameters(self) -> dict[str, Any]:
        return json.loads(self.changes)

    def is_unsure_of(self, endpoint: str) -> bool:
        return self.listed


def shape(card: Card, endpoint: str) -> Shape:
    asked = (parameter.needs for parameter in getattr(ENDPOINTS[endpoint], "PARAMETERS", ()) if parameter.needs)
    abilities = {key: card.capabilities[key] for key in asked if key in card.capabilities}
    listed = card.is_unsure_of(endpoint)
    first = ENDPOINTS[card.endpoints[0]].LABEL if listed else ""
    changes = json.dumps(card.parameters)
    return Shape(endpoint, stand_in(card, endpoint), listed, first, card.input_kinds, tuple(abilities.items()), changes)


def stand_in(card: Card, endpoint: str) -> str:
    """What stands for the model's id until it is put in: itself, where it is more than a word and so may be written otherwise.

    It is as long as the id where code is laid out by how much fits on a line.
    """
    if not WORD.fullmatch(card.upstream_id):
        return card.upstream_id
    return "i" + MARK * (1 if has_own_line(endpoint) else len(card.upstream_id) - 1)


def has_own_line(endpoint: str) -> bool:
    """Whether the id is an argument on a line of its own in all code, as it is in calls of an SDK."""
    module = ENDPOINTS[endpoint]
    return not can_run(endpoint) or (hasattr(module, "SDK") and not hasattr(module, "JOB"))
