"""A request as code: curl, Python and TypeScript, drawn from the call and the registry's note on the SDKs.

Shell and TypeScript read the key from the environment; Python shows the placeholder, as gateways' own pages do.
"""

import json
import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from catalog.endpoints import ENDPOINTS

WIDTH = 88
INSTALL = {
    # What a gateway's own package adds, by host; elsewhere the official SDK is all there is to install.
    "api.aigateway.sh": (
        "# pip install aigateway-py openai",
        "# aigateway-py adds sub-accounts, evals, replays, jobs, webhook verify.",
        "# openai SDK covers chat — drop-in per our SDK's own guidance.",
    )
}
# Fields of a body that the Python SDK has no argument for go in `extra_body`.
CHAT_FIELDS = frozenset(
    "model messages temperature top_p max_tokens max_completion_tokens stop seed presence_penalty frequency_penalty stream "
    "stream_options response_format tools tool_choice n logprobs top_logprobs reasoning_effort parallel_tool_calls user".split()
)
SPEECH_FIELDS = frozenset("model input voice response_format speed instructions".split())
FIELDS = {"chat": CHAT_FIELDS, "speech": SPEECH_FIELDS}


def snippets(key: str, body: dict[str, Any]) -> dict[str, str]:
    """`{"curl", "python", "typescript"}` for `body` sent to the endpoint `key` of the public gateway address."""
    return {"curl": curl(key, body), "python": python(key, body), "typescript": typescript(key, body)}


def base_url() -> str:
    return settings.PUBLIC_GATEWAY_URL


def curl(key: str, body: dict[str, Any]) -> str:
    module = ENDPOINTS[key]
    data = json.dumps(body, indent=2, ensure_ascii=False).replace("'", "'\\''").replace("\n", "\n  ")
    lines = [
        f"curl {'-N ' if body.get('stream') else ''}{base_url()}{module.PATH}",
        f'  -H "Authorization: Bearer ${settings.KEY_VARIABLE}"',
        '  -H "Content-Type: application/json"',
        f"  -d '{data}'",
    ]
    if file := file_name(key, body):
        lines.append(f"  --output {file}")
    return " \\\n".join(lines)


def file_name(key: str, body: dict[str, Any]) -> str:
    """Where a binary answer goes: `speech.wav`. Blank where the answer is JSON."""
    stem = ENDPOINTS[key].SDK.get("file")
    return f"{stem}.{re.sub(r'[^a-z0-9]', '', str(body.get('response_format', 'mp3')).lower())}" if stem else ""


def python(key: str, body: dict[str, Any]) -> str:
    lines = [*install(), "from openai import OpenAI", "", "client = OpenAI("]
    lines += [f'    base_url="{base_url()}",', f'    api_key="{settings.KEY_PLACEHOLDER}",', ")", ""]
    method = f"client.{ENDPOINTS[key].SDK['method']}"
    arguments = "".join(f"    {name}={value},\n" for name, value in python_arguments(key, body))
    if file := file_name(key, body):
        call = f"with {method}.with_streaming_response.create(\n{arguments}) as r:\n"
        return "\n".join(lines) + f'\n{call}    r.stream_to_file("{file}")'
    if body.get("stream"):
        loop = 'for chunk in stream:\n    if chunk.choices:\n        print(chunk.choices[0].delta.content or "", end="")'
        return "\n".join(lines) + f"\nstream = {method}(\n{arguments})\n{loop}"
    return "\n".join(lines) + f"\nr = {method}(\n{arguments})\n{ENDPOINTS[key].SDK['python']}"


def install() -> tuple[str, ...]:
    return INSTALL.get(urlsplit(base_url()).hostname or "", ("# pip install openai",))


def python_arguments(key: str, body: dict[str, Any]) -> list[tuple[str, str]]:
    known = {name: value for name, value in body.items() if name in FIELDS[key]}
    extra = {name: value for name, value in body.items() if name not in FIELDS[key]}
    found = [(name, literal(value, PYTHON, 4)) for name, value in known.items()]
    return found + ([("extra_body", literal(extra, PYTHON, 4))] if extra else [])


PYTHON = {"true": "True", "false": "False", "null": "None"}
TYPESCRIPT = {"true": "true", "false": "false", "null": "null"}


def literal(value: Any, words: dict[str, str], indent: int = 0) -> str:
    """`value` in a language's own words, on one line where it fits, else one item a line."""
    if isinstance(value, dict | list) and value:
        flat = wrap(value, [item(pair, words, 0) for pair in entries(value)], " " if words is TYPESCRIPT else "", ", ")
        if len(flat) + indent <= WIDTH and "\n" not in flat:
            return flat
        pad = " " * (indent + (4 if words is PYTHON else 2))
        lines = [f"{pad}{item(pair, words, len(pad))}" for pair in entries(value)]
        return wrap(value, lines, "\n", ",\n", ",\n" + " " * indent)
    text = json.dumps(value, ensure_ascii=False)
    return words.get(text, text)


def entries(value: dict | list) -> list[tuple[str | None, Any]]:
    return list(value.items()) if isinstance(value, dict) else [(None, entry) for entry in value]


def item(pair: tuple[str | None, Any], words: dict[str, str], indent: int) -> str:
    name, value = pair
    if name is None:
        return literal(value, words, indent)
    bare = words is TYPESCRIPT and re.fullmatch(r"[A-Za-z_]\w*", name)
    return f"{name if bare else json.dumps(name)}: {literal(value, words, indent)}"


def wrap(value: dict | list, lines: list[str], opening: str, between: str, closing: str | None = None) -> str:
    first, last = "{}" if isinstance(value, dict) else "[]"
    inside = opening if isinstance(value, dict) or "\n" in opening else ""
    return f"{first}{inside}{between.join(lines)}{inside if closing is None else closing}{last}"


def typescript(key: str, body: dict[str, Any]) -> str:
    file = file_name(key, body)
    lines = ["// npm install openai", 'import OpenAI from "openai";']
    lines += ['import { writeFile } from "node:fs/promises";'] if file else []
    lines += ["", "const client = new OpenAI({", f'  baseURL: "{base_url()}",']
    lines += [f"  apiKey: process.env.{settings.KEY_VARIABLE},", "});", ""]
    arguments = "".join(f"  {item(pair, TYPESCRIPT, 2)},\n" for pair in body.items())
    sdk = ENDPOINTS[key].SDK
    call = f"await client.{sdk['method']}{'.create' if file else ''}({{\n{arguments}}});"
    if file:
        return "\n".join([*lines, f"const r = {call}", f'await writeFile("{file}", Buffer.from(await r.arrayBuffer()));'])
    if body.get("stream"):
        loop = 'for await (const chunk of stream) {\n  process.stdout.write(chunk.choices[0]?.delta?.content ?? "");\n}'
        return "\n".join([*lines, f"const stream = {call}", loop])
    return "\n".join([*lines, f"const r = {call}", sdk["typescript"]])
