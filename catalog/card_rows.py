"""Rows of the tables read as cards, a batch of models at a time, so that memory stays bounded.

Equal values are kept once: of 100,000 models most say what others say too.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import batched
from typing import Any

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
BATCH = 2000  # models
MOST_KEPT = 100_000  # values that a pool remembers


class Pool:
    """Gives for each value the first one that was equal to it, as long as it remembers that."""

    def __init__(self) -> None:
        self.kept: dict[Hashable, Any] = {}

    def one[T](self, value: T, key: Hashable = None) -> T:
        """`value`, or what was given for the same key; a value without a key is its own."""
        if len(self.kept) >= MOST_KEPT:
            self.kept.clear()
        return self.kept.setdefault((type(value), value if key is None else key), value)

    def text(self, text: str | None) -> Any:
        """A JSON text as a value that nobody may change. One that is remembered is not read again."""
        known = (json, text)
        if text is not None and known not in self.kept:
            self.kept[known] = json.loads(text)
        return None if text is None else self.kept[known]

    def tree(self, value: Any) -> Any:
        """A value made of dicts and lists, which nobody may change."""
        return self.one(value, repr(value)) if value else value

    def words(self, words: Iterable[str] | None) -> tuple[str, ...] | None:
        return None if words is None else self.one(tuple(words))


def cards(models: QuerySet[Model]) -> list[Card]:
    """Models as pages show them, listed or not, in the order of slugs."""
    keys, pool, ranks = models.order_by("slug").values_list("pk", flat=True), Pool(), Source.ranks()
    return [card for some in batched(list(keys), BATCH) for card in batch(some, pool, ranks)]


def batch(keys: tuple[int, ...], pool: Pool, ranks: Ranks) -> Iterator[Card]:
    """Some models with what hangs on them, read as plain rows, since objects would take three times as long."""
    of = {"model__in": keys}
    prices = Price.objects.filter(**of)
    names = grouped(Alias.objects.filter(**of).values_list("model_id", "slug"))
    rates = grouped(prices.current().values_list("model_id", *RATE_FIELDS))
    past = grouped(prices.closed().order_by("valid_from", "pk").values_list("model_id", *RATE_FIELDS, "valid_to"))
    said = statements(Claim.objects.filter(**of), pool, ranks)
    proofs = grouped(Proof.objects.filter(gateway=settings.GATEWAY_URL, **of).values_list("model_id", *PROOF_FIELDS))
    for m in Model.objects.filter(pk__in=keys).select_related("provider").order_by("slug"):
        yield card(m, names[m.pk], rates[m.pk], said.get(m.pk, ()), past[m.pk], proofs[m.pk], pool)


def grouped(rows: Iterable[tuple]) -> dict[int, list[tuple]]:
    """Rows without their first value, by it."""
    found: dict[int, list[tuple]] = defaultdict(list)
    for key, *rest in rows:
        found[key].append(tuple(rest))
    return found


def statements(claims: QuerySet[Claim], pool: Pool, ranks: Ranks) -> dict[int, list[Statement]]:
    """What is said of each model, the best source's word first."""
    texts = {"json": Cast("value", TextField()), "why": Cast("doubt", TextField())}
    rows = claims.annotate(**texts).values_list("model_id", "field", "json", "source", "as_of", "url", "why")
    found: dict[int, list[Statement]] = defaultdict(list)
    for key, *row in rows:
        found[key].append(statement(pool, *row))
    return {key: sorted(said, key=lambda one: facts.rank(one.source, ranks)) for key, said in found.items()}


def statement(pool: Pool, field: str, value: str | None, source: str, as_of: date, url: str, doubt: str | None) -> Statement:
    key = (field, value, source, as_of, url, doubt)
    said = Statement(pool.one(field), pool.text(value), pool.one(source), pool.one(as_of), pool.one(url), pool.text(doubt))
    return pool.one(said, key)


def card(
    model: Model, aliases: Iterable[tuple], rates: Iterable[tuple], said: Iterable[Statement] = (), past: Iterable[tuple] = (),
    proofs: Iterable[tuple] = (), pool: Pool | None = None,
) -> Card:  # fmt: skip
    pool = pool or Pool()
    same, provider = pool.one, model.provider
    return Card(
        slug=model.slug, upstream_id=model.slug if model.upstream_id in ("", model.slug) else model.upstream_id,
        provider=same(provider.slug), provider_name=same(provider.name), provider_url=same(provider.url) or None,
        name=model.name, modality=same(model.modality),
        endpoints=pool.words(model.endpoints), listed_endpoints=pool.words(model.listed_endpoints),
        family=same(model.family) or None, description=model.description,
        context_window=same(model.context_window), max_output=same(model.max_output), dimensions=same(model.dimensions),
        input_kinds=pool.words(model.input_kinds), output_kinds=pool.words(model.output_kinds),
        capabilities=pool.tree(model.capabilities), strengths=pool.words(model.strengths), use_cases=pool.words(model.use_cases),
        parameters=pool.tree(model.parameters), status=lifecycle.status(model.status, model.retires_on),
        released=same(model.released), added=same(model.added),
        retires_on=model.retires_on, replacement=model.replacement or None, open_weights=model.open_weights,
        knowledge_cutoff=same(model.knowledge_cutoff) or None, served=model.served,
        aliases=tuple(alias for (alias,) in aliases),
        rates=tuple(rate(pool, *values) for values in rates), past=tuple(ended(pool, *values) for values in past),
        proofs=tuple(Proven(*values, sandbox=not gateway) for *values, gateway in proofs),
        statements=tuple(said),
    )  # fmt: skip


def rate(pool: Pool, meter: str, condition: str, amount: Decimal, source: str, url: str, since: date) -> Rate:
    return pool.one(Rate(*priced(pool, meter, condition, amount, source, url, since)))


def ended(pool: Pool, *values: Any) -> Past:
    *began, until = values
    return Past(*priced(pool, *began), until)


def priced(pool: Pool, meter: str, condition: str, amount: Decimal, source: str, url: str, since: date) -> tuple:
    """The values of a `Rate`, each kept once."""
    same = pool.one
    return same(meter), same(condition), same(shortened(amount)), same(source), same(url), since


def shortened(amount: Decimal) -> Decimal:
    """Without the zeros that the table adds."""
    short = amount.normalize()
    return short if short.as_tuple().exponent <= 0 else short.quantize(Decimal(1))
