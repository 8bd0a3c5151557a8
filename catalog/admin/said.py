"""What each source says of a model, field by field."""

from typing import Any

from django.template.loader import render_to_string

from catalog.cards import differs
from catalog.claims import facts
from catalog.models import Claim, Model
from catalog.truth.evidence import change_words, field_words


def table(model: Model) -> str:
    found = facts.by_field(model.claims.all()) if model.pk else {}
    fields = [(field_words(field), statements(field, claims)) for field, claims in sorted(found.items())]
    return render_to_string("admin/catalog/model/sources.html", {"fields": fields})


def statements(field: str, claims: list[Claim]) -> list[dict[str, Any]]:
    """What each source says of a field, best first, and how that stands to the one before all others."""
    return [
        {
            "claim": claim, "value": change_words(field, claim.value), "first": claim is claims[0],
            "differs": differs(claims[0].value, claim.value), "doubt": change_words("", claim.doubt),
        }
        for claim in claims
    ]  # fmt: skip
