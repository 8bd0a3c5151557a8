"""Which kind of thing a model is, where sources call it something else or do not say. What they call it is in `names`."""

import re

from catalog.names import BY_OUTPUT

# True kinds by slug, first match wins: sources file these under something else (3D and detection under images,
# music and guards under chat, classifiers under text) or do not tell kinds apart at all (models.dev).
KNOWN = (
    (r"^fal-ai/trellis", "model_3d"),
    (r"/lyria|elevenlabs-music|stable-audio|ace-step", "music"),
    (r"detr-resnet", "detection"),
    (r"distilbert-sst|prompt-guard", "classification"),
    (r"m2m100|indictrans|-translate-|qwen-mt-", "translation"),
    (r"rerank|llama-rank|semantic-ranker", "rerank"),
    (r"embed|/bge-|/gte-|\be5-|titan-embed|marengo|/voyage-|nemoretriever", "embedding"),
    (r"guard|content-safety|omni-moderation|mistral-moderation", "moderation"),
    (r"ocr|document-intelligence|/parse-v", "ocr"),
    (r"-tts|/tts-|elevenlabs-tts|elevenlabs-v|/aura|/chirp$|melotts|orpheus|sonic-|/eleven-", "speech"),
    (r"whisper|-asr|scribe|transcribe|-stt|/stt-|deepgram/", "transcription"),
    (r"flux-kontext|flux-pro-1\.0-(fill|expand)|image-edit|fibo-edit|virtual-try-on", "image_edit"),
)


def known_kind(slug: str) -> str | None:
    return next((kind for pattern, kind in KNOWN if re.search(pattern, slug)), None)


def kind_of(slug: str, inputs: list[str], outputs: list[str]) -> str:
    """The kind of a model that is described only by what goes in and comes out."""
    if known := known_kind(slug):
        return known
    if inputs == ["audio"] and outputs == ["text"]:
        return "transcription"
    if "text" in outputs and "image" not in outputs:
        return "chat"
    return next((kind for output, kind in BY_OUTPUT.items() if output in outputs), "chat")
