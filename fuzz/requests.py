"""Asks a running site a number of things, of each kind a share, and tells what was wrong."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from fuzz import addresses, documented
from fuzz.asked import Asked, fault, visitor, with_token
from fuzz.forms import Forms

DOCUMENTED, FORMS = 0.4, 0.45  # of all cases; the rest are addresses
FORBIDDEN = 3  # every so many documented cases are ones that the document forbids


@dataclass
class Told:
    """How many cases of each kind were asked, and each fault with the line that asks again."""

    asked: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def note(self, kind: str, fault: str) -> None:
        self.asked[kind] += 1
        if fault:
            self.faults.append(fault)
            print(f"  {fault}", flush=True)


def models_of(site: str) -> dict[str, list[str]]:
    """`{endpoint: ids of the models that answer it}`."""
    found: dict[str, list[str]] = {}
    for model in httpx.get(f"{site}/models.json", timeout=60, trust_env=False).json()["data"]:
        for key in model["endpoints"]:
            found.setdefault(key, []).append(model["id"])
    return found


def ask(site: str, cases: int, seed: int, folder: Path) -> Told:
    """Cases of every kind, `cases` altogether. Bodies that no line of shell can carry are kept in `folder`."""
    told, draw, models = Told(), random.Random(seed), models_of(site)
    for wrong in from_document(site, round(cases * DOCUMENTED), seed, models):
        told.note("documented", wrong)
    forms = Forms(draw, models)
    with visitor(site) as client:
        kinds: dict[str, Callable[[], Asked]] = {"forms": forms.asked, "addresses": lambda: addresses.asked(draw)}
        last = {"forms": round(cases * (DOCUMENTED + FORMS)), "addresses": cases}
        for kind, make in kinds.items():
            while told.asked.total() < last[kind]:
                one = make()
                wrong = fault(client, one)
                told.note(kind, wrong and f"{wrong}: {with_token(one).curl(site, folder)}")
    return told


def from_document(site: str, cases: int, seed: int, models: dict[str, list[str]]) -> Iterator[str]:
    found = documented.operations(site)
    each = max(1, round(cases / len(found)))
    for operation in found:
        name = operation.definition.raw.get("operationId", "").removeprefix("gateway_")
        model = next(iter(models.get(name, ())), models["chat"][0] if "/playground/" in operation.path else "")
        forbidden = each // FORBIDDEN
        yield from documented.faults(operation, each - forbidden, seed, model)
        if forbidden:
            yield from documented.faults(operation, forbidden, seed, model, forbidden=True)
