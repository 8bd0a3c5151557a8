"""A gateway on a socket: it answers as the sandbox does, or says whatever a test has it say."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from catalog.endpoints import BY_PATH, ENDPOINTS
from catalog.endpoints.answers import Media

KEY = "sk-gateway-0123456789abcdef"
Body = dict[str, Any]


def said(text: str | None, finish: str = "stop", **more: Any) -> Body:
    """A whole chat answer."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text, **more}, "finish_reason": finish}
    return {"id": "1", "object": "chat.completion", "choices": [choice], "usage": {"prompt_tokens": 10, "completion_tokens": 5}}


def fact(body: Body) -> str:
    """Which ability a chat request asks about."""
    fields = {"tools": "tools", "stop": "stop", "seed": "seed", "stream": "streaming"}
    shape = (body.get("response_format") or {}).get("type", "")
    found = {"json_schema": "json_schema", "json_object": "json_mode"}.get(shape)
    found = found or next((name for field, name in fields.items() if body.get(field)), "")
    limit = body.get("max_tokens") or body.get("max_completion_tokens")
    vision = isinstance((body.get("messages") or [{}])[0].get("content"), list)
    return found or ("vision" if vision else "max_output" if limit == 16 else "answers")


class LyingGateway:
    """`says` gives a status and a JSON body (or bytes, or a list of events) for a chat request; None: as the sandbox would."""

    def __init__(self) -> None:
        self.requests: list[Body] = []
        self.says: Callable[[Body], Any] = lambda body: None
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["content-length"]))
                body = json.loads(raw) if raw.startswith(b"{") else {}
                gateway.requests.append(body)
                told = gateway.says(body)
                status, answer = told if told else (200, ENDPOINTS[BY_PATH[self.path.removeprefix("/v1")]].reply(body))
                self.answer(status, *written(answer))

            def answer(self, status: int, kind: str, content: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def written(answer: Any) -> tuple[str, bytes]:
    if isinstance(answer, Media):
        return answer.content_type, answer.content
    if isinstance(answer, bytes):
        return "audio/mpeg", answer
    if isinstance(answer, dict):
        return "application/json", json.dumps(answer).encode()
    events = [event if isinstance(event, str) else json.dumps(event) for event in answer]
    return "text/event-stream", "".join(f"data: {event}\n\n" for event in [*events, "[DONE]"]).encode()
