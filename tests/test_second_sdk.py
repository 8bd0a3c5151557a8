"""The gateway's own SDK, aigateway-py, unchanged against the running site's sandbox: models, jobs, files, webhooks."""

import asyncio
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import aigateway
import httpx
import pytest
from aigateway import AIgateway, AIgatewayError, AsyncAIgateway, verify_webhook
from django.db import connection

from catalog import snapshot
from catalog.endpoints import jobs
from playground.sandbox import jobs as sandbox_jobs

VIDEO = {"prompt": "A tram in the rain"}


@pytest.fixture
def sdk(site) -> Iterator[AIgateway]:
    with AIgateway("sk-any-word", base_url=f"{site}/sandbox", media_base_url=f"{site}/sandbox", timeout=20) as client:
        yield client


@pytest.fixture
def quick(monkeypatch) -> None:
    """Jobs that are over at once."""
    monkeypatch.setattr(jobs, "QUEUED_FOR", 0.05)
    monkeypatch.setattr(jobs, "RUNS_FOR", 0.05)


@pytest.fixture
def slow(monkeypatch) -> None:
    """Jobs that are not over while a test runs."""
    monkeypatch.setattr(jobs, "RUNS_FOR", 600)


def finished(sdk: AIgateway, **more: Any) -> aigateway.client.Job:
    return sdk.jobs.wait(sdk.jobs.create_video(**VIDEO | more).id, timeout_seconds=10, poll_interval_seconds=0.05)


def test_lists_models(sdk):
    models = sdk.models.list()
    assert {model["id"] for model in models} == {card.slug for card in snapshot.latest().cards}


def test_lists_models_of_one_modality(sdk):
    models = sdk.models.list(modality="video")
    assert models and {model["modality"] for model in models} == {"video"}


def test_gets_a_model(sdk):
    assert sdk.models.get("openai/tts-1-hd")["id"] == "openai/tts-1-hd"


def test_unknown_model_is_its_own_error(sdk):
    with pytest.raises(AIgatewayError, match="nothing at") as caught:
        sdk.models.get("no/such-model")
    assert caught.value.status_code == 404


@pytest.mark.parametrize(
    ("create", "modality", "name"),
    [("create_video", "video", "video.mp4"), ("create_music", "music", "music.wav"), ("create_3d", "model_3d", "model.glb")],
)
def test_makes_a_file(sdk, quick, create, modality, name):
    begun = getattr(sdk.jobs, create)(**VIDEO)
    assert (begun.status, begun.modality, begun.result_url) == ("queued", modality, None)
    job = sdk.jobs.wait(begun.id, timeout_seconds=10, poll_interval_seconds=0.05)
    assert (job.id, job.status, job.raw["progress"], job.error) == (begun.id, "completed", 100, None)
    assert job.result_url.endswith(f"/{name}") and job.result == {"url": job.result_url}
    assert sdk.files.download(job.id, name) == sandbox_jobs.sample(modality)


def test_async_client_works_too(site, quick):
    async def made() -> bytes:
        base = f"{site}/sandbox"
        async with AsyncAIgateway("sk-any-word", base_url=base, media_base_url=base, timeout=20) as client:
            begun = await client.jobs.create_video(**VIDEO)
            job = await client.jobs.wait(begun.id, timeout_seconds=10, poll_interval_seconds=0.05)
            return await client.files.download(job.id, "video.mp4")

    assert asyncio.run(made()) == sandbox_jobs.sample("video")


def test_takes_the_model_that_is_asked_for(sdk):
    slug = next(card.slug for card in snapshot.latest().cards if card.endpoints[:1] == ("video",))
    assert sdk.jobs.create_video(**VIDEO, model=slug).model == slug


def test_job_moves_from_queued_to_running(sdk, monkeypatch):
    monkeypatch.setattr(jobs, "QUEUED_FOR", 600)
    job = sdk.jobs.create_video(**VIDEO)
    assert (sdk.jobs.get(job.id).status, sdk.jobs.get(job.id).raw["progress"]) == ("queued", 0)
    monkeypatch.setattr(jobs, "QUEUED_FOR", 0)
    assert sdk.jobs.get(job.id).status == "running"


def test_failed_job_ends_the_wait(sdk, quick):
    job = finished(sdk, prompt="Fail, please")
    assert (job.status, job.error, job.result_url) == ("failed", "The sandbox was asked to fail.", None)


def test_cancels_a_job(sdk, slow):
    job = sdk.jobs.create_music(**VIDEO)
    other = sdk.jobs.create_music(**VIDEO)
    assert sdk.jobs.cancel(job.id).status == "canceled"
    assert [sdk.jobs.get(one.id).status in ("queued", "running") for one in (job, other)] == [False, True]


def test_job_that_is_over_cannot_be_canceled(sdk, quick):
    assert sdk.jobs.cancel(finished(sdk).id).status == "completed"


@pytest.mark.parametrize("change", ["x", ".0123456789abcdef"])
def test_changed_id_is_no_job(sdk, quick, change):
    with pytest.raises(AIgatewayError) as caught:
        sdk.jobs.get(sdk.jobs.create_video(**VIDEO).id.partition(".")[0] + change)
    assert caught.value.status_code == 404


def test_job_is_known_for_a_week(sdk, quick, monkeypatch):
    job = finished(sdk)
    monkeypatch.setattr(jobs, "KEPT_FOR", 0)
    with pytest.raises(AIgatewayError, match="no such job"):
        sdk.jobs.get(job.id)


def test_long_prompt_makes_no_long_id(sdk):
    assert len(sdk.jobs.create_video(prompt="\N{ROCKET}" * 400).id) < jobs.MAX_ID


def test_file_of_an_unfinished_job_is_not_there_yet(sdk, slow):
    with pytest.raises(AIgatewayError) as caught:
        sdk.files.download(sdk.jobs.create_video(**VIDEO).id, "video.mp4")
    assert caught.value.status_code == 404


def test_blank_prompt_is_refused(sdk):
    with pytest.raises(AIgatewayError, match="prompt must be a text") as caught:
        sdk.jobs.create_video(prompt=" ")
    assert caught.value.status_code == 400


# Signed addresses


@pytest.fixture
def address(sdk, quick) -> str:
    return sdk.files.signed_url(finished(sdk).id, "video.mp4", expires_in=60)["url"]


def changed(address: str, **parts: str) -> str:
    """The address with other values in its query."""
    found = urlsplit(address)
    return urlunsplit(found._replace(query=urlencode(dict(parse_qsl(found.query)) | parts)))


def test_signed_address_needs_no_key(address):
    answer = httpx.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "video/mp4")
    assert answer.content == sandbox_jobs.sample("video")


@pytest.mark.parametrize("parts", [{"token": "0" * 64}, {"token": "ü"}, {"exp": "9999999999"}, {"exp": ""}, {"k": "0" * 12}])
def test_changed_signed_address_is_refused(address, parts):
    answer = httpx.get(changed(address, **parts))
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "token")


def test_signed_address_is_for_one_file(address):
    assert httpx.get(address.replace("video.mp4", "music.wav")).status_code == 400


def test_signed_address_expires(address, monkeypatch):
    expires = int(dict(parse_qsl(urlsplit(address).query))["exp"])
    monkeypatch.setattr(sandbox_jobs.time, "time", lambda: expires + 1)
    assert httpx.get(address).status_code == 400


@pytest.mark.parametrize("wait", [59, 604_801, -1])
def test_signed_address_lasts_a_minute_to_a_week(sdk, quick, wait):
    with pytest.raises(AIgatewayError, match="from 60 to 604800"):
        sdk.files.signed_url(finished(sdk).id, "video.mp4", expires_in=wait)


# Webhooks


class Listener:
    """A program on this machine that takes webhooks; `status` and `headers` are what it answers."""

    def __init__(self) -> None:
        self.status, self.headers = 200, {}
        self.calls: queue.Queue[tuple[str, dict[str, str], bytes]] = queue.Queue()
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                listener.calls.put((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(listener.status)
                for name, value in listener.headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Says nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"


@pytest.fixture
def listener(settings) -> Iterator[Listener]:
    settings.SANDBOX_WEBHOOKS = True
    found = Listener()
    threading.Thread(target=found.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield found
    found.server.shutdown()
    found.server.server_close()


def test_webhook_is_accepted_by_the_sdk(sdk, quick, listener):
    job = sdk.jobs.create_video(**VIDEO, webhook_url=listener.url)
    path, headers, body = listener.calls.get(timeout=10)
    assert (path, json.loads(body)["id"], json.loads(body)["status"]) == ("/hook", job.id, "completed")
    secret, signature = sdk.webhook_secret.get()["secret"], headers["x-gateway-signature"]
    assert verify_webhook(secret, body, signature)
    assert not verify_webhook(secret, body + b" ", signature)
    assert not verify_webhook("whsec_other", body, signature)


def test_webhook_of_a_failed_job_says_so(sdk, quick, listener):
    sdk.jobs.create_video(prompt="fail", webhook_url=listener.url)
    assert json.loads(listener.calls.get(timeout=10)[2])["status"] == "failed"


def test_rotated_secret_signs_from_now_on(sdk, quick, listener):
    before = sdk.webhook_secret.get()["secret"]
    after = sdk.webhook_secret.rotate()["secret"]
    assert before != after == sdk.webhook_secret.get()["secret"]
    sdk.jobs.create_video(**VIDEO, webhook_url=listener.url)
    _, headers, body = listener.calls.get(timeout=10)
    assert [verify_webhook(secret, body, headers["x-gateway-signature"]) for secret in (before, after)] == [False, True]


def test_secret_is_of_one_key(site, sdk):
    with AIgateway("sk-another-word", base_url=f"{site}/sandbox") as other:
        assert other.webhook_secret.get() != sdk.webhook_secret.get()


def test_redirect_of_a_webhook_is_not_followed(sdk, quick, listener):
    listener.status, listener.headers = 307, {"Location": "/elsewhere"}
    sdk.jobs.create_video(**VIDEO, webhook_url=listener.url)
    assert listener.calls.get(timeout=10)[0] == "/hook"
    listener.status = 200
    sdk.jobs.create_video(**VIDEO, webhook_url=listener.url.replace("/hook", "/next"))
    assert listener.calls.get(timeout=10)[0] == "/next"


ELSEWHERE = ["http://192.0.2.1/", "http://10.0.0.1:8000/", "http://0.0.0.0/", "http://[::ffff:192.0.2.1]/"]


@pytest.mark.parametrize("url", [*ELSEWHERE, "http://user@127.0.0.1/", "file:///etc/hosts", "no address", 7])
def test_webhook_to_anywhere_else_is_refused(sdk, listener, url):
    with pytest.raises(AIgatewayError, match="webhook_url: ") as caught:
        sdk.jobs.create_video(**VIDEO, webhook_url=url)
    assert caught.value.status_code == 400


def test_without_the_operator_s_leave_a_webhook_is_refused(sdk, listener, settings):
    settings.SANDBOX_WEBHOOKS = False
    with pytest.raises(AIgatewayError, match="SANDBOX_WEBHOOKS"):
        sdk.jobs.create_video(**VIDEO, webhook_url=listener.url)
    assert listener.calls.empty()


# Several processes

ROOT = Path(__file__).parent.parent
ASK = """
import asyncio, sys
import django
django.setup()
from playground.sandbox import transport
print(asyncio.run(transport.answer("GET", sys.argv[1], {"authorization": "Bearer sk-any-word"}, b"")).body.decode())
"""


@pytest.fixture
def another_process(settings, tmp_path):
    """another_process(path) is what a second process of the site answers, its database being the same."""
    name, place = connection.settings_dict["NAME"], ""
    if connection.vendor == "sqlite":
        (tmp_path / "modelry.sqlite3").symlink_to(name)
    else:
        place = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    own = {"DATABASE_URL": place, "DATA_DIR": str(tmp_path), "SECRET_KEY": settings.SECRET_KEY}
    own |= {"DJANGO_SETTINGS_MODULE": "config.settings"}

    def ask(path: str) -> dict[str, Any]:
        command = [sys.executable, "-c", ASK, path]
        done = subprocess.run(command, cwd=ROOT, env=os.environ | own, capture_output=True, check=True, timeout=60)
        return json.loads(done.stdout)

    return ask


@pytest.mark.database
def test_canceled_job_is_canceled_in_every_process(sdk, slow, another_process):
    kept, gone = (sdk.jobs.create_video(**VIDEO).id for _ in range(2))
    sdk.jobs.cancel(gone)
    assert another_process(f"/jobs/{gone}")["status"] == "canceled"
    assert another_process(f"/jobs/{kept}")["status"] != "canceled"


@pytest.mark.database
def test_rotated_secret_is_the_same_in_every_process(sdk, another_process):
    assert another_process("/webhook-secret") == sdk.webhook_secret.get()
    assert sdk.webhook_secret.rotate() == another_process("/webhook-secret")
