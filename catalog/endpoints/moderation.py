"""Moderation: `POST /moderations`, as in OpenAI's API reference. The sandbox knows a handful of plain words."""

from typing import Any

from catalog.endpoints.answers import Refused, counted, counts, is_figure
from catalog.endpoints.parameters import Parameter
from catalog.endpoints.sandbox.vectors import features

MODALITY = "moderation"
LABEL = "Moderation"
BADGE = "moderation"
PATH = "/moderations"
SUMMARY = "A text in, a score for each kind of harm out."
METERS = ("input_tokens", "output_tokens", "requests")
RESPONSE_TYPE = "application/json"
SDK = {
    "method": "moderations.create",
    "fields": frozenset("model input".split()),
    "python": "print(r.results[0].flagged, r.results[0].category_scores)",
    "typescript": "console.log(r.results[0].flagged, r.results[0].category_scores);",
}

PARAMETERS = (Parameter("input", "text", "Text to check", "One text.", required=True),)
EXAMPLE = {"input": "I will hit anyone who touches my bicycle."}

# OpenAI's categories, with words that make the sandbox suspect them. A real model reads the sense; this reads words.
CATEGORIES: dict[str, frozenset[str]] = {
    "harassment": frozenset("idiot stupid loser moron".split()),
    "harassment/threatening": frozenset("hit beat hurt".split()),
    "hate": frozenset("hate vermin subhuman".split()),
    "hate/threatening": frozenset("exterminate".split()),
    "illicit": frozenset("smuggle counterfeit".split()),
    "illicit/violent": frozenset("bomb explosive".split()),
    "self-harm": frozenset("suicide".split()),
    "self-harm/intent": frozenset(),
    "self-harm/instructions": frozenset(),
    "sexual": frozenset("porn nude".split()),
    "sexual/minors": frozenset(),
    "violence": frozenset("kill hit beat hurt murder stab shoot".split()),
    "violence/graphic": frozenset("gore blood".split()),
}
FLAGGED_FROM = 0.5
MOST_SHOWN = 10  # texts of an answer


def reply(body: dict[str, Any]) -> dict[str, Any]:
    texts = checked(body)
    return {"id": "modr-abc123", "model": body.get("model"), "results": [judged(text) for text in texts]}


def checked(body: dict[str, Any]) -> list[str]:
    given = body.get("input")
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) and text for text in texts):
        raise Refused("input must be a text, or a list of texts with at least one.", "input")
    return texts


def judged(text: str) -> dict[str, Any]:
    words = {word for word, weight in features(text) if weight == 1}
    scores = {name: score(len(words & suspects)) for name, suspects in CATEGORIES.items()}
    categories = {name: value >= FLAGGED_FROM for name, value in scores.items()}
    return {"flagged": any(categories.values()), "categories": categories, "category_scores": scores}


def score(hits: int) -> float:
    """0.001 without a suspect word, then nearer to 1 with each."""
    return round(1 - 0.4**hits, 6) if hits else 0.001


def usage(request: dict[str, Any] | None, response: dict[str, Any] | None) -> dict[str, int]:
    """Only what the gateway counts itself: an estimate is no basis for a cost."""
    return counts({"input_tokens": counted(response).get("total_tokens")})


def view(request: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
    """What was found in each text, and how many more there are than are shown."""
    rows = response.get("results") or []
    return {"results": [judgement(row) for row in rows[:MOST_SHOWN]], "more": len(rows[MOST_SHOWN:])}


def judgement(row: dict[str, Any]) -> dict[str, Any]:
    """Whether a text is flagged and as what, and each category with its score, the highest first."""
    scores, flags = row.get("category_scores") or {}, row.get("categories") or {}
    bars = sorted(((name, value) for name, value in scores.items() if is_figure(value)), key=lambda bar: -bar[1])
    return {"flagged": row.get("flagged"), "categories": [name for name, on in flags.items() if on], "bars": bars}
