"""One entry of a gateway's list as a claim: the words of OpenAI, vLLM, Ollama, LiteLLM, OpenRouter, aigateway.sh and our own.

What is of another type than its name promises says nothing. A kind that is not stated is guessed by the name, else to be text:
what nobody can try helps nobody. The guess is no claim of the gateway, every source outranks it, and pages mark it.
"""

from collections.abc import Iterator
from typing import Any

from catalog.names import endpoint, modality
from catalog.sources import gateway_prices, litellm
from catalog.sources.checks import wrong_slug
from catalog.sources.kinds import kind_of, known_kind
from catalog.sources.makers import slug_of
from catalog.sources.rows import Refusal, Row, a_day, claim
from catalog.vocabulary import CAPABILITIES, KINDS, STATUSES

Entry = dict[str, Any]

LITELLM_CREATED = 1677610602  # LiteLLM's day of every model, all of which it says OpenAI owns
# Servers that name themselves as the owner, and serve what writes text unless its name says otherwise. So does LiteLLM,
# where a model has no mode.
TEXT_SERVERS = {"vllm", "library", "llamacpp", "sglang", "organization_owner", "lmstudio-community", "tgi"}
OPENAI = {"openai", "openai-internal", "system"}
NOT_OWNERS = TEXT_SERVERS | OPENAI | {"organization-owner", "litellm"}
KIND_FIELDS = ("modality", "mode", "type", "task", "badge")
SIZES = {
    "context_window": ("context_window", "context_length", "max_model_len", "max_context_length", "max_input_tokens"),
    "max_output": ("max_output", "max_output_tokens", "max_completion_tokens"),
    "dimensions": ("dimensions", "output_vector_size", "embedding_length"),
}
ABLE = {key: key for key in CAPABILITIES} | {
    "json": "json_mode", "response_format": "json_mode", "structured_outputs": "json_schema", "tool_calling": "tools",
    "function_calling": "tools", "thinking": "reasoning", "caching": "prompt_caching", "web_search_options": "web_search",
}  # fmt: skip
KINDS_IN = {"file": "pdf"} | {key: key for key in KINDS}
BY_NAME = "The gateway does not say what kind it is; its name does."
BY_SERVER = "The gateway does not say what kind it is; it serves text models, and the name speaks of no other kind."
BY_DEFAULT = "The gateway does not say what kind it is; most models of such a list write text."


class NoModel(Exception):
    """Why an entry is none."""


def id_of(entry: Any) -> Any:
    if isinstance(entry, dict):
        return entry.get("id") or entry.get("model") or entry.get("name")
    return entry


def row(entry: Any, raw: dict[str, Any], as_of: str, refusals: list[Refusal]) -> Row:
    name = id_of(entry)
    if not isinstance(name, str) or not name.strip() or len(name) > 200 or not name.isprintable():
        raise NoModel("it has no id that can be sent")
    if "*" in name:
        raise NoModel("a pattern of ids, not a model")
    said: Entry = merged(entry if isinstance(entry, dict) else {}, (raw.get("schemas") or {}).get(name))
    said["answers"] = raw.get("answers") or {}
    slug = public(name, said, raw)
    if wrong_slug(slug):
        raise NoModel("no slug can be made of its id")
    facts = read(name, said)
    kind = facts.get("modality") or guess(slug, entry if isinstance(entry, dict) else {})[0]
    prices = gateway_prices.prices(slug, name, kind, said, refusals)
    return Row(slug, (), claim("gateway", as_of, None, facts | sizes(kind, said), prices), name)


def guessed(row: Row, entry: Any, as_of: str) -> Row | None:
    """What kind a model may be of which the gateway does not say it: a claim of its own, which every source outranks."""
    kind, doubt = guess(row.slug, entry if isinstance(entry, dict) else {})
    if "modality" in row.claim["facts"] or not kind:
        return None
    return row._replace(claim=claim("guess", as_of, None, {"modality": kind}, doubts={"modality": doubt}))


def guess(slug: str, said: Entry) -> tuple[str | None, str]:
    if kind := known_kind(slug):
        return kind, BY_NAME
    text_server = text(said.get("owned_by"), 60) in TEXT_SERVERS or said.get("created") == LITELLM_CREATED
    if text_server:
        return "chat", BY_SERVER
    return (None, "") if any(field in said for field in KIND_FIELDS) else ("chat", BY_DEFAULT)


def merged(entry: Entry, schema: Any) -> Entry:
    """An entry with what stands in its parts, those of the entry itself first."""
    parts = (schema, entry.get("model_info"), entry.get("top_provider"), entry.get("architecture"), entry)
    return {key: value for part in parts if isinstance(part, dict) for key, value in part.items() if value is not None}


def public(name: str, said: Entry, raw: dict[str, Any]) -> str:
    """The slug: of the model behind the name where LiteLLM's own list has it, else of the id."""
    behind, by = said.get("key"), said.get("litellm_provider")
    if isinstance(behind, str) and isinstance(by, str) and said.get("mode"):
        return slug_of(behind if behind.startswith(f"{by}/") else f"{by}/{behind}", by)
    return slug_of(name, owner(said, raw))


def owner(said: Entry, raw: dict[str, Any]) -> str:
    """Who makes a model whose id does not say; the gateway's host where nobody does."""
    named = text(said.get("provider"), 60) or text(said.get("owned_by"), 60)
    if named in OPENAI and said.get("created") != LITELLM_CREATED:
        return "openai"
    if named and named not in NOT_OWNERS and not named.startswith("user-"):
        return named
    return text(raw.get("host"), 80) or "gateway"


def read(name: str, said: Entry) -> Entry:
    """The facts that it states, but for its limits."""
    kinds, keys = media(said), endpoints(said)
    stated = kind_stated(said) or (modality(keys[0]) if keys else None)
    if not stated and "output_kinds" in kinds:
        stated = kind_of(name, kinds.get("input_kinds", []), kinds["output_kinds"])
    facts = {"modality": stated, "listed_endpoints": keys, "capabilities": capabilities(said)}
    return {field: value for field, value in facts.items() if value} | words(name, said) | kinds | lifecycle(said)


def kind_stated(entry: Any) -> str | None:
    fields = KIND_FIELDS if isinstance(entry, dict) else ()
    words = [entry[field] for field in fields if isinstance(entry.get(field), str)]
    return next((kind for word in words if (kind := modality(word))), None)


def endpoints(said: Entry) -> list[str]:
    """The endpoints of ours that it names: as keys or paths, as the path that a schema tells, or by what it can do there."""
    named = [*texts(said.get("endpoints")), *texts(said.get("supported_endpoints")), *texts([said.get("endpoint")])]
    named += [said["answers"][one] for one in texts(said.get("capabilities")) if one in said["answers"]]
    return list(dict.fromkeys(key for one in named if (key := endpoint(one.partition(" ")[2] or one))))


def sizes(kind: str | None, said: Entry) -> Entry:
    """Limits in tokens. LiteLLM has the longest prompt, and fills in an output that is as long."""
    found = {ours: next((said[name] for name in names if whole(said.get(name))), None) for ours, names in SIZES.items()}
    if found["max_output"] == found["context_window"] or kind not in ("chat", "ocr", None):
        found["max_output"] = None
    if kind not in (*litellm.WINDOWED, "ocr", None):
        found["context_window"] = None
    return {field: number for field, number in found.items() if number}


def whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def words(name: str, said: Entry) -> Entry:
    """Its name and family, where they are more than the id again. Descriptions stay behind: pages have words of their own."""
    found = {"name": text(said.get("name") or said.get("display_name"), 200), "family": text(said.get("family"), 80)}
    return {field: value for field, value in found.items() if value and value != name}


def text(value: Any, most: int) -> str:
    return value.strip() if isinstance(value, str) and len(value) <= most and "\0" not in value else ""


def media(said: Entry) -> Entry:
    found = {}
    for field, names in (
        ("input_kinds", ("input_kinds", "input_modalities", "supported_modalities")),
        ("output_kinds", ("output_kinds", "output_modalities", "supported_output_modalities")),
    ):
        stated = next((one for name in names if (one := texts(said.get(name)))), [])
        if kinds := list(dict.fromkeys(KINDS_IN[one] for one in stated if one in KINDS_IN)):
            found[field] = kinds
    return found


def lifecycle(said: Entry) -> Entry:
    day, until = said.get("released"), said.get("retires_on") or said.get("deprecation_date") or said.get("expiration_date")
    found: Entry = {"released": day} if a_day(day) else {}
    found |= {"retires_on": until, "status": "retiring"} if a_day(until) else {}
    return found | ({"status": said["status"]} if text(said.get("status"), 10) in STATUSES else {})


def capabilities(said: Entry) -> dict[str, bool]:
    """A list says what a model can do and is silent on the rest; only a table of yes and no denies."""
    stated = said.get("capabilities")
    table = stated.items() if isinstance(stated, dict) else ()
    flags = {ABLE[one]: value for one, value in table if one in ABLE and isinstance(value, bool)}
    listed = [*texts(stated), *texts(said.get("supported_parameters")), *texts(said.get("supported_features"))]
    flags |= {ABLE[one]: True for one in listed if one in ABLE}
    return flags | {ours: said[flag] for flag, ours in litellm.CAPABILITIES.items() if isinstance(said.get(flag), bool)}


def texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def answers(vocabulary: Any) -> dict[str, str]:
    """The gateway's own vocabulary of abilities: the endpoint that each is asked of."""
    stated = vocabulary.get("data", vocabulary.get("capabilities")) if isinstance(vocabulary, dict) else vocabulary
    pairs = [[one.get("id"), one.get("endpoint")] for one in stated if isinstance(one, dict)] if isinstance(stated, list) else []
    return {pair[0]: pair[1] for pair in pairs if texts(pair) == pair}


def infos(answer: Any) -> dict[str, Entry]:
    """LiteLLM's `/model/info`: what it knows of the model behind each name, of the first where several share one."""
    found: dict[str, Entry] = {}
    for name, told in told_of(answer):
        found.setdefault(name, told)
    return found


def told_of(answer: Any) -> Iterator[tuple[str, Entry]]:
    stated = answer.get("data") if isinstance(answer, dict) else None
    for one in stated if isinstance(stated, list) else ():
        if isinstance(one, dict) and isinstance(one.get("model_name"), str) and isinstance(one.get("model_info"), dict):
            told = {key: value for key, value in one["model_info"].items() if key not in ("id", "name")}
            yield one["model_name"], told
