"""A request as a command of a shell, with curl."""

import json
import re
from collections.abc import Iterable
from typing import Any

from django.conf import settings

from catalog.calling.snippets.request import Body, base_url, file_name, is_multipart, uploaded, url
from catalog.calling.snippets.values import visible
from catalog.endpoints import ENDPOINTS, headers


def code(key: str, body: Body) -> str:
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


def verbatim(key: str, body: str, more: Iterable[tuple[str, str]] = ()) -> str:
    """A command that sends `body` byte for byte, and the headers `more` beside the usual ones. A word of bash."""
    lines = [f"curl {url(key)}", f'  -H "Authorization: Bearer ${settings.KEY_VARIABLE}"']
    lines += [f"  -H {quoted(f'{name}: {value}')}" for name, value in (("Content-Type", "application/json"), *more)]
    return " \\\n".join([*lines, f"  --data-raw {exactly(body)}"])


def exactly(text: str) -> str:
    """`text` as one word of bash; what shows nothing, or is lost when it is copied, by its bytes."""
    if all(map(is_seen, text)):
        return quoted(text)
    return "$'" + "".join(mark if is_seen(mark) else by_bytes(mark) for mark in re.sub(r"([\\'])", r"\\\1", text)) + "'"


def is_seen(mark: str) -> bool:
    return mark == "\n" or mark.isprintable()


def by_bytes(mark: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in mark.encode(errors="replace"))


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
