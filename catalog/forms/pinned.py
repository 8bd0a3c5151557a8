"""What is pinned of a model, and the button that takes a pin back."""

from django.utils.html import format_html

from catalog.claims import facts
from catalog.claims.settling import PIN
from catalog.models import Claim, Model
from catalog.truth.evidence import change_words, field_words
from catalog.vocabulary import SOURCES


def pinned(model: Model) -> dict[str, str]:
    """What is pinned of a model, an ability as `capabilities.tools`, and what would be shown instead, in words."""
    found = facts.by_field(model.claims.all()) if model.pk else {}
    pins = {field: said for field, said in sorted(found.items()) if said[0].source == PIN}
    backs = {field: back(said[1:]) for field, said in pins.items() if field != "capabilities"}
    if said := pins.get("capabilities"):
        backs |= {f"capabilities.{key}": back(said[1:], key) for key in said[0].value}
    return backs


def back(others: list[Claim], part: str = "") -> str:
    """What the best of the other sources says, and which it is."""
    for claim in others:
        if not part or (claim.value or {}).get(part) is not None:
            value = claim.value[part] if part else claim.value
            return f"{change_words(claim.field, value) or 'unknown'} ({SOURCES.get(claim.source, claim.source)})"
    return "unknown"


def unpin_button(name: str, to: str) -> str:
    """Saves the form and takes one pin back."""
    words = field_words(name.removeprefix("capabilities."))
    button = '<button type="submit" name="unpin" value="{}" aria-label="Unpin {}">Unpin</button>'
    return format_html(f'<span class="pin">Pinned. {button} Back to: {{}}</span>', name, words, to)
