"""Result files: fetched from the gateway's own address alone, else shown as links."""

import re
from dataclasses import replace
from typing import Any

import httpx
import pytest
from fake_network import ADDRESS, KEY
from job_network import FILE, VIDEO, done, words

from gateway.client import Gateway
from playground.models import Artifact
from playground.running import upstream


def elsewhere(address: str) -> dict[str, Any]:
    return {"id": "job-1", "status": "completed", "result": {"url": address}}


@pytest.mark.parametrize(
    "address",
    [
        "https://cdn.example/a.mp4", "https://gateway.example:8443/v1/a.mp4", "http://gateway.example/v1/a.mp4",
        "//cdn.example/v1/a.mp4", "https://user@gateway.example/v1/a.mp4", "https://gateway.example/admin/a.mp4",
        "https://gateway.example/v1/../admin", "https://gateway.example/v1/%2e%2e/admin", "https://gateway.example.evil/v1/a",
        "https://gateway.example/v10/a.mp4", "/admin/a.mp4",
    ],
)  # fmt: skip
def test_file_that_lies_elsewhere_is_a_link(begin, look, network, address):
    shown = look(begin(elsewhere(address)))
    assert network.asked() == ["GET /jobs/job-1"]
    links = re.findall(r'<a href="(https?://[^"]+)" rel="noreferrer nofollow">', shown.content.decode())
    assert len(links) == 1 and links[0].endswith(address.rpartition("/")[2])
    assert "this site takes files from the gateway only" in words(shown)


@pytest.mark.parametrize("address", ["http://[::1", "javascript:alert(1)", "data:video/mp4;base64,AAAA", "https://[/v1/a.mp4"])
def test_address_that_is_none_is_neither_fetched_nor_linked(begin, look, network, address):
    shown = look(begin(elsewhere(address)))
    assert shown.status_code == 200 and "nofollow" not in shown.content.decode()
    assert "no file of it is kept on this site" in words(shown)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(302, headers={"Location": "https://cdn.example/a.mp4"}), httpx.Response(404), httpx.Response(200),
        httpx.Response(200, content=b"0" * 2000),
    ],
)  # fmt: skip
def test_file_that_cannot_be_fetched_is_a_link(begin, look, network, answer, monkeypatch):
    limits = replace(Gateway(ADDRESS)._limits, wire_bytes=1000)
    monkeypatch.setattr(upstream, "connect", lambda: Gateway(ADDRESS, KEY, transport=network, limits=limits))
    network.files[FILE] = answer
    shown = look(begin(done()))
    assert f'href="{FILE}"' in shown.content.decode() and "Complete" in words(shown)
    assert network.asked() == ["GET /jobs/job-1", "GET /files/a.mp4"]


def test_of_two_results_the_one_elsewhere_is_a_link(begin, look):
    shown = look(begin(done(result={"url": FILE}, output=["https://cdn.example/b.mp4"]))).content.decode()
    assert "<video" in shown and 'href="https://cdn.example/b.mp4"' in shown


def test_without_retention_no_file_is_kept(begin, look, settings):
    settings.RUN_RETENTION_DAYS = 0
    run = begin(done())
    look(run)
    assert "no file of it is kept on this site" in words(look(run))
    assert Artifact.objects.count() == 0


def test_at_most_four_files_are_fetched(begin, look, network):
    files = [f"{ADDRESS}/files/{n}.mp4" for n in range(6)]
    network.files = {file: httpx.Response(200, content=VIDEO) for file in files}
    look(begin(done(result=None, output=files)))
    assert (len(network.requests), Artifact.objects.count()) == (5, 4)


def test_script_in_a_file_s_place_is_a_download(begin, look, network, client):
    network.files[FILE] = httpx.Response(200, content=b"<script>alert(1)</script>", headers={"content-type": "text/html"})
    file = look(begin(done()), "application/json").json()["artifacts"][0]
    assert file["type"] == "application/octet-stream"
    assert client.get(file["url"])["Content-Disposition"].startswith("attachment")
