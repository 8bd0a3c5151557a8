"""Sentences made of facts, for models that nobody has described by hand."""

from catalog.cards import Card
from catalog.vocabulary import KINDS

NOUNS = {
    "chat": "text model", "image": "image model", "image_edit": "model for editing images", "video": "video model",
    "speech": "text-to-speech model", "transcription": "transcription model", "music": "music model",
    "model_3d": "model for 3D meshes", "embedding": "embedding model", "rerank": "reranking model",
    "moderation": "moderation model", "translation": "translation model", "classification": "classification model",
    "detection": "object detection model", "ocr": "model that reads documents",
}  # fmt: skip


def description(card: Card) -> str:
    """The model's own description, else one sentence of what is known."""
    return card.description or sentence(card)


def sentence(card: Card) -> str:
    noun = NOUNS.get(card.modality or "", "model")
    article = "An" if noun[0] in "aeiou" else "A"
    opened = " with open weights" if card.open_weights else ""
    parts = [f"{article} {noun} from {card.provider_name}{opened}"]
    if flow := kinds(card):
        parts.append(flow)
    if card.context_window:
        parts.append(f"with a context window of {card.context_window:,} tokens")
    if card.dimensions:
        parts.append(f"with vectors of {card.dimensions:,} numbers")
    return " ".join(parts) + "."


def kinds(card: Card) -> str:
    if not card.input_kinds or not card.output_kinds:
        return ""
    return f"that takes {words(card.input_kinds)} and gives {words(card.output_kinds)}"


def words(keys: tuple[str, ...]) -> str:
    names = [KINDS[key] if KINDS[key].isupper() else KINDS[key][0].lower() + KINDS[key][1:] for key in keys]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
