"""The form that a preset's address asks for: `?preset=<token>`, perhaps with `&model=` and `&var.<name>=` for its variables."""

from django.http import Http404, QueryDict

from catalog.cards import Card
from catalog.snapshot import Snapshot
from playground.models import Preset
from playground.presets.presets import as_example, opened
from playground.workbench import variables
from playground.workbench.beginning import first
from playground.workbench.forms import Submission


def from_preset(query: QueryDict, now: Snapshot) -> Submission:
    """Anyone's preset: who has its token may open it."""
    preset = Preset.objects.at(query["preset"][:40]).first()
    if preset is None:
        raise Http404("There is no such preset. It may have been deleted.")
    name = query.get("model", "").strip() or preset.model
    card = now.find(name) if name else first(now, lambda card: suits(preset, card))
    if card is None or preset.endpoint not in card.endpoints:
        return Submission(errors={"model": problem(preset, card, name)}, named=name, preset=preset)
    found = opened(preset, card, variables.asked(query))
    found.preset = preset
    return found


def suits(preset: Preset, card: Card) -> bool:
    """Whether a model's own endpoint is the preset's, and it can all that the preset asks for."""
    return card.endpoints[:1] == (preset.endpoint,) and as_example(preset).fits(card)


def problem(preset: Preset, card: Card | None, name: str) -> str:
    """Why there is no form of a preset for a model."""
    label = preset.endpoint_label
    if card:
        return f"{card.slug} does not answer {label}, which the preset “{preset.name}” is for. Choose another model."
    return f"No model is called “{name[:200]}”. Choose one of the list." if name else f"No model here answers {label}."
