"""Claims of models.dev (MIT): names, families, dates, limits and kinds of input and output, and the makers' own prices.

A maker's own provider entry is believed alone. Models that their makers do not serve are described by what their hosts
agree on, without prices: a host's price is not the maker's.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from catalog.sources.kinds import kind_of
from catalog.sources.rows import Refusal, Row, a_day, claim, one_per_model, price, slugged, web

# The maker's own entry -> our provider slug. With a prefix, only the ids under it are the maker's.
OWN = {
    "alibaba": ("qwen", ""),
    "anthropic": ("anthropic", ""),
    "bailing": ("inclusionai", ""),
    "cohere": ("cohere", ""),
    "deepseek": ("deepseek", ""),
    "google": ("google", ""),
    "inception": ("inception", ""),
    "minimax": ("minimax", ""),
    "mistral": ("mistral", ""),
    "moonshotai": ("moonshot", ""),
    "morph": ("morph", "morph-"),
    "nova": ("amazon", ""),
    "nvidia": ("nvidia", "nvidia/"),
    "openai": ("openai", ""),
    "perplexity": ("perplexity", ""),
    "poolside": ("poolside", "poolside/"),
    "sakana": ("sakana", ""),
    "sarvam": ("sarvam", ""),
    "stepfun": ("stepfun", ""),
    "tencent-coding-plan": ("tencent", "hunyuan"),
    "tencent-tokenhub": ("tencent", "hy3"),
    "upstage": ("upstage", ""),
    "v0": ("vercel", ""),
    "xai": ("xai", ""),
    "xiaomi": ("xiaomi", ""),
    "xiaomi-token-plan-sgp": ("xiaomi", "mimo-v2.5-tts"),
    "zai": ("zai", ""),
}
# Hosts whose ids read maker/model, after a prefix; the most careful with names first.
HOSTS = {
    "openrouter": "", "vercel": "", "kilo": "", "huggingface": "", "poe": "", "nvidia": "", "nano-gpt": "",
    "novita-ai": "", "siliconflow": "", "togetherai": "", "deepinfra": "", "fastrouter": "", "evroc": "", "stackit": "",
    "nearai": "", "groq": "", "cloudflare-workers-ai": "@cf/", "cloudflare-ai-gateway": "workers-ai/@cf/",
    "digitalocean": "", "llmgateway": "",
}  # fmt: skip
# The maker's name in those ids, where it is not our provider slug.
MAKERS = {
    "alibaba": "qwen", "bfl": "black-forest-labs", "bytedance-seed": "bytedance", "deepseek-ai": "deepseek",
    "essentialai": "essential-ai", "ideogramai": "ideogram", "klingai": "kling", "lumalabs": "luma", "meta-llama": "meta",
    "minimaxai": "minimax", "mistralai": "mistral", "moonshotai": "moonshot", "paddlepaddle": "baidu", "rekaai": "reka",
    "sarvamai": "sarvam", "stabilityai": "stability-ai", "stepfun-ai": "stepfun", "thudm": "zai", "x-ai": "xai",
    "xiaomimimo": "xiaomi", "z-ai": "zai", "zai-org": "zai",
}  # fmt: skip
# What some vendors fill in alike for all models says nothing of one model.
SAME_LAUNCH = ("cloudflare-ai-gateway",)  # dates, limits and media
SAME_LIMITS = {"nvidia": {(128000, 4096), (128000, 8192)}}
GUESSED = ("vercel",)  # families off the name; text as the only input
UNANIMOUS = ("context_window", "max_output")  # hosts cut these to their hardware: two must agree and none dissent
PLURAL = ("released", "family", "open_weights", "knowledge_cutoff", "input_kinds", "output_kinds")

TOKEN_METERS = {
    "input": "input_tokens",
    "output": "output_tokens",
    "cache_read": "cache_read_tokens",
    "cache_write": "cache_write_tokens",
    "reasoning": "reasoning_tokens",
    "input_audio": "audio_input_tokens",
    "output_audio": "audio_output_tokens",
}
# Which of these numbers bill a kind. Other kinds are billed by the picture, second or character, which it cannot say.
PRICED = {
    "chat": set(TOKEN_METERS),
    "embedding": {"input"},
    "ocr": {"input", "output"},
    "translation": {"input", "output"},
}
FREE = {"zai/glm-4.5-flash", "zai/glm-4.7-flash"}  # zero is their price; elsewhere it stands for a plan or a trial
CEILING = 1000
MEDIA = ("text", "image", "audio", "video", "pdf")
TAKEN = {"vision": "image", "audio_in": "audio", "pdf": "pdf"}
CAPABILITIES = {"tool_call": "tools", "structured_output": "json_schema", "reasoning": "reasoning"}
STATUSES = {"deprecated": "retiring", "beta": "preview", "alpha": "preview"}
SCORED = ("embedding", "rerank", "moderation", "classification")  # their vectors and scores are called text there
WINDOWED = ("chat", "embedding", "rerank", "moderation", "ocr")


def translate(raw: dict[str, Any], as_of: str) -> tuple[list[Row], list[Refusal]]:
    """The makers' own entries, and what of them was left out. `raw` holds Decimals, never floats."""
    refusals: list[Refusal] = []
    return one_per_model([row(raw, vendor, entry, as_of, refusals) for vendor, entry in _own(raw)]), refusals


def hosted(raw: dict[str, Any], as_of: str) -> list[Row]:
    """What hosts agree on, of every model that its maker's own entry does not have. Each host votes once."""
    own = {row(raw, vendor, entry, as_of, []).slug for vendor, entry in _own(raw)}
    votes: dict[str, list[dict[str, Any]]] = defaultdict(list)
    docs: dict[str, str | None] = {}
    for host, slug, entry in _hosts(raw):
        if slug not in own:
            docs.setdefault(slug, web(raw[host].get("doc")))
            votes[slug].append(_facts(host, slug, entry))
    return [Row(slug, (), claim("models.dev", as_of, docs[slug], agreed(facts))) for slug, facts in votes.items()]


def _own(raw: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for vendor, (_, prefix) in OWN.items():
        for entry in raw.get(vendor, {"models": {}})["models"].values():
            if entry["id"].startswith(prefix):
                yield vendor, entry


def _hosts(raw: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for host, prefix in HOSTS.items():
        for entry in raw.get(host, {"models": {}})["models"].values():
            maker, _, name = entry["id"].removeprefix(prefix).lower().partition("/")
            if entry["id"].startswith(prefix) and name and ":" not in name:
                yield host, slugged(MAKERS.get(maker, maker), name), entry


def row(raw: dict[str, Any], vendor: str, entry: dict[str, Any], as_of: str, refusals: list[Refusal]) -> Row:
    provider, prefix = OWN[vendor]
    upstream = entry["id"].removeprefix(prefix) if prefix.endswith("/") else entry["id"]
    slug = slugged(provider, upstream)
    facts = _facts(vendor, slug, entry)
    prices = _prices(slug, facts["modality"], entry, refusals)
    alias = f"{provider}/{upstream}"
    made = claim("models.dev", as_of, web(raw[vendor].get("doc")), facts, prices)
    return Row(slug, () if alias == slug else (alias,), made)


def _facts(vendor: str, slug: str, entry: dict[str, Any]) -> dict[str, Any]:
    media = {way: [one for one in MEDIA if one in entry["modalities"][way]] for way in ("input", "output")}
    kind = kind_of(slug, media["input"], media["output"])
    facts: dict[str, Any] = {"name": _name(entry["name"]), "modality": kind, "open_weights": entry["open_weights"]}
    facts |= _dates(vendor, entry) | _limits(vendor, kind, entry) | _media(vendor, kind, media)
    if entry.get("family") and vendor not in GUESSED:
        facts["family"] = entry["family"]
    if kind == "chat":
        facts["capabilities"] = _capabilities(media, entry)
    return facts | _status(slug, entry) | _parameters(kind, entry)


def _name(text: str) -> str:
    """Without the vendor's decoration: "Meta: Llama 4 (free)" and "meta/Llama 4" are Llama 4."""
    return (text.partition(": ")[2] or text.rpartition("/")[2]).removesuffix(" (free)").removesuffix(" (latest)").strip()


def _dates(vendor: str, entry: dict[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    day, cutoff = entry["release_date"], entry.get("knowledge", "")
    if a_day(day) and not day.endswith("-01-01") and vendor not in SAME_LAUNCH:  # New Year's Day stands for the year
        facts["released"] = day
    if len(cutoff) == 7 or a_day(cutoff):
        facts["knowledge_cutoff"] = cutoff
    return facts


def _limits(vendor: str, kind: str, entry: dict[str, Any]) -> dict[str, Any]:
    window, output = entry["limit"].get("context"), entry["limit"].get("output")
    if vendor in SAME_LAUNCH or (window, output) in SAME_LIMITS.get(vendor, ()):
        return {}
    facts = {"context_window": window} if window and kind in WINDOWED else {}
    return facts | ({"max_output": output} if output and kind in ("chat", "ocr") else {})


def _media(vendor: str, kind: str, media: dict[str, list[str]]) -> dict[str, list[str]]:
    if vendor in SAME_LAUNCH:
        return {}
    taken = [] if vendor in GUESSED and kind != "chat" else media["input"]
    given = [] if kind in SCORED else [one for one in media["output"] if one != "pdf"]
    return {field: found for field, found in (("input_kinds", taken), ("output_kinds", given)) if found}


def _capabilities(media: dict[str, list[str]], entry: dict[str, Any]) -> dict[str, bool]:
    made = {ours: entry[field] for field, ours in CAPABILITIES.items() if field in entry}
    made |= {capability: True for capability, medium in TAKEN.items() if medium in media["input"]}
    return made | ({"audio_out": True} if "audio" in media["output"] else {})


def _status(slug: str, entry: dict[str, Any]) -> dict[str, str]:
    if status := STATUSES.get(entry.get("status", "")):
        return {"status": status}
    return {"status": "preview"} if "-preview" in slug else {}


def _parameters(kind: str, entry: dict[str, Any]) -> dict[str, Any]:
    """Some reasoning models take no temperature; a plain model of which it is said is another kind of model."""
    refused = kind == "chat" and entry["reasoning"] and entry.get("temperature") is False
    return {"parameters": {"reject": ["temperature", "top_p"]}} if refused else {}


def _prices(slug: str, kind: str, entry: dict[str, Any], refusals: list[Refusal]) -> list[dict[str, str]]:
    cost = entry.get("cost") or {}
    lists = [("", cost)] + [(f"prompt>{tier['tier']['size']}", tier) for tier in cost.get("tiers", ())]
    found = []
    for condition, listed in lists:
        for field in [one for one in listed if one not in ("tiers", "tier")]:
            amount = Decimal(listed[field])
            if reason := objection(slug, kind, field, amount):
                refusals.append(Refusal(slug, f"cost.{field}", f"{amount.normalize():f}: {reason}"))
            else:
                found.append(price(TOKEN_METERS[field], amount, condition))
    return found


def objection(slug: str, kind: str, field: str, amount: Decimal) -> str | None:
    """Why a price cannot be taken, if so."""
    if field not in PRICED.get(kind, ()):
        return f"{kind} is not billed by this number"
    if amount < 0:
        return "a negative number means unknown"
    if not amount and slug not in FREE:
        return "a zero, not known to be free"
    return "too high to be true" if amount > CEILING else None


def agreed(votes: list[dict[str, Any]]) -> dict[str, Any]:
    """The facts of a model out of what its hosts say: the first host's name for it, and else what most of them say."""
    made: dict[str, Any] = {"name": votes[0]["name"], "modality": votes[0]["modality"]}
    for field in (*PLURAL, *UNANIMOUS):
        said = Counter(repr(vote[field]) for vote in votes if field in vote).most_common(2)
        tied = len(said) == 2 and said[0][1] == said[1][1]
        doubtful = field in UNANIMOUS and said and (len(said) == 2 or said[0][1] < 2)
        if said and not tied and not doubtful:
            made[field] = next(vote[field] for vote in votes if repr(vote.get(field)) == said[0][0])
    if not made.get("open_weights"):
        made.pop("open_weights", None)  # many hosts leave it at false
    shared = _shared([vote.get("capabilities", {}) for vote in votes])
    taken = made.get("input_kinds", MEDIA)  # one host's picture is not what most of them say
    shared = {capability: True for capability in shared if capability not in TAKEN or TAKEN[capability] in taken}
    return made | ({"capabilities": shared} if shared else {})


def _shared(stated: list[dict[str, bool]]) -> dict[str, bool]:
    """What no host denies. A denial, or reading PDF files, is the host's doing and says nothing of the model."""
    keys = sorted({key for one in stated for key in one} - {"pdf"})
    return {key: True for key in keys if all(one.get(key, True) for one in stated)}
