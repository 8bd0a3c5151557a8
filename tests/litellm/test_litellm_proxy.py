"""A real LiteLLM proxy, synced and run against. Opt-in: `make test-litellm` installs it and says where it is."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from asgiref.sync import async_to_sync
from django.core.management import call_command
from django.test import AsyncClient, Client

from catalog import snapshot
from catalog.models import Claim, Model

LITELLM = os.environ.get("LITELLM", "")
KEY = "sk-proxy-master-key"
STARTS_WITHIN = 180  # seconds: it imports a lot

pytestmark = [pytest.mark.skipif(not LITELLM, reason="no LiteLLM proxy: make test-litellm"), pytest.mark.django_db]


@pytest.fixture(scope="module")
def proxy(tmp_path_factory) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = Path(__file__).with_name("config.yaml")
    path = f"{Path(LITELLM).parent}:{os.environ['PATH']}"
    alone = {"PATH": path, "HOME": str(tmp_path_factory.mktemp("home")), "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    command = [LITELLM, "--config", str(config), "--host", "127.0.0.1", "--port", str(port), "--telemetry", "False"]
    with open(tmp_path_factory.mktemp("log") / "proxy.log", "w+") as log:
        process = subprocess.Popen(command, env=alone, stdout=log, stderr=subprocess.STDOUT)
        try:
            wait_for(f"http://127.0.0.1:{port}/health/liveliness", process, Path(log.name))
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            process.terminate()
            process.wait(20)


def wait_for(url: str, process: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(url, timeout=5).is_success:
                return
        except httpx.HTTPError:
            time.sleep(0.2)
    pytest.fail(f"The proxy did not start.\n{log.read_text()[-3000:]}")


@pytest.fixture
def synced(proxy, settings, monkeypatch) -> snapshot.Snapshot:
    settings.GATEWAY_URL, settings.GATEWAY_KEY, settings.SYNC_SOURCES = proxy, KEY, ["gateway"]
    call_command("load_catalog", verbosity=0)
    call_command("sync", verbosity=0)
    monkeypatch.setattr(snapshot, "_current", None)
    return snapshot.refresh()


def test_its_models_are_known_again(synced):
    served = {model.upstream_id: model.slug for model in Model.objects.served()}
    house = served.pop("house-model")
    assert served == {"gpt-4o": "openai/gpt-4o", "fast": "anthropic/claude-haiku-4.5"}
    assert house.endswith("/house-model") and synced.find(house).endpoints[0] == "chat"
    assert Claim.objects.get(model__slug="openai/gpt-4o", source="gateway", field="price.input_tokens").value == "2.5"


def test_second_sync_changes_nothing(synced, capsys):
    call_command("sync")
    assert " changed" not in (told := capsys.readouterr().out) and "created" not in told and "3 models stated" in told


@pytest.mark.parametrize(
    ("slug", "words"), [("openai/gpt-4o", "Hello from the proxy."), ("anthropic/claude-haiku-4.5", "Quick hello.")]
)
def test_its_models_answer_under_our_names(synced, slug, words):
    told = {"model": slug, "role": "user", "content": "Hello!"}
    record = Client().post("/playground/run", told, headers={"Accept": "application/json"}).json()
    assert record["state"] == "complete" and words in str(record["response"])


def test_its_models_stream(synced):
    told = {"model": "openai/gpt-4o", "role": "user", "content": "Hello!", "stream": "on"}

    async def read() -> str:
        response = await AsyncClient().post("/playground/run", told, headers={"Accept": "text/event-stream"})
        return b"".join([piece async for piece in response.streaming_content]).decode()

    text = async_to_sync(read)()
    assert text.count("event: piece") > 1 and "Hello" in text


def test_what_it_does_not_serve_cannot_be_run(synced):
    told = {"model": "openai/gpt-4.1", "role": "user", "content": "Hello!"}
    assert Client().post("/playground/run", told, headers={"Accept": "application/json"}).status_code == 422
