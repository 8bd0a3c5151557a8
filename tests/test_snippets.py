"""Every printed snippet runs: Python with the real SDK, curl with the real curl, TypeScript with Node where there is one."""

import contextlib
import io
import os
import shutil
import subprocess
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from catalog import snapshot
from catalog.endpoints import ENDPOINTS, uploads
from catalog.schema import documented
from catalog.snippets import snippets

HELLO = "Hello! How can I help you today?"
HOSTILE = """It's "odd": $HOME `id` \\ \\n ${x} 日本 'quoted'\nand 100% {new}"""
LANGUAGES = ("python", "curl", "typescript")


@pytest.fixture(scope="module")
def printed(site) -> list[tuple[str, str, dict[str, str]]]:
    """`(endpoint, model, snippets)`: one of every shape that model pages print, whatever the model's name."""
    found = {}
    for card in snapshot.latest().cards:
        for entry in documented(card):
            if entry.snippets:
                shape = tuple(entry.snippets[language].replace(card.upstream_id, "…") for language in LANGUAGES)
                found.setdefault(shape, (entry.key, card.upstream_id, entry.snippets))
    return list(found.values())


def put_samples(folder: Path) -> None:
    """The files that multipart snippets send, beside the script."""
    for name in uploads.MAKERS:
        (folder / name).write_bytes(uploads.sample(name).content)


@pytest.fixture
def python(tmp_path, monkeypatch) -> Callable[[str], str]:
    """python(code) runs it as a script would, and gives what it printed."""
    monkeypatch.chdir(tmp_path)
    put_samples(tmp_path)

    def run(code: str) -> str:
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec(compile(code, "snippet.py", "exec"), {"__name__": "__main__"})
        return out.getvalue()

    return run


@pytest.fixture
def shell(tmp_path) -> Callable[[str], str]:
    """shell(code) runs it under sh, with the key in the environment, and gives what it printed."""
    env = {"PATH": os.environ["PATH"], settings.KEY_VARIABLE: "sk-test"}
    put_samples(tmp_path)

    def run(code: str) -> str:
        done = subprocess.run(["sh", "-ec", code], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=30)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def check(key: str, said: str, folder: Path) -> None:
    """What a model page's snippet prints, or the file that it leaves."""
    if ENDPOINTS[key].MODALITY == "chat":
        assert HELLO in said
    elif key != "speech":
        assert said.strip()
    else:
        with wave.open(str(folder / "speech.wav")) as sound:
            assert sound.getnframes() > 4000


def test_some_of_every_runnable_endpoint_are_printed(printed):
    assert {key for key, _, _ in printed} == set(ENDPOINTS)


def test_python_runs_with_the_sdk(printed, python, tmp_path):
    for key, _, codes in printed:
        check(key, python(codes["python"]), tmp_path)


def test_curl_runs(printed, shell, tmp_path):
    for key, _, codes in printed:
        check(key, shell(codes["curl"]), tmp_path)


def test_curl_fails_without_the_key(printed, shell):
    _, _, codes = next(entry for entry in printed if entry[0] == "chat")
    assert "authentication_error" in shell(f"unset {settings.KEY_VARIABLE}\n{codes['curl']}")


def chat_body(printed, **more: Any) -> dict[str, Any]:
    model = next(model for key, model, _ in printed if key == "chat")
    return {"model": model, "messages": [{"role": "user", "content": "Hello!"}]} | more


def test_streaming_snippets_run(printed, python, shell):
    codes = snippets("chat", chat_body(printed, stream=True))
    assert python(codes["python"]) == HELLO
    assert shell(codes["curl"]).endswith("data: [DONE]\n\n")


def test_snippets_keep_what_was_typed(printed, python, shell):
    """The sandbox quotes the message that it received."""
    codes = snippets("chat", chat_body(printed, messages=[{"role": "user", "content": HOSTILE}]))
    assert f"“{HOSTILE}”" in python(codes["python"])
    assert "and 100% {new}" in shell(codes["curl"])


def test_fields_that_the_sdk_does_not_know_are_sent(printed, python):
    codes = snippets("chat", chat_body(printed, top_k=5, nested={"on": True, "none": None}))
    assert "extra_body" in codes["python"] and HELLO in python(codes["python"])


def bodies(printed) -> list[tuple[str, dict[str, Any]]]:
    speech = {"model": "openai/tts-1-hd", "input": HOSTILE, "voice": "alloy", "response_format": "wav"}
    hostile = [{"role": "user", "content": HOSTILE}]
    return [("chat", chat_body(printed)), ("chat", chat_body(printed, messages=hostile, stream=True)), ("speech", speech)]


@pytest.mark.skipif(not shutil.which("node"), reason="Node is not installed: the TypeScript snippets are not checked.")
def test_typescript_is_correct(printed, tmp_path):
    """The snippets use no types, so that they are JavaScript as well."""
    for n, (key, body) in enumerate(bodies(printed)):
        file = tmp_path / f"{n}.mjs"
        file.write_text(snippets(key, body)["typescript"], "utf-8")
        done = subprocess.run(["node", "--check", file], capture_output=True, text=True, timeout=30)
        assert done.returncode == 0, done.stderr


def sdk_folder() -> str | None:
    """Where Node finds the openai package: in $NODE_PATH, or among npm's global ones."""
    found = [os.environ.get("NODE_PATH", "")]
    if shutil.which("node") and shutil.which("npm"):
        found.append(subprocess.run(["npm", "root", "-g"], capture_output=True, text=True).stdout.strip())
    return next((root for root in found if root and Path(root, "openai").is_dir()), None)


@pytest.mark.skipif(not sdk_folder(), reason="The npm package openai is not there: the TypeScript snippets are not run.")
def test_typescript_runs(printed, tmp_path):
    (tmp_path / "node_modules").symlink_to(str(sdk_folder()))
    env = {"PATH": os.environ["PATH"], settings.KEY_VARIABLE: "sk-test"}
    for key, _, codes in printed:
        (tmp_path / "snippet.mjs").write_text(codes["typescript"], "utf-8")
        done = subprocess.run(["node", "snippet.mjs"], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        check(key, done.stdout, tmp_path)
