"""The tables of the catalog, with the domain's words on their QuerySets.

`catalog.snapshot` reads them; `catalog.facts` decides which claim of a fact is shown.
"""

from catalog.models.claim import Change, Claim, Edit
from catalog.models.collection import Collection
from catalog.models.failure import Failure
from catalog.models.grammar import SEGMENT, SLUG, is_segment, is_slug, valid_condition
from catalog.models.model import Alias, Model, ModelQuerySet, Provider
from catalog.models.price import Price, PriceQuerySet
from catalog.models.proof import Proof
from catalog.models.reading import Import, Match, Source
from catalog.models.usage import Usage
from catalog.models.version import Touched, Version

__all__ = [
    "SEGMENT", "SLUG", "Alias", "Change", "Claim", "Collection", "Edit", "Failure", "Import", "Match", "Model", "ModelQuerySet",
    "Price", "PriceQuerySet", "Proof", "Provider", "Source", "Touched", "Usage", "Version", "is_segment", "is_slug",
    "valid_condition",
]  # fmt: skip
