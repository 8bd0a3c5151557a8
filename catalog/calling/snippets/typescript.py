"""A request in TypeScript: with the official SDK where it has the method, else with fetch."""

from typing import Any

from django.conf import settings

from catalog.calling.snippets.request import (
    POLL_EVERY,
    Body,
    base_url,
    file_name,
    is_multipart,
    is_plain,
    typed,
    under_way,
    uploaded,
    url,
)
from catalog.calling.snippets.values import TYPESCRIPT, item, literal
from catalog.endpoints import ENDPOINTS, headers

# Only a module may wait outside a function, and in a folder that npm has made only this ending says that it is one.
MODULE = "// Save as call.mts, then: npx tsx call.mts"


def code(key: str, body: Body) -> str:
    module = ENDPOINTS[key]
    if hasattr(module, "JOB"):
        return fetch_job(key, body)
    return sdk_call(key, typed(key, body)) if hasattr(module, "SDK") else fetch(key, body)


def sdk_call(key: str, body: Body) -> str:
    sdk, file = ENDPOINTS[key].SDK, file_name(key, body)
    lines = ["// npm install openai", MODULE, 'import OpenAI from "openai";']
    lines += ['import { writeFile } from "node:fs/promises";'] if file else []
    lines += ['import { openAsBlob } from "node:fs";'] if is_multipart(key) else []
    lines += ["", "const client = new OpenAI({", f"  baseURL: {literal(base_url(), TYPESCRIPT)},"]
    lines += [f"  apiKey: process.env.{settings.KEY_VARIABLE},", "});", ""]
    arguments = "".join(f"  {argument(pair, uploaded(key, *pair))},\n" for pair in body.items())
    call = f"await client.{sdk['method']}{'.create' if file else ''}({{\n{arguments}}});"
    if file:
        return "\n".join([*lines, f"const r = {call}", f'await writeFile("{file}", Buffer.from(await r.arrayBuffer()));'])
    if body.get("stream"):
        return "\n".join([*lines, f"const stream = {call}", sdk["typescript_stream"]])
    return "\n".join([*lines, f"const r = {call}", "console.log(r);" if is_plain(sdk, body) else sdk["typescript"]])


def argument(pair: tuple[str, Any], file: str) -> str:
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
        "const underWay = [", under_way("  "), "];",
        "while (underWay.includes(job.status)) {",
        f"  await new Promise((resolve) => setTimeout(resolve, {POLL_EVERY * 1000}));",
        f"  r = await fetch(`{base_url()}/jobs/${{job.id}}`, {{ headers }});",
        f"  {CHECK}",
        "  job = await r.json();", "}",
        "console.log(job);",
    ])  # fmt: skip
