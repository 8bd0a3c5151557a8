"""A request as code: curl, Python and TypeScript, drawn from the body and the registry's note on the SDKs.

Shell and TypeScript read the key from the environment; Python shows the placeholder, as gateways' own pages do. An
endpoint whose module has no `SDK` is called with httpx and fetch, and asked for its job where it answers one. In the body
of a multipart form a file is `@name`, the way curl writes it.
"""

import json
import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from catalog.endpoints import ENDPOINTS, headers, jobs
from catalog.endpoints.parameters import FILES

WIDTH = 88
POLL_EVERY = 2  # seconds
INSTALL = {
    # What a gateway's own package adds, by host; elsewhere the official SDK is all there is to install.
    "api.aigateway.sh": (
        "# pip install aigateway-py openai",
        "# aigateway-py adds sub-accounts, evals, replays, jobs, webhook verify.",
        "# openai SDK covers chat — drop-in per our SDK's own guidance.",
    )
}
Body = dict[str, Any]


def snippets(key: str, body: Body) -> dict[str, str]:
    """`{"curl", "python", "typescript"}` for `body` sent to the endpoint `key` of the public gateway address."""
    module = ENDPOINTS[key]
    if hasattr(module, "JOB"):
        return {"curl": curl(key, body), "python": httpx_job(key, body), "typescript": fetch_job(key, body)}
    if not hasattr(module, "SDK"):
        return {"curl": curl(key, body), "python": httpx(key, body), "typescript": fetch(key, body)}
    values = typed(key, body) if is_multipart(key) else body
    return {"curl": curl(key, body), "python": python(key, values), "typescript": typescript(key, values)}


def base_url() -> str:
    return settings.PUBLIC_GATEWAY_URL


def url(key: str) -> str:
    return base_url() + ENDPOINTS[key].PATH


def is_multipart(key: str) -> bool:
    return hasattr(ENDPOINTS[key], "REQUEST_TYPE")


def uploaded(key: str, name: str, value: Any) -> str:
    """The name of the file that a field of the body stands for, or blank for a field that is no file."""
    fields = {parameter.name for parameter in ENDPOINTS[key].PARAMETERS if parameter.kind in FILES}
    return value[1:] if name in fields and isinstance(value, str) and value.startswith("@") else ""


def typed(key: str, body: Body) -> Body:
    """The texts of a multipart form as the SDKs take them: numbers are numbers."""
    kinds = {parameter.name: parameter.kind for parameter in ENDPOINTS[key].PARAMETERS}
    return {name: as_number(value) if kinds.get(name) in ("number", "integer") else value for name, value in body.items()}


def as_number(value: Any) -> Any:
    found = re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?", value) if isinstance(value, str) else None
    return json.loads(value) if found else value


# curl


def curl(key: str, body: Body) -> str:
    lines = [f"curl {'-N ' if body.get('stream') else ''}{url(key)}", f'  -H "Authorization: Bearer ${settings.KEY_VARIABLE}"']
    if is_multipart(key):
        lines += [f"  {form_field(name, value, uploaded(key, name, value))}" for name, value in body.items()]
    else:
        data = visible(json.dumps(body, indent=2, ensure_ascii=False)).replace("\n", "\n  ")
        lines += ['  -H "Content-Type: application/json"', *(f'  -H "{name}: {value}"' for name, value in headers(key))]
        lines += [f"  -d {quoted(data)}"]
    if file := file_name(key, body):
        lines.append(f"  --output {file}")
    return " \\\n".join(lines) + (how_to_poll() if hasattr(ENDPOINTS[key], "JOB") else "")


def form_field(name: str, value: Any, file: str) -> str:
    """A field as an option of curl. What -F would read as more than a text goes as --form-string."""
    if file:
        plain = re.fullmatch(r"[\w.-]+", file)
        path = file if plain else '"' + file.replace("\\", "\\\\").replace('"', '\\"') + '"'
        return f"-F {quoted(f'{name}=@{path}')}"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    option = "-F" if re.fullmatch(r"[A-Za-z0-9][^\";]*", text) else "--form-string"
    return f"{option} {quoted(f'{name}={text}')}"


def how_to_poll() -> str:
    poll = f'curl {base_url()}/jobs/JOB_ID -H "Authorization: Bearer ${settings.KEY_VARIABLE}"'
    return f"\n# The answer is a job. Ask for it by its id until it is done:\n# {poll}"


def quoted(text: str) -> str:
    """`text` as one word of a shell."""
    return "'" + text.replace("'", "'\\''") + "'"


def file_name(key: str, body: Body) -> str:
    """Where a binary answer goes: `speech.wav`. Blank where the answer is text."""
    stem = getattr(ENDPOINTS[key], "SDK", {}).get("file")
    return f"{stem}.{re.sub(r'[^a-z0-9]', '', str(body.get('response_format', 'mp3')).lower())}" if stem else ""


# Python


def python(key: str, body: Body) -> str:
    sdk = ENDPOINTS[key].SDK
    lines = [*install(), "from openai import OpenAI", "", "client = OpenAI(", f"    base_url={literal(base_url(), PYTHON)},"]
    lines += [f"    api_key={literal(settings.KEY_PLACEHOLDER, PYTHON)},", ")", ""]
    method = f"client.{sdk['method']}"
    arguments = "".join(f"    {name}={value},\n" for name, value in python_arguments(key, body))
    if file := file_name(key, body):
        call = f"with {method}.with_streaming_response.create(\n{arguments}) as r:\n"
        return "\n".join(lines) + f'\n{call}    r.stream_to_file("{file}")'
    if body.get("stream"):
        return "\n".join(lines) + f"\nstream = {method}(\n{arguments})\n{sdk['python_stream']}"
    return "\n".join(lines) + f"\nr = {method}(\n{arguments})\n{'print(r)' if is_plain(sdk, body) else sdk['python']}"


def install() -> tuple[str, ...]:
    return INSTALL.get(urlsplit(base_url()).hostname or "", ("# pip install openai",))


def is_plain(sdk: Body, body: Body) -> bool:
    """Whether the SDKs give the answer as bare text."""
    return body.get("response_format") in sdk.get("plain", ())


def python_arguments(key: str, body: Body) -> list[tuple[str, str]]:
    """Names and values; what the SDK has no argument for goes in `extra_body`."""
    known = ENDPOINTS[key].SDK["fields"]
    extra = {name: value for name, value in body.items() if name not in known}
    found = [(name, python_value(value, uploaded(key, name, value))) for name, value in body.items() if name in known]
    return found + ([("extra_body", literal(extra, PYTHON, 4))] if extra else [])


def python_value(value: Any, file: str) -> str:
    return f'open({literal(file, PYTHON)}, "rb")' if file else literal(value, PYTHON, 4)


def httpx(key: str, body: Body) -> str:
    sent = {"Authorization": f"Bearer {settings.KEY_PLACEHOLDER}"} | dict(headers(key))
    arguments = [f"    {literal(url(key), PYTHON)},", f"    headers={literal(sent, PYTHON, 4)},"]
    arguments += [f"    json={literal(body, PYTHON, 4)},", "    timeout=60,"]
    lines = ["# pip install httpx", "import httpx", ""]
    if body.get("stream"):
        shown = ["    r.raise_for_status()", "    for line in r.iter_lines():", "        print(line)"]
        return "\n".join([*lines, "with httpx.stream(", '    "POST",', *arguments, ") as r:", *shown])
    return "\n".join([*lines, "r = httpx.post(", *arguments, ")", "r.raise_for_status()", "print(r.json())"])


def httpx_job(key: str, body: Body) -> str:
    sent = {"Authorization": f"Bearer {settings.KEY_PLACEHOLDER}"}
    return "\n".join([
        "# pip install httpx", "import time", "", "import httpx", "",
        f"headers = {literal(sent, PYTHON)}",
        "r = httpx.post(", f"    {literal(url(key), PYTHON)},", "    headers=headers,",
        f"    json={literal(body, PYTHON, 4)},", "    timeout=60,", ")",
        "job = r.raise_for_status().json()",
        f'while job["status"] in ({", ".join(map(json.dumps, UNDER_WAY))}):',
        f"    time.sleep({POLL_EVERY})",
        f"    r = httpx.get(f\"{base_url()}/jobs/{{job['id']}}\", headers=headers, timeout=60)",
        "    job = r.raise_for_status().json()",
        "print(job)",
    ])  # fmt: skip


UNDER_WAY = [name for name, state in jobs.STATES.items() if state not in jobs.OVER]  # in every spelling


# TypeScript

# Only a module may wait outside a function, and in a folder that npm has made only this ending says that it is one.
MODULE = "// Save as call.mts, then: npx tsx call.mts"


def typescript(key: str, body: Body) -> str:
    sdk, file = ENDPOINTS[key].SDK, file_name(key, body)
    lines = ["// npm install openai", MODULE, 'import OpenAI from "openai";']
    lines += ['import { writeFile } from "node:fs/promises";'] if file else []
    lines += ['import { openAsBlob } from "node:fs";'] if is_multipart(key) else []
    lines += ["", "const client = new OpenAI({", f"  baseURL: {literal(base_url(), TYPESCRIPT)},"]
    lines += [f"  apiKey: process.env.{settings.KEY_VARIABLE},", "});", ""]
    arguments = "".join(f"  {typescript_argument(pair, uploaded(key, *pair))},\n" for pair in body.items())
    call = f"await client.{sdk['method']}{'.create' if file else ''}({{\n{arguments}}});"
    if file:
        return "\n".join([*lines, f"const r = {call}", f'await writeFile("{file}", Buffer.from(await r.arrayBuffer()));'])
    if body.get("stream"):
        return "\n".join([*lines, f"const stream = {call}", sdk["typescript_stream"]])
    return "\n".join([*lines, f"const r = {call}", "console.log(r);" if is_plain(sdk, body) else sdk["typescript"]])


def typescript_argument(pair: tuple[str, Any], file: str) -> str:
    """A property of the request. A file says its type: an SDK would send it as unknown bytes, which gateways refuse."""
    if not file:
        return item(pair, TYPESCRIPT, 2)
    name, kind = literal(file, TYPESCRIPT), FILE_TYPES.get(file.rpartition(".")[2].lower())
    return f"{pair[0]}: new File([await openAsBlob({name})], {name}{f', {{ type: "{kind}" }}' if kind else ''})"


FILE_TYPES = {
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
    "wav": "audio/wav", "mp3": "audio/mpeg", "ogg": "audio/ogg", "flac": "audio/flac", "m4a": "audio/mp4", "mp4": "audio/mp4",
    "webm": "audio/webm",
}  # fmt: skip


def fetch(key: str, body: Body) -> str:
    lines = [MODULE, f"const r = await fetch({literal(url(key), TYPESCRIPT)}, {{", '  method: "POST",', "  headers: {"]
    lines += [f"    {line}" for line in fetch_headers(key)]
    lines += ["  },", f"  body: JSON.stringify({literal(body, TYPESCRIPT, 2)}),", "});", CHECK]
    if body.get("stream"):
        loop = "for await (const text of r.body.pipeThrough(new TextDecoderStream())) {\n  process.stdout.write(text);\n}"
        return "\n".join([*lines, loop])
    return "\n".join([*lines, "console.log(await r.text());"])


CHECK = "if (!r.ok) throw new Error(`${r.status} ${await r.text()}`);"


def fetch_headers(key: str) -> list[str]:
    sent = [f"Authorization: `Bearer ${{process.env.{settings.KEY_VARIABLE}}}`,", '"Content-Type": "application/json",']
    return sent + [f'"{name}": "{value}",' for name, value in headers(key)]


def fetch_job(key: str, body: Body) -> str:
    return "\n".join([
        MODULE, "const headers = {", *(f"  {line}" for line in fetch_headers(key)), "};",
        f"let r = await fetch({literal(url(key), TYPESCRIPT)}, {{", '  method: "POST",', "  headers,",
        f"  body: JSON.stringify({literal(body, TYPESCRIPT, 2)}),", "});", CHECK,
        "let job = await r.json();",
        f"while ([{', '.join(map(json.dumps, UNDER_WAY))}].includes(job.status)) {{",
        f"  await new Promise((resolve) => setTimeout(resolve, {POLL_EVERY * 1000}));",
        f"  r = await fetch(`{base_url()}/jobs/${{job.id}}`, {{ headers }});",
        f"  {CHECK}",
        "  job = await r.json();", "}",
        "console.log(job);",
    ])  # fmt: skip


# Values

PYTHON = {"true": "True", "false": "False", "null": "None"}
TYPESCRIPT = {"true": "true", "false": "false", "null": "null"}
# What shows nothing, breaks a line or turns the text around it: code must look like what it does.
UNSEEN = re.compile("[\x7f-\xa0\xad\u061c\u200b\u200e\u200f\u2028-\u202f\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\uffff]")


def visible(text: str) -> str:
    r"""JSON text with every unseen character as `\u2028`, which Python and TypeScript read as JSON does."""
    return UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def literal(value: Any, words: dict[str, str], indent: int = 0) -> str:
    """`value` in a language's own words, on one line where it fits, else one item a line."""
    if isinstance(value, dict | list) and value:
        flat = wrap(value, [item(pair, words, 0) for pair in entries(value)], " " if words is TYPESCRIPT else "", ", ")
        if len(flat) + indent <= WIDTH and "\n" not in flat:
            return flat
        pad = " " * (indent + (4 if words is PYTHON else 2))
        lines = [f"{pad}{item(pair, words, len(pad))}" for pair in entries(value)]
        return wrap(value, lines, "\n", ",\n", ",\n" + " " * indent)
    text = visible(json.dumps(value, ensure_ascii=False))
    return words.get(text, text)


def entries(value: dict | list) -> list[tuple[str | None, Any]]:
    return list(value.items()) if isinstance(value, dict) else [(None, entry) for entry in value]


def item(pair: tuple[str | None, Any], words: dict[str, str], indent: int) -> str:
    name, value = pair
    return literal(value, words, indent) if name is None else f"{spelled(name, words)}: {literal(value, words, indent)}"


def spelled(name: str, words: dict[str, str]) -> str:
    """A key. In TypeScript a plain word needs no quotes, and only a computed `__proto__` is a key like any other."""
    text = visible(json.dumps(name, ensure_ascii=False))
    if words is TYPESCRIPT and name == "__proto__":
        return f"[{text}]"
    return name if words is TYPESCRIPT and re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII) else text


def wrap(value: dict | list, lines: list[str], opening: str, between: str, closing: str | None = None) -> str:
    first, last = "{}" if isinstance(value, dict) else "[]"
    inside = opening if isinstance(value, dict) or "\n" in opening else ""
    return f"{first}{inside}{between.join(lines)}{inside if closing is None else closing}{last}"
