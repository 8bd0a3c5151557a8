"""Rows of the tables read as cards, a batch of models at a time, so that memory stays bounded.

Values come as the texts that the tables have, and equal ones are read and kept once: of 100,000 models most say what others
say too.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import batched
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from catalog import lifecycle
from catalog.cards import Card, Past, Proven, Rate, Statement
from catalog.claims import facts
from catalog.claims.facts import Ranks
from catalog.models import Alias, Claim, Model, Price, Proof, Source

RATE_FIELDS = ("meter", "condition", "amount", "source", "source_url", "valid_from")
PROOF_FIELDS = ("ability", "passed", "at", "reason", "first_token_ms", "tokens_per_second", "gateway")
PLACES = Decimal("1e-12")  # of an amount in the table
BATCH = 2000  # models
MOST_KEPT = 30_000  # values that a pool remembers for each reader


class Row(NamedTuple):
    """A model as its table has it: dates and what is made of lists and dicts as texts."""

    pk: int
    slug: str
    upstream_id: str
    provider: str
    provider_name: str
    provider_url: str
    name: str
    modality: str | None
    family: str
    description: str
    context_window: int | None
    max_output: int | None
    dimensions: int | None
    status: str
    replacement: str
    open_weights: bool | None
    knowledge_cutoff: str
    served: bool | None
    released: str | None
    added: str
    retires_on: str | None
    endpoints: str
    listed_endpoints: str
    input_kinds: str | None
    output_kinds: str | None
    capabilities: str
    strengths: str
    use_cases: str
    parameters: str


PROVIDER = {"provider": "provider__slug", "provider_name": "provider__name", "provider_url": "provider__url"}
DATES = ("released", "added", "retires_on")
TREES = Row._fields[Row._fields.index("endpoints") :]
TEXTS = {*DATES, *TREES}


class Pool:
    """Reads values, each once: what is equal is given the value that was read first, which nobody may change."""

    def __init__(self) -> None:
        self.kept: dict[Callable, dict] = defaultdict(dict)
        self.equal: dict = {}

    def read[S, T](self, reader: Callable[[Pool, S], T], value: S) -> T:
        known = self.kept[reader]
        if value not in known:
            if len(known) >= MOST_KEPT:
                known.clear()
            known[value] = reader(self, value)
        return known[value]

    def one[T](self, value: T) -> T:
        return self.equal.setdefault(value, value)


def tree(pool: Pool, text: str | None) -> Any:
    return None if text is None else json.loads(text)


def words(pool: Pool, text: str | None) -> tuple[str, ...] | None:
    found = tree(pool, text)
    return None if found is None else tuple(found)


def day(pool: Pool, text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def statement(pool: Pool, row: tuple) -> Statement:
    field, value, source, as_of, url, doubt = row
    return Statement(
        pool.one(field), pool.read(tree, value), pool.one(source), pool.read(day, as_of), pool.one(url), pool.read(tree, doubt)
    )


def rate(pool: Pool, row: tuple) -> Rate:
    return Rate(*priced(pool, row))


def ended(pool: Pool, row: tuple) -> Past:
    return Past(*priced(pool, row[:-1]), pool.read(day, row[-1]))


def priced(pool: Pool, row: tuple) -> tuple:
    """The values of a `Rate`, each kept once."""
    meter, condition, price, source, url, since = row
    one = pool.one
    return one(meter), one(condition), pool.read(amount, price), one(source), one(url), pool.read(day, since)


def amount(pool: Pool, text: str) -> Decimal:
    """Without the zeros that the table adds."""
    short = Decimal(text).quantize(PLACES).normalize()
    return short if short.as_tuple().exponent <= 0 else short.quantize(Decimal(1))


def cards(models: QuerySet[Model]) -> list[Card]:
    """Models as pages show them, listed or not, in the order of slugs."""
    return sorted(read(models), key=lambda card: card.slug)


def read(models: QuerySet[Model], told: bool = True) -> Iterator[Card]:
    """Models as pages show them, in no order. Unless `told`, nobody knows which are served."""
    keys, pool, ranks = models.order_by("pk").values_list("pk", flat=True), Pool(), Source.ranks()
    for some in batched(list(keys), BATCH):
        yield from batch(some, pool, ranks, told)


def batch(keys: Sequence[int], pool: Pool, ranks: Ranks, told: bool) -> Iterator[Card]:
    """Some models with what hangs on them, read as plain rows, since objects would take five times as long."""
    how, among = lookup(keys), frozenset(keys)
    of = {f"model__pk__{name}": value for name, value in how.items()}
    names = grouped(Alias.objects.filter(**of).order_by("slug").values_list("model_id", "slug"))
    rates = grouped(prices(Price.objects.current().filter(**of).order_by("meter", "condition")))
    past = grouped(prices(Price.objects.closed().filter(**of).order_by("valid_from", "pk"), "until"))
    said = statements(Claim.objects.filter(**of), pool, ranks)
    proofs = grouped(Proof.objects.filter(gateway=settings.GATEWAY_URL, **of).values_list("model_id", *PROOF_FIELDS))
    for row in rows(Model.objects.filter(**{f"pk__{name}": value for name, value in how.items()})):
        if (key := row.pk) in among:
            row = row if told else row._replace(served=None)
            yield made(row, names[key], rates[key], said.get(key, ()), past[key], proofs[key], pool)


def lookup(keys: Sequence[int]) -> dict[str, Any]:
    """How rows of the keys, which are in order, are found: as a range, with some others in it, where that is shorter to say."""
    return {"range": (keys[0], keys[-1])} if keys[-1] - keys[0] < 2 * len(keys) else {"in": keys}


def grouped(found: Iterable[tuple]) -> dict[int, list[tuple]]:
    """Rows without their first value, by it."""
    by_key: dict[int, list[tuple]] = defaultdict(list)
    for row in found:
        by_key[row[0]].append(row[1:])
    return by_key


def text(name: str) -> Cast:
    return Cast(name, TextField())


def rows(models: QuerySet[Model]) -> Iterator[Row]:
    texts = {f"text_of_{name}": text(name) for name in TEXTS}
    names = [PROVIDER.get(name) or (f"text_of_{name}" if name in TEXTS else name) for name in Row._fields]
    return map(Row._make, models.order_by().annotate(**texts).values_list(*names).iterator(BATCH))


def prices(found: QuerySet[Price], *more: str) -> Iterator[tuple]:
    """What `rate` reads, behind the model's key; with `until`, what `ended` does."""
    texts = {"price": text("amount"), "since": text("valid_from"), "until": text("valid_to")}
    names = ("model_id", "meter", "condition", "price", "source", "source_url", "since", *more)
    return found.annotate(**texts).values_list(*names).iterator(BATCH)


def statements(claims: QuerySet[Claim], pool: Pool, ranks: Ranks) -> dict[int, list[Statement]]:
    """What is said of each model, the best source's word first."""
    texts = {"json": text("value"), "day": text("as_of"), "why": text("doubt")}
    found: dict[int, list[Statement]] = defaultdict(list)
    known = pool.kept[statement]
    read = claims.order_by().annotate(**texts).values_list("model_id", "field", "json", "source", "day", "url", "why")
    for row in read.iterator(BATCH):
        found[row[0]].append(known.get(row[1:]) or pool.read(statement, row[1:]))
    places = defaultdict(lambda: facts.LAST, ranks)
    return {key: sorted(said, key=lambda one: (places[one.source], one.source, one.field)) for key, said in found.items()}


def made(
    row: Row, aliases: Iterable[tuple], rates: Iterable[tuple], said: Iterable[Statement], past: Iterable[tuple],
    proofs: Iterable[tuple], pool: Pool,
) -> Card:  # fmt: skip
    one, read = pool.one, pool.read
    stated, retires_on = one(row.status), read(day, row.retires_on)
    return Card(
        slug=row.slug, upstream_id=row.slug if row.upstream_id in ("", row.slug) else row.upstream_id,
        provider=one(row.provider), provider_name=one(row.provider_name), provider_url=one(row.provider_url) or None,
        name=row.name, modality=one(row.modality),
        endpoints=read(words, row.endpoints), listed_endpoints=read(words, row.listed_endpoints),
        family=one(row.family) or None, description=row.description,
        context_window=one(row.context_window), max_output=one(row.max_output), dimensions=one(row.dimensions),
        input_kinds=read(words, row.input_kinds), output_kinds=read(words, row.output_kinds),
        capabilities=read(tree, row.capabilities), strengths=read(words, row.strengths), use_cases=read(words, row.use_cases),
        parameters=read(tree, row.parameters), status=lifecycle.status(stated, retires_on),
        released=read(day, row.released), added=read(day, row.added),
        retires_on=retires_on, replacement=row.replacement or None, open_weights=row.open_weights,
        knowledge_cutoff=one(row.knowledge_cutoff) or None, served=row.served,
        aliases=tuple(alias for (alias,) in aliases),
        rates=one(tuple(read(rate, values) for values in rates)), past=tuple(read(ended, values) for values in past),
        proofs=tuple(Proven(*values, sandbox=not gateway) for *values, gateway in proofs),
        statements=tuple(said),
    )  # fmt: skip


def card(model: Model, rates: Iterable[Iterable] = (), proofs: Iterable[tuple] = ()) -> Card:
    """An object as a card, without what is said of it. `rates` have the values of `RATE_FIELDS`."""
    provider = model.provider
    values = {"provider": provider.slug, "provider_name": provider.name, "provider_url": provider.url}
    values |= {name: getattr(model, name) for name in Row._fields if name not in PROVIDER}
    values |= {name: values[name] and str(values[name]) for name in DATES} | {name: json.dumps(values[name]) for name in TREES}
    return made(Row(**values), (), [tuple(map(str, rate)) for rate in rates], (), (), proofs, Pool())
