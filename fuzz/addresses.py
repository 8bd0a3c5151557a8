"""Addresses of pages with anything in them: as a path, and as a query."""

import random
from urllib.parse import quote, urlencode

from fuzz.asked import Asked
from fuzz.texts import hostile

PATHS = (
    "/", "/models", "/models/{}", "/models/{}.json", "/models/{}/changes", "/models/{}/proofs", "/providers/{}",
    "/collections/{}",
    "/compare", "/compare.json", "/calculator", "/calculator.json", "/rankings", "/changes", "/changes.json", "/palette.json",
    "/playground", "/playground/models", "/playground/runs", "/playground/runs.json", "/playground/presets",
    "/playground/presets/{}.json", "/playground/difference", "/playground/shares", "/playground/groups/{}", "/playground/runs/{}",
    "/r/{}", "/r/{}.json", "/samples/{}", "/sandbox/v1/models/{}", "/sandbox/v1/jobs/{}", "/sandbox/v1/files/jobs/{}/{}",
    "/sandbox/v1/files/jobs/{}/{}/signed", "/sandbox/v1/files/jobs/{}/{}/public", "/accounts/login/", "/admin/login/", "/docs",
    "/reference", "/{}", "/static/{}", "/api/v1/models/{}/schema", "/readyz", "/admin/catalog/model/{}/change/",
)  # fmt: skip
NAMES = (
    "q", "sort", "page", "provider", "modality", "capability", "endpoint", "context_min", "input_max", "released", "prices",
    "served",
    "models", "model", "run", "group", "share", "preset", "prompt", "system", "choice", "upto", "a", "b", "with", "view", "x",
    "y",
    "input_tokens", "output_tokens", "requests", "size", "service", "since", "until", "day", "source", "kind", "rows", "cursor",
    "next", "expires_in", "expires", "signature", "state", "var.city", "columns", "status", "before", "after", "field", "limit",
)  # fmt: skip
VALUES = (
    "1", "0", "-1", "999999999999999999999", "1e400", "nan", "inf", "2026-02-30", "0000-00-00", "9999-12-31T25:00", "all",
    "openai",
    "openai/gpt-4o", "openai/gpt-4o,anthropic/claude-sonnet-4.5", "chat", "00000000-0000-0000-0000-000000000000", "200K", "-",
    "\0", "²", "%", "a" * 5000, ",".join(["x"] * 500), "../../etc/passwd", "..%2f..%2f", "-name", "name", ".", "..", "",
)  # fmt: skip


def asked(draw: random.Random) -> Asked:
    """A GET that no page links to."""
    path = draw.choice(PATHS)
    while "{}" in path:
        path = path.replace("{}", quote(value(draw), safe=draw.choice(("", "/")), errors="surrogatepass") or "-", 1)
    pairs = [(draw.choice(NAMES), value(draw)) for _ in range(draw.randint(0, 4))]
    query = urlencode(pairs, errors="surrogatepass")
    return Asked(draw.choice(("GET", "GET", "GET", "HEAD")), f"{path}?{query}" if query else path)


def value(draw: random.Random) -> str:
    return draw.choice(VALUES) if draw.random() < 0.5 else hostile(draw)
