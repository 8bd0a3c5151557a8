"""The log: a line an event, plain or as JSON, with the id of the request that it belongs to.

`logs.json` sets Django and uvicorn alike: what is merely not found has its line as a request (so Django's is left out), and so
has every request (so uvicorn's, with address and query string, are). httpx would name the address of every call,
and the pool each try at a database that is away, which `catalog.outage` tells once.

What people wrote does not get in: a failed request is named by its route, and an exception tells its type and where it rose;
its own words only where the system or the database made them.
"""

import json
import logging
import os
import re
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gateway.request_id import request_id

FORMATS = ("plain", "json")
SETUP = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
# Line ends, escapes of terminals, and marks that turn the direction of text: one event could look like another.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
LONGEST = 2000  # characters of a message
# What no line tells need not be found out for each.
logging.logThreads = logging.logProcesses = logging.logMultiprocessing = logging.logAsyncioTasks = False


def filtered(*by: str) -> dict[str, Any]:
    """The set-up with filters, given by dotted names, which need the settings and so cannot be there from the first line."""
    console = SETUP["handlers"]["console"] | {"filters": list(by)}
    return SETUP | {"filters": {name: {"()": name} for name in by}, "handlers": {"console": console}}


def when(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def message(record: logging.LogRecord) -> str:
    """What happened, on one line. Django's own words about a request hold its address, asyncio's a task and its exception."""
    if (request := getattr(record, "request", None)) is not None:
        match = getattr(request, "resolver_match", None)
        route = match.view_name if match else "unmatched"
        return f"{getattr(request, 'method', '')} {route} was answered with {getattr(record, 'status_code', 'an error')}"
    text = record.getMessage()
    return (text.partition("\n")[0] if record.name == "asyncio" else text.strip())[:LONGEST]


def escaped(text: str) -> str:
    return UNSEEN.sub(lambda found: found[0].encode("unicode_escape", "surrogatepass").decode(), text)


def chain(fault: BaseException | None) -> Iterator[BaseException]:
    """An exception and what it came from, the first cause first."""
    if fault is not None:
        yield from chain(fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__))
        yield fault


def told(fault: BaseException) -> str:
    """The type; also the words of a system or database that is out of order, in the first line, where no row stands."""
    kind = f"{type(fault).__module__}.{type(fault).__qualname__}".removeprefix("builtins.")
    outage = isinstance(fault, OSError) or type(fault).__name__ in ("OperationalError", "InterfaceError")
    return f"{kind}: {str(fault).partition(chr(10))[0][:200]}" if outage else kind


def raised(record: logging.LogRecord) -> list[str]:
    """The lines of a traceback, those of each exception in the chain."""
    found = record.exc_info[1] if record.exc_info else None
    lines = [[*traceback.format_tb(fault.__traceback__), told(fault)] for fault in chain(found)]
    return [line for part in lines for piece in part for line in piece.splitlines()]


class Plain(logging.Formatter):
    """For people: time, level, logger, id of the request, what happened; a traceback below, indented."""

    def format(self, record: logging.LogRecord) -> str:
        fields = [f"{name}={value}" for name, value in getattr(record, "fields", {}).items()]
        head = (when(record), record.levelname, record.name, request_id.get() or "-", message(record), *fields)
        return "\n    ".join(map(escaped, (" ".join(head), *raised(record))))


class Json(logging.Formatter):
    """For programs: one object a line. JSON's own escapes keep it one."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": when(record), "level": record.levelname, "logger": record.name,
            "request_id": request_id.get() or None, "message": message(record), **getattr(record, "fields", {}),
        }  # fmt: skip
        if found := raised(record):
            line["exception"] = found
        return json.dumps(line)


def formatter() -> logging.Formatter:
    """As `LOG_FORMAT` says. The settings refuse what it may not say; this is also asked before they are read."""
    return Json() if os.environ.get("LOG_FORMAT", "").strip() == "json" else Plain()
