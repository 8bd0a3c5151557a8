"""A gateway on a socket that lists models and answers chat, for a site that is set to it."""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.core.cache import cache

from playground.running import upstream

KEY = "sk-listing-0123456789abcdef"
LIST = {"data": [{"id": "talk-large"}, {"id": "talk-small"}]}
REFUSED = {"error": {"message": "No.", "type": "authentication_error"}}
NOT_FOUND = {"error": {"message": "Not found", "type": "not_found"}}
WORD = {"choices": [{"index": 0, "delta": {"content": "Hello from the gateway."}, "finish_reason": "stop"}]}


class ListingGateway(ThreadingHTTPServer):
    """Answers `/v1/models` with `answer(key)`: a status, a body (text is a web page) and headers. `keys` are those it saw.

    `answers`, `{path with its query: answer, or (status, text)}`, comes first. `posted`
    answers every POST: status, body and headers. `asked`: the paths that were asked for, in order.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Asked)
        self.url = f"http://127.0.0.1:{self.server_port}/v1"
        self.keys: list[str] = []
        self.asked: list[str] = []
        self.answers: dict[str, Any] = {}
        self.posted: tuple = (200, f"data: {json.dumps(WORD)}\n\ndata: [DONE]\n\n", ("Content-Type", "text/event-stream"))
        self.answer: Callable[[str], tuple] = lambda key: (200, LIST)

    def lists(self, *entries: Any) -> None:
        self.answers["/v1/models"] = {"object": "list", "data": [*entries]}

    def takes(self, key: str, status: int = 401, body: Any = REFUSED) -> None:
        """Lists its models with this key only."""
        self.answer = lambda sent: (200, LIST) if sent == f"Bearer {key}" else (status, body)


class Asked(BaseHTTPRequestHandler):
    server: ListingGateway

    def do_GET(self) -> None:
        key = self.headers.get("Authorization", "")
        self.server.keys.append(key)
        self.server.asked.append(self.path)
        answer = self.server.answers.get(self.path)
        if answer is not None:
            self.reply(*answer if isinstance(answer, tuple) else (200, answer))
        else:
            self.reply(*self.server.answer(key) if self.path == "/v1/models" else (404, NOT_FOUND))

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.reply(*self.server.posted)

    def reply(self, status: int, body: Any, *headers: tuple[str, str]) -> None:
        content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        kind = "text/html" if isinstance(body, str) else "application/json"
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **dict(headers)}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        pass


@contextlib.contextmanager
def configured(settings: Any) -> Iterator[ListingGateway]:
    """The site is set to such a gateway, with its key and a budget; nothing is remembered of others."""
    cache.clear()
    upstream._gateways.clear()
    with ListingGateway() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.GATEWAY_URL = settings.PUBLIC_GATEWAY_URL = server.url
        settings.GATEWAY_KEY, settings.DAILY_BUDGET_USD = KEY, Decimal(5)
        yield server
        server.shutdown()
    cache.clear()
    upstream._gateways.clear()
