"""Pages with foreign texts in every place that takes one: a small world made of texts, and the site's pages of it."""

import io
import json
import random
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import get_user_model
from django.core.cache import cache as site_cache
from django.db import transaction
from django.test import Client
from django.utils import timezone

from catalog import bundle, snapshot
from catalog.endpoints import ENDPOINTS
from catalog.endpoints.answers import Media
from catalog.endpoints.uploads import Upload, filled
from catalog.models import Change, Claim, Collection, Import, Match, Model, Proof, Provider, Version
from fuzz.texts import harmless, hostile
from playground.inspection.formatted import formatted
from playground.models import Run

SMALL = Path(__file__).parent.parent / "tests" / "data" / "small-catalog.json"
NAMED = ("name", "description", "family")  # facts that are words
CATALOG_PAGES = (
    "/", "/models", "/models?view=table", "/compare?models=acme/talk-large,acme/talk-free", "/calculator?models=acme/talk-large",
    "/providers", "/providers/acme", "/collections", "/collections/frontier", "/changes", "/rankings", "/models/acme/talk-large",
    "/models/acme/talk-large/changes", "/models/acme/talk-large/proofs", "/models/acme/talk-free", "/models/openai/tts-1-hd",
    "/playground?model=acme/talk-large", "/playground?models=acme/talk-large,acme/talk-free", "/playground/models",
)  # fmt: skip
DESK_PAGES = (
    "/admin/catalog/model/", "/admin/catalog/provider/", "/admin/catalog/collection/", "/admin/catalog/import/",
    "/admin/catalog/match/", "/admin/playground/run/", "/admin/catalog/model/{model}/change/",
    "/admin/catalog/import/{import}/change/",
)  # fmt: skip
ASKED_PAGES = (
    "/models?q={}", "/models?provider={}", "/compare?models={}", "/playground?model={}", "/playground/runs?q={}", "/{}",
    "/playground?model=acme/talk-large&prompt={}&system={}", "/changes?source={}", "/accounts/login/?next={}",
)  # fmt: skip
ROUND = 200  # texts of one world
Say = Callable[[str], str]


class World:
    """Hands its texts out in turn, each as `say` says it. The same `seed` puts them into the same places."""

    def __init__(self, texts: list[str], say: Say, seed: int):
        self.texts, self.say, self.draw, self.turn = texts, say, random.Random(seed), 0

    def text(self, most: int = 10_000) -> str:
        self.turn += 1
        return self.say(self.texts[self.turn % len(self.texts)])[:most]

    def pages(self) -> Iterator[tuple[str, str]]:
        """`(name, HTML)` of each page; the tables are then as they were."""
        with transaction.atomic():
            before, watched = snapshot._current, snapshot.watched
            site_cache.clear()
            try:
                yield from self.visited()
            finally:
                snapshot._current, snapshot.watched = before, watched
                transaction.set_rollback(True)

    def visited(self) -> Iterator[tuple[str, str]]:
        self.fill_catalog()
        client, operator = Client(), Client()
        yield from ((path, shown(client, path)) for path in CATALOG_PAGES)
        yield from self.of_runs(client)
        yield from self.of_presets(client)
        yield from self.of_questions(client)
        operator.force_login(get_user_model().objects.create_superuser(self.stored(150), password="x"))
        ids = {"model": Model.objects.get(slug="acme/talk-large").pk, "import": Import.objects.first().pk}
        yield from ((path, shown(operator, path.format(**ids))) for path in DESK_PAGES)
        # The texts again, all of them: a Markdown text is read as a whole.
        yield from ((f"formatted {n}", formatted(self.say(text)) or "") for n, text in enumerate(self.texts))

    def fill_catalog(self) -> None:
        small = json.loads(SMALL.read_text("utf-8"))
        for row in small["collections"]:
            row |= {"name": self.stored(100), "description": self.stored(300)}
        for told in small["files"]:
            told["provider"]["name"] = self.stored(100)
            for model in told["models"]:
                for claim in model["claims"]:
                    claim["facts"] |= {name: self.stored(100) for name in NAMED}
        for table in (Model, Provider, Collection):
            table.objects.all().delete()
        bundle.load(small["files"], small["collections"])
        self.fill_rows()
        snapshot._current, snapshot.watched = snapshot.build(Version.current()), True

    def fill_rows(self) -> None:
        """What no file brings, or only in a shape of its own, put into the tables as they would keep it."""
        for model in Model.objects.all():
            words = {"strengths": [self.stored(60), self.stored(60)], "use_cases": [self.stored(60)]}
            Model.objects.filter(pk=model.pk).update(
                name=self.stored(100), description=self.stored(400), upstream_id=self.stored(100), family=self.stored(60), **words
            )
        for claim in Claim.objects.filter(field__in=NAMED):
            Claim.objects.filter(pk=claim.pk).update(value=self.stored(200))
        Provider.objects.update(name=self.stored(100))
        large = Model.objects.get(slug="acme/talk-large")
        told = {"before": self.stored(), "after": self.stored(), "by": self.stored(100)}
        Change.objects.create(model=large, field="name", source="pin", **told)
        told = {"reason": self.stored(), "request": self.stored(), "response": self.stored(), "gateway": ""}
        Proof.objects.create(model=large, ability="tools", passed=False, at=timezone.now(), **told)
        row = {"name": self.stored(), self.stored(50): [self.stored()]}
        place = {"place": self.stored(400), "by": self.stored(100), "fault": self.stored(), "report": row}
        Import.objects.create(source="json", state="failed", finished=timezone.now(), **place)
        Match.objects.create(source="json", upstream_id=self.stored(100), row=row, candidates=[])

    def stored(self, most: int = 1000) -> str:
        """A text as a table can keep it."""
        return self.text(most).replace("\0", "\ufffd").encode(errors="replace").decode()

    def of_runs(self, client: Client) -> Iterator[tuple[str, str]]:
        runs = [self.run(key, request, answer) for key, request, answer in examples()]
        told = json.dumps({"format": "modelry-runs", "version": 1, "runs": runs})
        taken = client.post("/playground/runs/import", {"file": io.BytesIO(told.encode())})
        assert taken.status_code == 302, taken.text[:3000]
        yield "/playground/runs", shown(client, "/playground/runs?imported=on")
        made = list(Run.objects.order_by("created", "endpoint"))
        for run in made:
            yield f"run of {run.endpoint}", shown(client, run.get_absolute_url())
        chats = [run for run in made if run.endpoint == "chat"]
        yield "difference", shown(client, f"/playground/difference?a={chats[0].pk}&b={chats[1].pk}")
        yield "formatted answer", shown(client, f"{chats[0].get_absolute_url()}/formatted")
        yield "again", client.get(f"/playground?run={chats[0].pk}").text  # a 404 where its model is one of the texts

    def run(self, key: str, request: Any, answer: Any) -> dict[str, Any]:
        """A run's document with the texts in what was sent, in what came back, and around both."""
        failed = self.draw.random() < 0.2
        error = {"status": 418, "type": self.text(200), "message": self.text(), "retry_after": None} if failed else None
        headers = [["Content-Type", "application/json"], *([self.text(100), self.text()] for _ in range(4))]
        body, answered = json.dumps(self.laid_in(request)), json.dumps(self.laid_in(answer))
        url = "https://x.example/v1/" + self.text(300)
        return {
            "model": self.draw.choice(("acme/talk-large", self.text(200).strip() or "x")), "endpoint": key, "sandbox": False,
            "state": "error" if failed else "complete", "created": "2026-11-20T10:00:00+00:00", "finished": None, "job": "",
            "request": {"method": "POST", "url": url, "headers": headers, "body": body, "parts": None},
            "response": {"status": 418 if failed else 200, "headers": headers, "body": answered},
            "output": self.text(), "error": error, "left_out": [{"name": self.text(200), "reason": self.text(500)}],
            "usage": None, "prices": [], "arrivals": [], "cost": {"list": None, "effective": None, "told": None},
            "timing": {"first_token_ms": None, "total_ms": 10},
        }  # fmt: skip

    def laid_in(self, value: Any) -> Any:
        """A JSON value with every other of its texts replaced."""
        if isinstance(value, str):
            return self.text() if self.draw.random() < 0.5 else value
        if isinstance(value, dict):
            return {name: self.laid_in(entry) for name, entry in value.items()}
        return [self.laid_in(entry) for entry in value] if isinstance(value, list) else value

    def of_presets(self, client: Client) -> Iterator[tuple[str, str]]:
        messages = [{"role": "user", "content": self.text()}, {"role": "system", "content": self.text()}]
        rows = [{"name": f"p{n} {self.text(50)}", "note": self.text(200), "endpoint": "chat", "model": "acme/talk-large",
                 "body": {"messages": messages, "stop": [self.text(50)]}} for n in range(3)]  # fmt: skip
        told = json.dumps({"presets": rows}, ensure_ascii=False).encode(errors="replace")
        yield "presets brought", client.post("/playground/presets/import", {"file": io.BytesIO(told)}, follow=True).text

    def of_questions(self, client: Client) -> Iterator[tuple[str, str]]:
        """What visitors ask for, said back to them."""
        for path in ASKED_PAGES:
            yield path, client.get(path.format(*[urlencode({"": self.stored(300)})[1:].replace("+", "%20")] * 2)).text
        for path in ("/playground/run", "/playground/groups", "/playground", "/playground/preview"):
            typed = {"model": "acme/talk-large", "endpoint": "chat", "role": "user", "content": self.stored(), "temperature": "9"}
            typed |= {"tools": self.stored(), "stop": self.stored(), "var.city": self.stored(), self.stored(40): self.stored()}
            typed |= {"response_format": "json_schema", "response_format_schema": self.stored(), "sandbox_error": self.stored(40)}
            yield f"POST {path}", client.post(path, typed).text


def shown(client: Client, path: str) -> str:
    """A page, which must be that page and none that says why there is none."""
    answer = client.get(path)
    assert answer.status_code == 200, f"{path} is a {answer.status_code}"
    return answer.text


@cache
def examples() -> list[tuple[str, Any, Any]]:
    """`(endpoint, request, answer)` of all that answer in JSON; of chat two, one with calls of tools, a refusal and reasoning."""
    found = []
    for key, module in ENDPOINTS.items():
        request = filled(module.EXAMPLE) | {"model": "acme/talk-large"}
        answer = module.reply(request)
        kept = {name: value for name, value in request.items() if not isinstance(value, Upload)}
        found += [] if isinstance(answer, Media) else [(key, kept, answer if isinstance(answer, dict) else list(answer))]
    call = {"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": '{"city": "Utrecht"}'}}
    message = {"role": "assistant", "content": "Yes", "refusal": "No", "reasoning_content": "Well", "tool_calls": [call, call]}
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls"}
    return [*found, ("chat", found[0][1], {"id": "x", "choices": [choice, choice | {"index": 1}], "usage": None})]


def judged(browser: Any, texts: int, seed: int) -> int:
    """Has a browser compare the pages of so many hostile texts with those of harmless ones; gives how many there were."""
    draw, done = random.Random(seed), 0
    while done < texts:
        drawn = [hostile(draw) for _ in range(min(ROUND, texts - done))]
        wild, tame = (World(drawn, say, seed + done).pages() for say in (str, harmless))
        # Two worlds share the tables: the pages of the first are whole before the second begins.
        for (name, page), (_, twin) in zip(list(wild), list(tame), strict=True):
            browser.compare(name, page, twin)
        done += len(drawn)
    return done
