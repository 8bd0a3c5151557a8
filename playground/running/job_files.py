"""A finished job's files: fetched from the gateway's own address alone; what lies elsewhere is shown as a link."""

import contextlib
from urllib.parse import urljoin, urlsplit

from catalog.endpoints import jobs
from catalog.endpoints.jobs import Job
from gateway.call import Call
from gateway.client import Gateway
from gateway.errors import GatewayError
from playground.media import recognise

MOST_FILES = 4  # of one job; each is capped by the gateway's client


async def fetched(job: Job, gateway: Gateway) -> list[tuple[str, bytes]]:
    """`(type, content)` of the job's files that lie on the gateway itself."""
    files: list[tuple[str, bytes]] = []
    for path in own_paths(job, gateway.base_url)[:MOST_FILES]:
        # Whatever is wrong with one file (too large, gone, a redirect, no address at all), its link is still shown.
        with contextlib.suppress(GatewayError, ValueError):
            exchange = await gateway.send(Call(path, method="GET"))
            if exchange.body:
                files.append((recognise(bytes(exchange.body)), bytes(exchange.body)))
    return files


def own_paths(job: Job, base_url: str) -> list[str]:
    """The paths of the job's results below the gateway's address, each once."""
    return list(dict.fromkeys(filter(None, (own_path(url, base_url) for url in job.urls))))


def own_path(url: str, base_url: str) -> str | None:
    """The path of a result below the gateway's own address, or None where it lies elsewhere."""
    try:
        base, target = urlsplit(base_url), urlsplit(url)
    except ValueError:
        return None
    if not target.scheme and not target.netloc and target.path.startswith("/"):
        target = target._replace(scheme=base.scheme, netloc=base.netloc)
    if (target.scheme, target.netloc) != (base.scheme, base.netloc) or not target.path.startswith(f"{base.path}/"):
        return None
    path = target.path.removeprefix(base.path)
    return f"{path}?{target.query}" if target.query else path


def links(answer: object, files: int, asked: str) -> list[str]:
    """The addresses of all results where not every one is among the `files` kept; `asked` is the address of the request."""
    found = jobs.addresses(answer)
    return [] if len(found) <= files else [address for url in found if (address := absolute(url, asked))]


def absolute(url: str, asked: str) -> str:
    """The address as a link, or blank where it is none."""
    try:
        return urljoin(asked, url)
    except ValueError:
        return ""
