"""Reads a source's file or address, within bounds. Knows no source."""

import json
import re
import time
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from catalog.sources.rows import number

LARGEST = 64 * 1024 * 1024
SECONDS = 60
HOPS = 5
DIGITS = 100  # of a whole number
LOOPBACK = ("localhost", "127.0.0.1", "::1")


ACCOUNT = re.compile(r"(?<=://)[^/?#\s]*@")
QUERY = re.compile(r"(?<=\?)(?<!\s\?)\S+?(?=[:;.]?(?:\s|$))")


class Unreadable(Exception):
    """Why a source could not be read, in a sentence."""

    def __init__(self, text: str):
        super().__init__(masked(text))


def masked(text: str) -> str:
    """Addresses in it without what may be a password or key: the account, and what stands behind the question mark."""
    return QUERY.sub("****", ACCOUNT.sub("****@", text)) if "://" in text else text


def read_json(place: str) -> Any:
    """As `parsed`."""
    try:
        return parsed(read_text(place))
    except RecursionError:
        raise Unreadable(f"{place}: nested too deeply.") from None
    except ValueError as fault:
        raise Unreadable(f"{place}: not JSON: {fault}.") from None


def parsed(text: str | bytes) -> Any:
    """JSON with Decimals for numbers that are not whole; a number of no sane size (NaN, 1e999999) stays the text that it is."""
    return json.loads(text, parse_float=_decimal, parse_int=_whole, parse_constant=str)


def read_text(place: str) -> str:
    """UTF-8, with or without a byte order mark."""
    held = _read_url(place) if "://" in place else _read_file(Path(place))
    try:
        return held.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise Unreadable(f"{place}: not UTF-8 at byte {fault.start:,}.") from None


def _decimal(text: str) -> Decimal | str:
    found = number(text)
    return text if found is None else found


def _whole(text: str) -> int | str:
    return int(text) if len(text) <= DIGITS else text


def _read_file(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise Unreadable(f"{path}: not a file.")
        with path.open("rb") as file:
            return _bounded(file.read(LARGEST + 1), str(path))
    except (OSError, ValueError) as fault:
        raise Unreadable(f"{path}: {getattr(fault, 'strerror', None) or fault}.") from None


def _read_url(url: str) -> bytes:
    until = time.monotonic() + SECONDS
    try:
        with httpx.Client(timeout=SECONDS, headers={"Accept-Encoding": "gzip"}) as client:
            return _follow(client, _allowed(url), until)
    except (httpx.HTTPError, httpx.InvalidURL) as fault:
        raise Unreadable(f"{url}: {fault or type(fault).__name__}.") from None


def _follow(client: httpx.Client, url: httpx.URL, until: float) -> bytes:
    """Redirects stay on the host and scheme that were asked for: what is imported comes from where the operator said."""
    for _ in range(HOPS):
        with client.stream("GET", url) as answer:
            if answer.next_request is None:
                return _body(answer, until)
            there = answer.next_request.url
        if (there.scheme, there.netloc) != (url.scheme, url.netloc):
            raise Unreadable(f"{url}: redirects to {there.scheme}://{there.host}; name that address if it is meant.")
        url = there
    raise Unreadable(f"{url}: redirects more than {HOPS} times.")


def _body(answer: httpx.Response, until: float) -> bytes:
    if answer.status_code != 200:
        raise Unreadable(f"{answer.url}: answered {answer.status_code}.")
    if (packed := answer.headers.get("Content-Encoding", "identity")) not in ("identity", "gzip"):
        raise Unreadable(f"{answer.url}: packed as {packed}.")  # others unpack to any size at once
    held = bytearray()
    for piece in answer.iter_bytes():
        held += piece
        _bounded(held, str(answer.url))
        if time.monotonic() > until:
            raise Unreadable(f"{answer.url}: took longer than {SECONDS} seconds.")
    return bytes(held)


def _allowed(url: str) -> httpx.URL:
    try:
        parts = urlsplit(url)
    except ValueError as fault:
        raise Unreadable(f"{url}: {fault}.") from None
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return httpx.URL(url)
    raise Unreadable(f"{url}: only https is read, and http from this machine.")


def _bounded[Held: bytes | bytearray](held: Held, place: str) -> Held:
    if len(held) > LARGEST:
        raise Unreadable(f"{place}: larger than {LARGEST // 1024 // 1024} MB.")
    return held
