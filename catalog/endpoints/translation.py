"""Translation: `POST /translations`. The sandbox translates nothing: it gives the text back with the language's name."""

from typing import Any

from catalog.endpoints.answers import Refused
from catalog.endpoints.parameters import Parameter

MODALITY = "translation"
LABEL = "Translation"
BADGE = "translation"
PATH = "/translations"
SUMMARY = "A text and a target language in, the translated text out."
METERS = ("characters", "input_tokens", "output_tokens", "requests")
RESPONSE_TYPE = "application/json"

LANGUAGES = {
    "ar": "Arabic", "bn": "Bengali", "de": "German", "en": "English", "es": "Spanish", "fr": "French", "hi": "Hindi",
    "it": "Italian", "ja": "Japanese", "ko": "Korean", "nl": "Dutch", "pl": "Polish", "pt": "Portuguese", "ru": "Russian",
    "sw": "Swahili", "ta": "Tamil", "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
MAX_CHARACTERS = 20_000
PARAMETERS = (
    Parameter("text", "text", "Text to translate", "", required=True, max_length=MAX_CHARACTERS),
    Parameter("source_lang", "string", "From", "A language code such as en. Blank: found out by the model.", max_length=20),
    Parameter("target_lang", "string", "To", "A language code such as fr.", required=True, max_length=20),
)
EXAMPLE = {"text": "The train leaves from platform 7.", "source_lang": "en", "target_lang": "fr"}


def reply(body: dict[str, Any]) -> dict[str, Any]:
    text, target = body.get("text"), body.get("target_lang")
    if not isinstance(text, str) or not text.strip():
        raise Refused("text must be a text with at least one character.", "text")
    if len(text) > MAX_CHARACTERS:
        raise Refused(f"text has {len(text):,} characters; at most {MAX_CHARACTERS:,} are translated.", "text")
    if not isinstance(target, str) or not target.strip():
        raise Refused("target_lang must be a language code such as fr.", "target_lang")
    return {"model": body.get("model"), "text": f"[{LANGUAGES.get(target.lower()[:2], target)}, by the sandbox] {text}"}


def output(response: dict[str, Any]) -> str | None:
    text = response.get("text")
    return text if isinstance(text, str) else None


def usage(request: dict[str, Any] | None, response: dict[str, Any] | None) -> dict[str, int]:
    text = (request or {}).get("text")
    return {"characters": len(text)} if isinstance(text, str) else {}
