"""The webhook of a sandbox job: one signed POST, once the job is over, to a program on this same machine.

It goes to loopback addresses alone, and only where the operator has set SANDBOX_WEBHOOKS: anyone who can reach the
sandbox can make it knock at a local port. The task lives in the process: one that stops sends nothing any more, and
nothing is sent a second time.
"""

import asyncio
import contextlib
import hashlib
import hmac
import ipaddress
import json
import logging
import socket
import time
from typing import Any
from urllib.parse import SplitResult, urlsplit

import httpx
from django.conf import settings

from catalog.endpoints import jobs
from catalog.endpoints.answers import Refused
from playground.sandbox import jobs as sandbox_jobs
from playground.sandbox import notes

log = logging.getLogger(__name__)
TIMEOUT = 5.0  # seconds for looking the host up, and again for the whole delivery
MAX_URL = 2000  # characters
MAX_WAITING = 100

waiting: set[asyncio.Task[None]] = set()
transport: httpx.AsyncBaseTransport | None = None  # tests put a fake network here


async def secret(key: str) -> str:
    """What the webhooks of this API key's jobs are signed with."""
    owner = sandbox_jobs.digest(f"key {key}")
    return f"whsec_{sandbox_jobs.digest(f'webhook secret {owner} {await notes.times(owner)}')[:40]}"


async def rotate(key: str) -> str:
    """A new secret for this key; the old one signs nothing from now on."""
    await notes.note(sandbox_jobs.digest(f"key {key}"))
    return await secret(key)


async def check(url: Any) -> None:
    """Raises Refused where a webhook to `url` would not be sent."""
    if not settings.SANDBOX_WEBHOOKS:
        message = "This sandbox sends no webhooks: its operator has not set SANDBOX_WEBHOOKS. Leave webhook_url out."
        raise Refused(message, "webhook_url")
    if len(waiting) >= MAX_WAITING:
        raise Refused(f"{MAX_WAITING} webhooks are waiting already. Try again in a few seconds.", "webhook_url")
    try:
        await loopback(split(url))
    except ValueError as error:
        raise Refused(f"webhook_url: {error}", "webhook_url") from error


def begin(job_id: str, url: str, key: str) -> None:
    """Sends the webhook as soon as the job is over, behind the caller's back."""
    task = asyncio.get_running_loop().create_task(deliver(job_id, url, key))
    waiting.add(task)
    task.add_done_callback(waiting.discard)


async def deliver(job_id: str, url: str, key: str) -> None:
    """Waits for the job's end and sends it once. A failure is logged, and that is the end of it."""
    while (left := seconds_left(job_id)) > 0:
        await asyncio.sleep(left)
    body, signer = json.dumps(await sandbox_jobs.poll(job_id)).encode(), await secret(key)
    try:
        async with asyncio.timeout(TIMEOUT):
            status = await post(split(url), body, signer)
        log.info("A job's webhook was answered with %s", status)
    except (httpx.HTTPError, OSError, ValueError) as error:  # TimeoutError is an OSError
        log.warning("A job's webhook was not delivered: %s", str(error) or type(error).__name__)


def seconds_left(job_id: str) -> float:
    facts = jobs.opened(job_id)
    return facts["t"] + jobs.QUEUED_FOR + jobs.RUNS_FOR - time.time() if facts else 0


async def post(url: SplitResult, body: bytes, key: str) -> int:
    """The status of the answer; its body is not read and a redirect not followed.

    The name is looked up anew, and the connection goes to an address that was checked: a name may change its mind.
    """
    signed = {"X-Gateway-Signature": signature(key, body, int(time.time()))}
    headers = {"Host": url.netloc, "Content-Type": "application/json", "User-Agent": "Modelry sandbox"} | signed
    async with httpx.AsyncClient(headers=headers, transport=transport, trust_env=False, follow_redirects=False) as client:
        *others, last = await loopback(url)
        for host in others:
            # A name may have two addresses of which the program listens on one.
            with contextlib.suppress(httpx.ConnectError):
                return await sent(client, at(url, host), body, url.hostname)
        return await sent(client, at(url, last), body, url.hostname)


async def sent(client: httpx.AsyncClient, target: str, body: bytes, name: str | None) -> int:
    async with client.stream("POST", target, content=body, extensions={"sni_hostname": name}) as response:
        return response.status_code


def at(url: SplitResult, host: str) -> str:
    """The address with its host as a number."""
    literal = f"[{host}]" if ":" in host else host
    return url._replace(netloc=f"{literal}:{port(url)}", fragment="").geturl()


def signature(key: str, body: bytes, now: int) -> str:
    """`t=<seconds>,v1=<HMAC-SHA256 of "t.body">`, as `aigateway.verify_webhook` reads it."""
    made = hmac.new(key.encode(), f"{now}.".encode() + body, hashlib.sha256)
    return f"t={now},v1={made.hexdigest()}"


def split(url: Any) -> SplitResult:
    """The parts of a web address. Raises ValueError with what is wrong with it."""
    if not isinstance(url, str) or len(url) > MAX_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise ValueError(f"it must be an address of at most {MAX_URL} plain characters.")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise ValueError("it must be an http or https address without a user.")
    port(parts)
    return parts


def port(url: SplitResult) -> int:
    """Raises ValueError where it is none."""
    return url.port or (443 if url.scheme == "https" else 80)


async def loopback(url: SplitResult) -> list[str]:
    """The addresses of a host, at least one. Raises ValueError where one of them is not of this machine."""
    try:
        async with asyncio.timeout(TIMEOUT):
            found = await asyncio.get_running_loop().getaddrinfo(url.hostname, port(url), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise ValueError("its host is not known.") from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not addresses or not all(ipaddress.ip_address(one.partition("%")[0]).is_loopback for one in addresses):
        raise ValueError("the sandbox sends webhooks to this machine only (127.0.0.1, localhost, [::1]).")
    return addresses
