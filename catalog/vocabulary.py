"""The closed lists of words that facts are made of, with the labels that people read; how slugs are written."""

# How slugs are written.
SEGMENT = r"[A-Za-z0-9._:~@+-]+"
SLUG = rf"{SEGMENT}(/{SEGMENT})+"

MODALITIES = {
    "chat": "Text",
    "image": "Image",
    "image_edit": "Image edit",
    "video": "Video",
    "speech": "Speech",
    "transcription": "Transcription",
    "music": "Music",
    "model_3d": "3D",
    "embedding": "Embedding",
    "rerank": "Rerank",
    "moderation": "Moderation",
    "translation": "Translation",
    "classification": "Classification",
    "detection": "Detection",
    "ocr": "OCR",
}

CAPABILITIES = {
    "vision": "Vision",
    "tools": "Tools",
    "json_mode": "JSON mode",
    "json_schema": "JSON schema",
    "reasoning": "Reasoning",
    "streaming": "Streaming",
    "prompt_caching": "Prompt caching",
    "audio_in": "Audio in",
    "audio_out": "Audio out",
    "pdf": "PDF",
    "web_search": "Web search",
    "seed": "Seed",
    "batch": "Batch",
    "fine_tuning": "Fine-tuning",
}

# What goes in and comes out. A vector is an embedding; a mesh is a 3D model; scores are numbers per item or label.
KINDS = {
    "text": "Text",
    "image": "Image",
    "audio": "Audio",
    "video": "Video",
    "pdf": "PDF",
    "vector": "Vector",
    "mesh": "3D mesh",
    "scores": "Scores",
}

STATUSES = {"preview": "Preview", "active": "Active", "retiring": "Retiring", "retired": "Retired"}

SERVED = {None: "Unknown", True: "On this gateway", False: "Not on this gateway"}

PIN = "pin"  # a person's edit is its claim

# Where facts come from, the most trusted first unless the operator orders them otherwise.
SOURCES = {
    PIN: "edited here",
    "gateway": "this gateway",
    "lab": "the lab's own listing",
    "litellm": "LiteLLM price map",
    "models.dev": "models.dev",
    "openrouter": "OpenRouter",
    "aigateway.sh": "aigateway.sh",
    "modelry": "Modelry",
    "bundle": "bundled catalog",
    "guess": "a guess",
}

IMPORT_STATES = {
    "planned": "Waits to be applied",
    "running": "Under way",
    "done": "Applied",
    "stopped": "Stopped, nothing applied",
    "failed": "Failed, nothing applied",
}

# What went wrong, by where its cause lies.
FAILURES = {
    "gateway": "The gateway",
    "limit": "A limit of this site",
    "site": "This site itself",
    "sync": "A reading of a source",
    "sign_in": "Sign-ins",
}

# Where the runs of a usage row went. Rows from before this was noted may be of either.
USED_ON = {"gateway": "The gateway", "sandbox": "The built-in sandbox", "either": "Not told apart"}


def lower_first(text: str) -> str:
    """A label inside a line: `Audio in` as `audio in`, but `3D` and `JSON schema` as they are."""
    return text if text.split()[0].isupper() else text[:1].lower() + text[1:]
