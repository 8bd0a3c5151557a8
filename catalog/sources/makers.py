"""What makers are called in the ids of others, and which part of an id is the maker. The names of hosts mean nothing here."""

import re

from catalog.sources.models_dev import MAKERS
from catalog.sources.rows import slugged

SAME_MAKER = MAKERS | {"facebook": "meta", "nova": "amazon", "moonshotai": "moonshot", "gemini": "google"}
NOT_IN_SLUGS = re.compile(r"[^A-Za-z0-9._:~@+-]+")


def ours(name: str) -> str:
    """Our name of a maker, or the name as it is."""
    return SAME_MAKER.get(name.lower(), name.lower())


def maker(name: str) -> str:
    """Our name of the maker that an id names, blank where it names none."""
    return ours(name.rstrip("/").rpartition("/")[0].rpartition("/")[2])


def slug_of(name: str, owner: str) -> str:
    """A slug for an id as others write it: the maker's name is ours, an id of one part comes under `owner`."""
    parts = [part for one in name.split("/") if (part := NOT_IN_SLUGS.sub("-", one).strip("-"))]
    first, rest = (parts[0], parts[1:]) if len(parts) > 1 else (owner, parts)
    return slugged(ours(first), "/".join(rest))
