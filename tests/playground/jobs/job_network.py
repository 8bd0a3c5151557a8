"""A fake of a gateway that takes jobs on, and what its answers look like."""

import html
import re
from typing import Any

import httpx
from fake_network import ADDRESS, Network

VIDEO = b"\0\0\0\x18ftypmp42" + b"\0" * 40
FILE = f"{ADDRESS}/files/a.mp4"


class JobNetwork(Network):
    """Answers each request with the next of `answers`, the last one again and again; files by their address."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[httpx.Response | Exception] = []
        self.files: dict[str, httpx.Response] = {FILE: httpx.Response(200, content=VIDEO)}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if found := self.files.get(str(request.url)):
            self.requests.append(request)
            return found
        self.answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return await super().handle_async_request(request)

    def tells(self, *answers: Any) -> None:
        """The next answers: JSON, whole responses, or failures of the network."""
        whole = (httpx.Response, Exception)
        self.answers = [answer if isinstance(answer, whole) else httpx.Response(200, json=answer) for answer in answers]

    def asked(self) -> list[str]:
        return [f"{request.method} {request.url.path.removeprefix('/v1')}" for request in self.requests]


def done(**more: Any) -> dict[str, Any]:
    """A poll's answer about a job that has made a video."""
    return {"id": "job-1", "status": "succeeded", "result": {"url": FILE}} | more


def words(answer: Any) -> str:
    """A page without its markup."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())
