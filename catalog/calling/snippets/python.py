"""A request in Python: with the official SDK where it has the method, else with httpx."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from catalog.calling.snippets.request import POLL_EVERY, Body, base_url, file_name, is_plain, typed, under_way, uploaded, url
from catalog.calling.snippets.values import PYTHON, literal
from catalog.endpoints import ENDPOINTS, headers

INSTALL = {
    # What a gateway's own package adds, by host; elsewhere the official SDK is all there is to install.
    "api.aigateway.sh": (
        "# pip install aigateway-py openai",
        "# aigateway-py adds sub-accounts, evals, replays, jobs, webhook verify.",
        "# openai SDK covers chat — drop-in per our SDK's own guidance.",
    )
}


def code(key: str, body: Body) -> str:
    module = ENDPOINTS[key]
    if hasattr(module, "JOB"):
        return httpx_job(key, body)
    return sdk_call(key, typed(key, body)) if hasattr(module, "SDK") else httpx(key, body)


def sdk_call(key: str, body: Body) -> str:
    sdk = ENDPOINTS[key].SDK
    imported = "OpenAI, omit" if lacking(key, body) else "OpenAI"
    lines = [*install(), f"from openai import {imported}", "", "client = OpenAI(", f"    base_url={literal(base_url(), PYTHON)},"]
    lines += [f"    api_key={literal(settings.KEY_PLACEHOLDER, PYTHON)},", ")", ""]
    method = f"client.{sdk['method']}"
    arguments = "".join(f"    {name}={value},\n" for name, value in arguments_of(key, body))
    if file := file_name(key, body):
        call = f"with {method}.with_streaming_response.create(\n{arguments}) as r:\n"
        return "\n".join(lines) + f'\n{call}    r.stream_to_file("{file}")'
    if body.get("stream"):
        return "\n".join(lines) + f"\nstream = {method}(\n{arguments})\n{sdk['python_stream']}"
    return "\n".join(lines) + f"\nr = {method}(\n{arguments})\n{'print(r)' if is_plain(sdk, body) else sdk['python']}"


def install() -> tuple[str, ...]:
    return INSTALL.get(urlsplit(base_url()).hostname or "", ("# pip install openai",))


def arguments_of(key: str, body: Body) -> list[tuple[str, str]]:
    """Names and values; what the SDK has no argument for goes in `extra_body`."""
    known = ENDPOINTS[key].SDK["fields"]
    extra = {name: value for name, value in body.items() if name not in known}
    found = [(name, argument(value, uploaded(key, name, value))) for name, value in body.items() if name in known]
    found += [(name, "omit") for name in lacking(key, body)]
    return found + ([("extra_body", literal(extra, PYTHON, 4))] if extra else [])


def lacking(key: str, body: Body) -> list[str]:
    """What the SDK insists on and this request does not send."""
    return [name for name in ENDPOINTS[key].SDK.get("demands", ()) if name not in body]


def argument(value: Any, file: str) -> str:
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
        "under_way = (", under_way("    "), ")",
        'while job["status"] in under_way:',
        f"    time.sleep({POLL_EVERY})",
        f"    r = httpx.get(f\"{base_url()}/jobs/{{job['id']}}\", headers=headers, timeout=60)",
        "    job = r.raise_for_status().json()",
        "print(job)",
    ])  # fmt: skip
