"""What is said of a model's abilities: verified or failed on the gateway that this site calls, claimed, denied, unknown.

A proof counts for the gateway that was asked. The sandbox answers alike for every model, so its answers are shown as its
own, and no model is marked or found by them.
"""

from typing import Any, NamedTuple

from django.conf import settings
from django.urls import reverse

from catalog.cards import Card, Proven
from catalog.endpoints import ENDPOINTS
from catalog.models import Model, Proof
from catalog.pages.compare import ANY_KIND
from catalog.vocabulary import CAPABILITIES

MORE = {
    "answers": "Answers at all", "stop": "Stop texts", "max_output": "Output limit", "format": "Sound formats",
    "dimensions": "Vector length",
}  # fmt: skip
CLAIMS = {True: "claimed", False: "denied", None: "unknown"}


class Ability(NamedTuple):
    """`state` is, on the gateway, verified or failed, else claimed, denied or unknown; `claimed` what sources state, None where
    none speaks of it.
    """

    key: str
    label: str
    state: str
    claimed: bool | None
    proof: Proven | None


def label(key: str) -> str:
    """`answers.chat` as “Answers (/chat/completions)”, `format.mp3` as “mp3 files”."""
    kind, _, detail = key.partition(".")
    if kind == "answers" and detail in ENDPOINTS:
        return f"Answers ({ENDPOINTS[detail].PATH})"
    return f"{detail} files" if kind == "format" and detail else CAPABILITIES.get(key) or MORE.get(kind, key)


def abilities(card: Card) -> list[Ability]:
    """Every capability that such a model may have, and what else was asked of it; answering first."""
    proofs = {proof.ability: proof for proof in card.proofs if not proof.sandbox}
    found = [ability(key, card, proofs.get(key)) for key in [*sorted(proofs.keys() - CAPABILITIES.keys()), *CAPABILITIES]]
    return [one for one in found if one.state != "unknown" or one.key in ANY_KIND or card.modality in (None, "chat")]


def ability(key: str, card: Card, proof: Proven | None) -> Ability:
    claimed = card.capabilities.get(key)
    state = ("verified" if proof.passed else "failed") if proof else CLAIMS[claimed]
    return Ability(key, label(key), state, claimed, proof)


def shown(card: Card) -> dict[str, Any]:
    """For the model page: abilities by state, what was asked, and when a stream was timed."""
    states: dict[str, list[Ability]] = {}
    for one in abilities(card):
        states.setdefault(one.state, []).append(one)
    sandbox = any(proof.sandbox for proof in card.proofs)
    timed = next((proof for proof in card.proofs if proof.ability == "streaming" and proof.first_token_ms is not None), None)
    return {"proven": states, "asked": outcomes(card, sandbox), "timed": timed, "sandbox_proofs": sandbox}


def outcomes(card: Card, sandbox: bool) -> list[tuple[str, list[Ability]]]:
    """What passed and what failed, each under its title."""
    titles = {True: "Passed in the sandbox", False: "Failed in the sandbox"} if sandbox else {True: "Verified", False: "Failed"}
    found = [ability(proof.ability, card, proof) for proof in in_order(card)]
    parts = [(title, [one for one in found if one.proof and one.proof.passed is passed]) for passed, title in titles.items()]
    return [(title, part) for title, part in parts if part]


def in_order(card: Card) -> list[Proven]:
    places = list(CAPABILITIES)
    return sorted(card.proofs, key=lambda one: (places.index(one.ability) if one.ability in places else -1, one.ability))


def as_json(card: Card) -> list[dict[str, Any]]:
    """What was asked; `on` is the gateway or the sandbox. Of a stream, how soon and how fast."""
    return [proof_json(card, proof) for proof in in_order(card)]


def proof_json(card: Card, proof: Proven) -> dict[str, Any]:
    rate = proof.tokens_per_second
    return {
        "ability": proof.ability, "state": "passed" if proof.passed else "failed", "at": proof.at.isoformat(),
        "on": "sandbox" if proof.sandbox else "gateway", "reason": proof.reason, "first_token_ms": proof.first_token_ms,
        "tokens_per_second": None if rate is None else float(rate),
        "evidence": f"{settings.SITE_URL}{reverse('proofs', args=[card.slug])}#{proof.ability}",
    }  # fmt: skip


def stated(card: Card) -> list[dict[str, Any]]:
    """Every ability with its state, for programs."""
    return [
        {
            "id": one.key, "label": one.label, "state": one.state, "claimed": one.claimed,
            "tested": one.proof.at.isoformat() if one.proof else None,
        }
        for one in abilities(card)
    ]  # fmt: skip


def here(card: Card) -> list[tuple[str, Proof]]:
    """Each proof with its evidence, under its label. Asks the database."""
    rows = Proof.objects.filter(model__in=Model.objects.filter(slug=card.slug), gateway=settings.GATEWAY_URL)
    found = {row.ability: row for row in rows}
    return [(label(one.ability), found[one.ability]) for one in in_order(card) if one.ability in found]
