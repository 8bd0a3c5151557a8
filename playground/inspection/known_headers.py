"""What headers of a gateway's request and answer mean, in a plain sentence each. What is not listed is shown as it is."""

MEANINGS = {
    # which request this was
    "x-request-id": "The gateway's name for this request. Quote it when you report a problem.",
    "request-id": "The gateway's name for this request. Quote it when you report a problem.",
    "cf-ray": "Cloudflare's name for this request, with the city that answered.",
    "x-aig-tag": "A tag of yours, under which the gateway adds up what requests cost.",
    # what it cost
    "x-cost-cents": "What the gateway charges for this request, in US cents.",
    "x-cached-input-units": "Input tokens that were read from the provider's cache, at a lower price.",
    "x-auto-baseline-model": "The model that the automatic router compared with, and never spends more than.",
    "x-auto-baseline-cost-cents": "What this request would have cost with that model, in US cents.",
    "x-auto-route-fee-cents": "What the automatic router charges for choosing, in US cents.",
    "x-auto-savings-cents": "What choosing automatically saved on this request, in US cents.",
    # how fast it may go on
    "retry-after": "Seconds to wait, or the time to wait for, before another request.",
    "x-ratelimit-limit-requests": "Requests that are allowed in one period.",
    "x-ratelimit-limit-tokens": "Tokens that are allowed in one period.",
    "x-ratelimit-remaining-requests": "Requests that are left in this period.",
    "x-ratelimit-remaining-tokens": "Tokens that are left in this period.",
    "x-ratelimit-reset-requests": "When the count of requests begins anew.",
    "x-ratelimit-reset-tokens": "When the count of tokens begins anew.",
    "x-ratelimit-limit": "Requests that are allowed in one period.",
    "x-ratelimit-remaining": "Requests that are left in this period.",
    "x-ratelimit-reset": "When the count begins anew.",
    "ratelimit": "What is left of the allowance, and when it begins anew.",
    "ratelimit-policy": "How much is allowed in which period.",
    "ratelimit-limit": "Requests that are allowed in one period.",
    "ratelimit-remaining": "Requests that are left in this period.",
    "ratelimit-reset": "Seconds until the count begins anew.",
    # who answered
    "x-auto-routed": "Whether the gateway chose the model by itself.",
    "x-routing": "What the automatic router is to favour: cost, speed or quality.",
    "x-baseline-model": "The model that the automatic router may not spend more than.",
    "x-routing-selected": "The model that the gateway chose for this request.",
    "x-routing-reason": "Why it chose that model.",
    "x-routing-complexity": "How hard it took the request to be.",
    "x-routing-quality": "How good it holds the chosen model to be, from 0 to 1.",
    "openai-model": "The exact version of the model that answered.",
    "openai-organization": "The organisation that the key belongs to.",
    "openai-version": "The version of the API that answered.",
    "openai-processing-ms": "How long the provider worked on it, in milliseconds.",
    "anthropic-version": "The version of the API that was asked for.",
    "anthropic-organization-id": "The organisation that the key belongs to.",
    "x-processing-time": "How long the gateway worked on it.",
    "server-timing": "How long each step took at the gateway, in milliseconds.",
    "server": "The program that answered.",
    "via": "Proxies that the answer came through.",
    "x-served-by": "The machine that answered.",
    # caches
    "x-cache": "Whether the answer came from a cache.",
    "cf-cache-status": "Whether the answer came from Cloudflare's cache.",
    "age": "Seconds that the answer had been in a cache.",
    "cache-control": "How long the answer may be kept, and by whom.",
    "etag": "A mark of these exact contents, for asking whether they changed.",
    "vary": "Request headers that the answer depends on.",
    # the message itself
    "content-type": "What the body is.",
    "content-length": "Bytes of the body.",
    "content-encoding": "How the body is compressed.",
    "transfer-encoding": "The body came in pieces, its length not known before.",
    "accept": "Kinds of answer that are understood.",
    "accept-encoding": "Compressions that are understood. None is asked for, so that the bytes are as they were sent.",
    "authorization": "The key, masked here.",
    "x-api-key": "The key, masked here.",
    "set-cookie": "A cookie, masked here and not kept.",
    "user-agent": "The program that asked.",
    "host": "The host that was asked.",
    "connection": "Whether the connection is kept for the next request.",
    "date": "When the gateway answered, by its own clock.",
    "location": "Where to go on.",
    "deprecation": "Since when this way of calling is no longer meant to be used.",
    "sunset": "When this way of calling ends.",
    "strict-transport-security": "Browsers are to use HTTPS only.",
    "alt-svc": "Other protocols under which the host can be reached.",
    "x-sandbox-error": "The error that the sandbox was asked to answer with.",
    "x-modelry-sandbox": "The answer is the sandbox's: no model was called.",
    "x-modelry-sandbox-note": "Where the sandbox's file differs from what was asked for.",
    "x-modelry-sandbox-voice": "What spoke in the model's place.",
}
# Names that end in what they count: providers write their own words before it.
PREFIXES = {
    "anthropic-ratelimit-": "A limit of the provider: what is allowed, what is left, or when it begins anew.",
    "x-ratelimit-": "A limit of the gateway: what is allowed, what is left, or when it begins anew.",
    "access-control-": "Which pages of other sites may read the answer.",
}


def meaning(name: str) -> str:
    """A sentence, or blank for a header that is not known."""
    known = name.lower()
    return MEANINGS.get(known) or next((words for start, words in PREFIXES.items() if known.startswith(start)), "")
