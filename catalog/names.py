"""What the kinds and endpoints are called in the wild, and which of our endpoints each name means.

The one such table: importers and readers of gateways ask here, so that a badge like `audio-tts` can never fall through
to chat. A name that is not here means nothing to us: `endpoint` and `modality` answer None.
"""

from catalog.endpoints import BY_PATH, ENDPOINTS

# Every name is written in lower case, its words joined by hyphens; `spelled` brings others into that form.
OTHER_NAMES = {
    # The badges of aigateway.sh, where they are not ours.
    "reasoning": "chat",
    "audio-tts": "speech",
    "audio-stt": "transcription",
    # litellm's modes. Its realtime, search, evaluation, completion, guardrail... are no kind of this catalog.
    "image-generation": "image",
    "video-generation": "video",
    "audio-speech": "speech",
    "audio-transcription": "transcription",
    # Kinds of other lists: the Hugging Face hub's tasks and what gateways call them.
    "text-generation": "chat",
    "chat-completion": "chat",
    "llm": "chat",
    "text-to-image": "image",
    "image-to-image": "image-edit",
    "image-editing": "image-edit",
    "text-to-video": "video",
    "image-to-video": "video",
    "text-to-speech": "speech",
    "speech-to-text": "transcription",
    "asr": "transcription",
    "automatic-speech-recognition": "transcription",
    "music-generation": "music",
    "text-to-music": "music",
    "text-to-3d": "model-3d",
    "image-to-3d": "model-3d",
    "embeddings": "embedding",
    "text-embedding": "embedding",
    "feature-extraction": "embedding",
    "reranker": "rerank",
    "reranking": "rerank",
    "text-ranking": "rerank",
    "text-classification": "classification",
    "object-detection": "detection",
    # Paths that gateways and litellm's supported_endpoints use beside ours.
    "/videos": "video",
}
# The kind of a model of which only is told what it gives back, the first that it does: all that models.dev says.
BY_OUTPUT = {"video": "video", "image": "image", "audio": "speech"}


def spelled(name: str) -> str:
    """A name in the form of the table; a path without its version: `/v1/audio/speech` is `/audio/speech`."""
    found = name.strip().lower()
    return "/" + found.strip("/").removeprefix("v1/") if found.startswith("/") else found.replace("_", "-").replace(" ", "-")


OWN_NAMES = {spelled(key): key for key in ENDPOINTS} | {spelled(m.BADGE): key for key, m in ENDPOINTS.items()} | BY_PATH
NAMES: dict[str, str] = OWN_NAMES | {name: OWN_NAMES[own] for name, own in OTHER_NAMES.items()}


def endpoint(name: str) -> str | None:
    """The key of the endpoint that a badge, mode, task or path means."""
    return NAMES.get(spelled(name))


def modality(name: str) -> str | None:
    """The modality that a badge, mode or task means; a dialect of chat is chat."""
    key = endpoint(name)
    return ENDPOINTS[key].MODALITY if key else None
