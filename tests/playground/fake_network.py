"""A fake of the network that a real gateway would be behind, and the events that it streams."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx

ADDRESS = "https://gateway.example/v1"
KEY = "sk-gateway-0123456789abcdef"
def word(text: str) -> dict[str, Any]:
    """A streamed event that adds `text`."""
    return {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]}


END = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
COUNTS = {"choices": [], "usage": {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100}}


class Network(httpx.AsyncBaseTransport):
    """Answers every request with `answer`, or raises it; keeps what it was sent in `requests`."""

    def __init__(self) -> None:
        self.answer: httpx.Response | Exception = httpx.Response(204)
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.requests.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def says(self, body: Any, status: int = 200, **headers: str) -> None:
        """Answers with JSON."""
        pairs = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answer = httpx.Response(status, json=body, headers=pairs)

    def streams(self, *events: Any, then: Exception | None = None) -> None:
        """Answers with these events, JSON or text, and ends well or breaks with `then`."""
        texts = [event if isinstance(event, str) else json.dumps(event) for event in events]
        stream = Events([f"data: {text}\n\n".encode() for text in texts], then)
        self.answer = httpx.Response(200, headers={"content-type": "text/event-stream"}, stream=stream)


class Events(httpx.AsyncByteStream):
    def __init__(self, pieces: list[bytes], then: Exception | None):
        self.pieces, self.then = pieces, then

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece
        if self.then:
            raise self.then
