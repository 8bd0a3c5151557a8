"""One prompt for several models: what all of them are sent, and the columns with what each has of its own.

`form` reads them from a form.
"""

import dataclasses
from dataclasses import dataclass, field
from typing import Any

from catalog.cards import Card
from catalog.endpoints import ENDPOINTS, call, can_run, example, form
from catalog.endpoints.parameters import Parameter
from catalog.endpoints.uploads import filled
from playground.side_by_side import dialects
from playground.workbench import fields, forms
from playground.workbench.forms import Submission

OWN_KINDS = ("string", "number", "integer", "choice", "list", "boolean")
NOT_OWN = ("stream",)  # of all columns or of none


@dataclass
class Column:
    """A model's place: `found` is its own request, `own` what was typed for it alone, `misfit` why it takes no such prompt."""

    number: int
    found: Submission
    own: dict[str, str] = field(default_factory=dict)
    misfit: str = ""

    @property
    def name(self) -> str:
        return self.found.card.slug if self.found.card else self.found.named or f"Column {self.number + 1}"


@dataclass
class SideBySide:
    """`shared` is read as if for a model without names, bounds or choices of its own. `notes` say what was asked in vain."""

    shared: Submission
    columns: list[Column]
    notes: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[tuple[str, str]]:
        """What is wrong, each with the id of the field that it is about."""
        found = [(f"f-{name}", message) for name, message in self.shared.errors.items()]
        if not self.columns:
            found.append(("add", "Add a model."))
        titled = zip(self.columns, self.titles, strict=True)
        return found + [fault for column, title in titled for fault in column_faults(column, title)]

    @property
    def titles(self) -> list[str]:
        return titles([column.name for column in self.columns])


def titles(names: list[str]) -> list[str]:
    """What the columns of these models are called; of several with the same model each tells its place."""
    return [f"{name} ({place})" if names.count(name) > 1 else name for place, name in enumerate(names, 1)]


def column_faults(column: Column, title: str) -> list[tuple[str, str]]:
    own = {parameter.name for parameter, _ in own_fields(column)}
    wrong = {"model": column.misfit} if column.misfit else column.found.errors
    places = {name: f"c{column.number}-{name}" if name in own | {"model"} else f"f-{name}" for name in wrong}
    return [(places[name], f"{title}: {message}") for name, message in wrong.items()]


def anyone(key: str) -> Card:
    """A model of which nothing is known. A name that each model has its own of is no field of all of them."""
    own = [parameter.name for parameter in ENDPOINTS[key].PARAMETERS if parameter.stand_in]
    unknown = dict.fromkeys(fact.name for fact in dataclasses.fields(Card) if fact.init and fact.default is dataclasses.MISSING)
    blank = dict.fromkeys(("slug", "upstream_id", "provider", "provider_name", "name", "description"), "")
    empty = dict.fromkeys(("listed_endpoints", "strengths", "use_cases", "aliases", "rates", "statements"), ())
    own_facts = {"endpoints": (key,), "parameters": {"reject": own}, "capabilities": {}, "status": "active"}
    return Card(**unknown | blank | empty | own_facts)


def start(cards: list[Card], asked: str = "") -> SideBySide:
    """The columns as a newcomer finds them: the example of the endpoint, with what each model needs of its own."""
    key = shared_key(cards, asked)
    shared = forms.start(anyone(key), key)
    columns = [Column(number, Submission(card, endpoint_of(card, key))) for number, card in enumerate(cards)]
    for column in columns:
        settle(column, shared)
    return SideBySide(shared, columns)


def draft(column: Column, shared: Submission) -> None:
    """Makes the request of a column that was not typed but filled in, for whoever wants to know what it would cost."""
    card, key = column.found.card, column.found.key
    if card is None or not key or column.misfit:
        return
    theirs = names(card, key)
    data = {theirs[ours]: value for ours, value in shared.typed.items() if ours in theirs} | typed_alone(column)
    column.found.call = call(key, card, filled({name: value for name, value in data.items() if value not in (None, "", [])}))
    if key in dialects.SYSTEM:
        column.found.call = dialects.said(column.found.call, key, shared.typed["messages"])


def typed_alone(column: Column) -> dict[str, Any]:
    wanted = [parameter for parameter, refused in own_fields(column) if column.own.get(parameter.name) and not refused]
    return {parameter.name: fields.read_value(parameter, column.own[parameter.name])[0] for parameter in wanted}


def shared_key(cards: list[Card], asked: str) -> str:
    """The endpoint whose form all share: chat's for every kind of text."""
    firsts = [asked if asked in card.endpoints else card.endpoints[0] for card in cards if card.endpoints]
    key = firsts[0] if firsts else asked if can_run(asked) else "chat"
    return "chat" if key in dialects.TEXT else key


def endpoint_of(card: Card, key: str, asked: str = "") -> str:
    """Which of a model's endpoints takes the shared prompt; blank where none does."""
    able = fitting(card, key)
    return asked if asked in able else next(iter(able), "")


def fitting(card: Card, key: str) -> list[str]:
    wanted = dialects.TEXT if key == "chat" else (key,)
    return [name for name in wanted if name in card.endpoints]


def settle(column: Column, shared: Submission) -> None:
    """A column that is new, or whose model is: what it needs of its own, or why it cannot take part."""
    card = column.found.card
    if card is None or not column.found.key or card.served is False:
        column.misfit = misfit(column, shared.key)
        return
    column.own = needed(card, column.found.key, shared)


def misfit(column: Column, key: str) -> str:
    card, label = column.found.card, ENDPOINTS[key].LABEL
    if card is None:
        named = column.found.named
        return f"No model is called “{named[:200]}”. Choose one of the list." if named else "Choose a model."
    if card.served is False:
        return "This model is not on this gateway, so it cannot be run here. Remove it, or choose another model."
    kinds = ", ".join(ENDPOINTS[name].LABEL for name in card.endpoints if name in ENDPOINTS) or "nothing that is known"
    return f"This model answers {kinds}, and the prompt is for {label}. Remove it, or choose another model."


def needed(card: Card, key: str, shared: Submission) -> dict[str, str]:
    """What the shared form does not have for this model: its own voice, a size that it can make. From its example."""
    theirs, wanted = names(card, key), example(key, card)
    common = {theirs[name]: value for name, value in shared.typed.items() if name in theirs}
    own = [p for p, refused in form(key, card) if p.kind in OWN_KINDS and p.name in wanted and not refused]
    return {p.name: as_text(wanted[p.name]) for p in own if p.name not in common or not takes(p, common[p.name])}


def takes(parameter: Parameter, value: Any) -> bool:
    return value in (None, "") or not fields.read_value(parameter, as_text(value))[1]


def as_text(value: Any) -> str:
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def names(card: Card, key: str) -> dict[str, str]:
    """The shared form's names of parameters, each with what this model calls it at that endpoint."""
    renamed, spoken = card.parameters.get("rename", {}), dialects.NAMES.get(key, {})
    return {spoken.get(p.name, p.name): renamed.get(p.name, p.name) for p in ENDPOINTS[key].PARAMETERS}


def own_fields(column: Column) -> list[tuple[Parameter, str]]:
    """The parameters that a column may have of its own, each with why it is not sent, or blank."""
    if not column.found.key:
        return []
    found = form(column.found.key, column.found.card)
    return [(p, refused) for p, refused in found if p.kind in OWN_KINDS and p.name not in NOT_OWN]
