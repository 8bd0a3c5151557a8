"""Classification: `POST /classifications`: a text in, labels with scores out. The sandbox compares words."""

import math
from typing import Any

from catalog.endpoints.answers import Refused, counted, counts, is_figure
from catalog.endpoints.parameters import Parameter
from catalog.endpoints.sandbox.vectors import cosine, features, vector

MODALITY = "classification"
LABEL = "Classification"
BADGE = "classification"
PATH = "/classifications"
SUMMARY = "A text in, labels with scores out."
METERS = ("input_tokens", "output_tokens", "requests")
RESPONSE_TYPE = "application/json"

MAX_LABELS = 100
PARAMETERS = (
    Parameter("input", "text", "Text", "The text to classify.", required=True, max_length=20_000),
    Parameter("labels", "list", "Labels", "One a line. Blank: the model's own labels."),
)
EXAMPLE = {"input": "The journey was quick and the staff were kind.", "labels": ["positive", "negative"]}
TELLING = {
    "positive": frozenset("good great kind quick love happy nice excellent pleasant thanks".split()),
    "negative": frozenset("bad slow late rude hate angry awful broken poor dirty".split()),
}


def reply(body: dict[str, Any]) -> dict[str, Any]:
    text, labels = checked(body)
    weights = [math.exp(4 * likeness(text, label)) for label in labels]
    scored = [{"label": label, "score": round(weight / sum(weights), 6)} for label, weight in zip(labels, weights, strict=True)]
    return {"model": body.get("model"), "results": sorted(scored, key=lambda row: -row["score"])}


def checked(body: dict[str, Any]) -> tuple[str, list[str]]:
    text, labels = body.get("input"), body.get("labels") or list(TELLING)
    if not isinstance(text, str) or not text.strip():
        raise Refused("input must be a text with at least one character.", "input")
    if not isinstance(labels, list) or not all(isinstance(label, str) and label for label in labels):
        raise Refused("labels must be a list of texts.", "labels")
    if len(labels) > MAX_LABELS:
        raise Refused(f"labels has {len(labels)} entries; at most {MAX_LABELS} are allowed.", "labels")
    return text, list(dict.fromkeys(labels))


def likeness(text: str, label: str) -> float:
    """How near a label is: by telling words where it has some, else by the words that both share."""
    words = {word for word, weight in features(text) if weight == 1}
    telling = TELLING.get(label.lower())
    return min(1.0, len(words & telling) / 2) if telling else cosine(vector(text), vector(label))


def usage(request: dict[str, Any] | None, response: dict[str, Any] | None) -> dict[str, int]:
    """Only what the gateway counts itself: an estimate is no basis for a cost."""
    return counts({"input_tokens": counted(response).get("total_tokens")})


def view(request: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
    """Each label with its score, as the answer orders them."""
    rows = [row for row in response.get("results") or [] if isinstance(row, dict)]
    return {"bars": [(row.get("label"), row.get("score")) for row in rows if is_figure(row.get("score"))]}
