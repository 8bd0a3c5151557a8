"""Models that are likely the same: of one maker, under names that differ only in how they are written."""

from collections import defaultdict
from collections.abc import Iterable

from catalog.identity import matching
from catalog.models import Model


def key(slug: str) -> tuple[str, ...]:
    """`meta-llama/Llama-3.1-8B` and `facebook/llama-3-1-8b` have the same. What a host lists is its own, whoever made it."""
    first, _, rest = slug.partition("/")
    return matching.maker(f"{first}/{rest.rpartition('/')[2]}"), *matching.key(rest)


def groups(models: Iterable[Model]) -> list[list[Model]]:
    """Models that share a key, two or more each: those on the site first, since one of them is the one to keep."""
    found: dict[tuple[str, ...], list[Model]] = defaultdict(list)
    for model in models:
        found[key(model.slug)].append(model)
    several = [group for group in found.values() if len(group) > 1]
    return [sorted(group, key=lambda model: (not model.listed, not model.served, model.slug)) for group in several]
