"""Plans that wait for a person: what the source stated is kept, and planned anew each time it is looked at."""

import hashlib
import json

from catalog.claims.settling import plain
from catalog.imports import comparing
from catalog.imports.planning import plan
from catalog.imports.plans import Plan
from catalog.models import Import
from catalog.sources.rows import Refusal, Row


def keep(made: Plan, by: str, place: str) -> Import:
    """Takes the place of what waited of the same source."""
    Import.objects.filter(source=made.source, state="planned").delete()
    told = {"reader": made.reader, "refused": [list(one) for one in made.stated], "names": dict(made.names)}
    rows = [row._replace(claim=stored(row)) for row in made.rows]
    return Import.objects.create(
        source=made.source, state="planned", by=by, place=place[:500], rows=rows, counts=made.counts, report=told
    )


def stored(row: Row) -> dict:
    """The claim with each value as the tables will keep it, so that it is the same when it comes back."""
    stated = {name: comparing.kept(value) for name, value in row.claim.get("facts", {}).items()}
    prices = [price | {"amount": comparing.kept(price["amount"])} for price in row.claim.get("prices") or ()]
    return plain(row.claim | {"facts": stated, "prices": prices})


def planned(draft: Import) -> Plan:
    """What it would do to the catalog as it is now."""
    told = draft.report
    rows = [Row(slug, tuple(aliases), *rest) for slug, aliases, *rest in draft.rows]
    names = {slug: (name, url) for slug, (name, url) in told["names"].items()}
    return plan(told["reader"], rows, [Refusal(*one) for one in told["refused"]], providers=names)


def digest(made: Plan) -> str:
    """The same for two plans that show the same."""
    shown = [made.created, made.changed, made.hidden]
    return hashlib.sha256(json.dumps(plain(shown), sort_keys=True).encode()).hexdigest()
