"""What rows would change of models that are there: their claims against those that are kept, and what would be shown then."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import batched
from typing import Any, NamedTuple

from catalog.cards import Statement
from catalog.claims import facts, settling
from catalog.identity.matching import GATEWAY
from catalog.imports.plans import Kept, Plan, Step, Write, days
from catalog.imports.speakers import Speakers
from catalog.models import Claim, Model, Price
from catalog.sources.rows import Refusal, Row
from catalog.vocabulary import PIN

BATCH = 500
EDITORIAL = ("modelry", "guess")  # what is said here of models that others state
FIELDS = ("field", "value", "source", "as_of", "url", "doubt")
Said = dict[tuple[str, str], Statement]  # by source and field


class Held(NamedTuple):
    """A model as it is kept."""

    model: Model
    claims: Said
    keys: dict[tuple[str, str], int]
    prices: dict[tuple[str, str], Decimal]


def compare(plan: Plan, spoken: Speakers, ranks: facts.Ranks, unlisted: set[int]) -> None:
    """`unlisted`: models that an import has hidden, which a row may bring back."""
    for held in read(spoken):
        said = spoken[held.model.slug]
        rows = [row for row in said if not outdated(plan, held, row)]
        late = {row.claim["source"] for row in said if row not in rows}
        stated = {key: one for row in rows for key, one in statements(row).items() if counts(held, one)}
        gone = {key for key in unsaid(plan, held, rows) - stated.keys() if key[0] not in late}
        columns = stated_columns(plan, held.model, rows, unlisted)
        note(plan, held, stated, gone, columns, ranks)
        plan.kept |= {held.model.slug: kept} if (kept := pinned(held, stated)) else {}


def counts(held: Held, one: Statement) -> bool:
    """A pin holds against a file's, and what people see already needs none."""
    return one.source != PIN or ((PIN, one.field) not in held.claims and not sees(held, one))


def sees(held: Held, one: Statement) -> bool:
    if one.field.startswith(facts.PRICE):
        return held.prices.get(facts.meter_and_condition(one.field)) == (None if one.value is None else Decimal(one.value))
    now = settling.plain(getattr(held.model, one.field))
    if isinstance(one.value, dict):
        return all(now.get(part) == value for part, value in one.value.items())
    return now == one.value


def unsaid(plan: Plan, held: Held, rows: list[Row]) -> set[tuple[str, str]]:
    """The kept claims of the sources that speak: those not stated again go. A bundle speaks for all its sources at once."""
    speak = plan.days if plan.reader == "bundle" else days(rows)
    return {
        key for key, one in held.claims.items()
        if key[0] != PIN and key[0] in speak and one.as_of.isoformat() <= speak[key[0]]
    }  # fmt: skip


def leave_out(plan: Plan, slugs: Iterable[str], ranks: facts.Ranks, decided: set[int]) -> None:
    """What becomes of models that the source spoke of and no longer does. `decided`: people said whether they are listed."""
    for held in read(slugs):
        sources = {source for source, _ in held.claims}
        served = {"served": (held.model.served, False)} if plan.source == GATEWAY and held.model.served is not False else {}
        if sources - {plan.source, PIN, *EDITORIAL}:
            note(plan, held, {}, {key for key in held.claims if key[0] == plan.source}, served, ranks)
        elif plan.source in sources and hideable(held, served, decided):
            plan.hidden[held.model.slug] = "no source states it any more"
            plan.writes[held.model.slug] = Write(columns=served | {"listed": (True, False)})
        elif served:
            note(plan, held, {}, set(), served, ranks)


def hideable(held: Held, served: dict[str, Step], decided: set[int]) -> bool:
    """Not what a person had a hand in, nor what is still served."""
    ours = held.model.pk in decided or any(source == PIN for source, _ in held.claims)
    return held.model.listed and not ours and bool(held.claims) and (bool(served) or not held.model.served)


def read(slugs: Iterable[str]) -> Iterator[Held]:
    """Models with what is kept of them, a batch at a time, so that memory stays bounded."""
    for some in batched(sorted(slugs), BATCH):
        models = {model.pk: model for model in Model.objects.filter(slug__in=some)}
        claims: dict[int, list[tuple]] = defaultdict(list)
        for pk, *rest in Claim.objects.filter(model__in=models).values_list("model", "pk", *FIELDS):
            claims[pk].append(tuple(rest))
        prices: dict[int, dict[tuple[str, str], Decimal]] = defaultdict(dict)
        for pk, meter, condition, amount in (
            Price.objects.current().filter(model__in=models).values_list("model", "meter", "condition", "amount")
        ):
            prices[pk][meter, condition] = amount
        for pk, model in models.items():
            rows = [(key, Statement(*values)) for key, *values in claims[pk]]
            said = {(one.source, one.field): one for _, one in rows}
            yield Held(model, said, {(one.source, one.field): key for key, one in rows}, prices[pk])


def statements(row: Row) -> Said:
    """The claims of a row, as they will be kept."""
    claim = row.claim
    stated = dict(claim.get("facts", {}))
    stated |= {facts.price_field(p["meter"], p.get("condition", "")): p["amount"] for p in claim.get("prices") or ()}
    source, url, as_of = claim["source"], claim.get("url") or "", date.fromisoformat(claim["as_of"])
    doubts = claim.get("doubts") or {}
    return {
        (source, name): Statement(name, kept(value), source, as_of, url, doubts.get(name)) for name, value in stated.items()
    }


def kept(value: Any) -> Any:
    """The value as JSON gives it back."""
    return settling.plain(value) if isinstance(value, dict | list | tuple | Decimal) else value


def outdated(plan: Plan, held: Held, row: Row) -> bool:
    """Whether the source has said something later of this model: an older file does not take that back."""
    source, as_of = row.claim["source"], date.fromisoformat(row.claim["as_of"])
    later = max((one.as_of for (said_by, _), one in held.claims.items() if said_by == source), default=as_of)
    if later > as_of and source != PIN:
        plan.refused.append(Refusal(row.slug, "model", f"as of {as_of}, and {source} is known as of {later}"))
        return True
    return False


def stated_columns(plan: Plan, model: Model, rows: list[Row], unlisted: set[int]) -> dict[str, Step]:
    """What a row says beside facts: that the gateway serves the model, under which id, and that it is to be seen."""
    wanted: dict[str, Any] = {}
    if plan.source == GATEWAY and rows:
        wanted = {"served": True, "upstream_id": rows[0].upstream_id or model.upstream_id}
    if model.pk in unlisted and not model.listed and any(not row.hidden for row in rows):
        wanted["listed"] = True
    return {name: (before, after) for name, after in wanted.items() if (before := getattr(model, name)) != after}


def note(
    plan: Plan, held: Held, stated: Said, gone: set[tuple[str, str]], columns: dict[str, Step], ranks: facts.Ranks
) -> None:
    """Puts into the plan what is to be written of one model, and what people would see of it."""
    slug = held.model.slug
    differing = {key: one for key, one in stated.items() if held.claims.get(key) != one}
    settles = bool(gone) or any(not confirms(held.claims.get(key), one) for key, one in differing.items())
    seen = {name: step for name, step in columns.items() if step[0] is not None}
    if settles:
        after = {key: one for key, one in held.claims.items() if key not in gone} | stated
        seen |= steps(held, list(after.values()), ranks)
    write = Write([*differing.values()], [held.keys[key] for key in gone], [], columns, settles)
    if write:
        plan.writes[slug] = write
    if seen:
        plan.changed[slug] = seen
    else:
        plan.unchanged += bool(stated)


def confirms(old: Statement | None, new: Statement) -> bool:
    """Whether a claim says what it said, on a later day."""
    return old is not None and (old.value, old.url, old.doubt) == (new.value, new.url, new.doubt)


def steps(held: Held, said: list[Statement], ranks: facts.Ranks) -> dict[str, Step]:
    seen: dict[str, Step] = dict(facts.settle(held.model, said, ranks))
    shown = {key: amount.amount for key, amount in facts.prices(said, ranks).items()}
    for key in [*held.prices, *(key for key in shown if key not in held.prices)]:
        if held.prices.get(key) != shown.get(key):
            seen[facts.price_field(*key)] = (held.prices.get(key), shown.get(key))
    return seen


def pinned(held: Held, stated: Said) -> dict[str, Kept]:
    """The pins that hold against what the rows say."""
    pins = {field: one.value for (source, field), one in held.claims.items() if source == PIN}
    return {one.field: Kept(pins[one.field], one.value) for one in stated.values() if overruled(pins, one)}


def overruled(pins: dict[str, Any], one: Statement) -> bool:
    pin = pins.get(one.field)
    if isinstance(pin, dict) and isinstance(one.value, dict):
        return any(part in one.value and one.value[part] != value for part, value in pin.items())
    return one.field in pins and pin != one.value
